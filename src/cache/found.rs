//! Accounts that the store has and the cache has not: their rows are made from what the entries say of themselves.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::history::{self, Event, EventKind};
use super::{Cache, CacheError, journal};
use crate::account::{AccountId, Fingerprint, Operation, Scopes, StoreKind};

/// An account as the store knows it.
#[derive(Debug)]
pub struct Found<'a> {
    /// Whose the token is.
    pub id: &'a AccountId,
    /// The username when the token was stored.
    pub username: &'a str,
    /// The name of the app that the token was issued for.
    pub app: &'a str,
    /// The store that it is in.
    pub store: &'a StoreKind,
    /// The generation of the entry.
    pub generation: i64,
    /// When the token was issued, if known.
    pub issued_at: Option<Timestamp>,
    /// When it dies, if known.
    pub expires_at: Option<Timestamp>,
    /// Its permissions.
    pub scopes: &'a Scopes,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Now.
    pub at: Timestamp,
}

impl Cache {
    /// Makes the row of an account that was found in the store, unless there is one.
    pub fn adopt(&self, found: &Found<'_>) -> Result<(), CacheError> {
        self.transaction(|transaction| insert(transaction, found))
    }
}

/// The first becomes the default account. An open journal entry says that Instagram is still to be asked.
pub(super) fn insert(transaction: &Connection, found: &Found<'_>) -> rusqlite::Result<()> {
    let rows = transaction.execute(
        "INSERT INTO account (id, username, is_default, app, store, generation, issued_at, expires_at,
             scopes, fingerprint, connected_at)
         VALUES (?1, ?2, NOT EXISTS (SELECT 1 FROM account WHERE is_default = 1), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO NOTHING",
        params![
            found.id.as_str(),
            found.username,
            found.app,
            found.store.as_str(),
            found.generation,
            found.issued_at.map(Timestamp::as_second),
            found.expires_at.map(Timestamp::as_second),
            found.scopes.joined(),
            found.fingerprint.as_str(),
            // Nobody remembers when the person consented; the token is at least as young.
            found.issued_at.unwrap_or(found.at).as_second(),
        ],
    )?;
    if rows == 0 {
        return Ok(());
    }
    let event = Event::new(EventKind::Found, found.at, found.expires_at, None);
    history::append(transaction, found.id, &event)?;
    journal::open(
        transaction,
        found.id,
        Operation::Rebuild,
        found.generation,
        found.at,
    )
}
