//! Accounts that the store has and the cache lost. Their rows are made from the entries of the store.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::changes::Stored;
use super::database::Cache;
use super::error::CacheError;
use super::history::{self, Event, EventKind};
use super::journal;
use crate::account::{AccountId, Operation, StoreKind};

#[derive(Debug)]
pub struct RecoveredAccount<'a> {
    pub id: &'a AccountId,
    /// The username when the token was stored.
    pub username: &'a str,
    pub store: &'a StoreKind,
    pub token: Stored<'a>,
    pub at: Timestamp,
}

impl Cache {
    /// Adds an account that was found in the store, unless it is here.
    pub(crate) fn add_recovered(&self, account: &RecoveredAccount<'_>) -> Result<(), CacheError> {
        self.transaction(|transaction| insert(transaction, account))
    }
}

/// Adds the row of an account. The first account becomes the default account.
pub(super) fn insert(
    transaction: &Connection,
    account: &RecoveredAccount<'_>,
) -> rusqlite::Result<()> {
    let token = &account.token;
    let sql = "INSERT INTO account (id, username, is_default, app, store, generation, issued_at, expires_at,
                   scopes, fingerprint, connected_at)
               VALUES (?1, ?2, NOT EXISTS (SELECT 1 FROM account WHERE is_default = 1), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
               ON CONFLICT (id) DO NOTHING";
    let rows = transaction.execute(
        sql,
        params![
            account.id.as_str(),
            account.username,
            token.app,
            account.store.as_str(),
            token.generation,
            token.issued_at.map(Timestamp::as_second),
            token.expires_at.map(Timestamp::as_second),
            token.scopes.joined(),
            token.fingerprint.as_str(),
            // The entry does not say when the person consented. The token is not older than that.
            token.issued_at.unwrap_or(account.at).as_second(),
        ],
    )?;
    if rows == 0 {
        return Ok(());
    }
    let event = Event::new(EventKind::Found, account.at, token.expires_at, None);
    history::append(transaction, account.id, &event)?;
    // The open entry says that Instagram has not been asked since.
    let (operation, generation) = (Operation::Rebuild, token.generation);
    journal::open(transaction, account.id, operation, generation, account.at)
}
