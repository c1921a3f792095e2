//! The few ways in which an account may change, each in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::history::{self, Event};
use super::{Cache, CacheError, journal};
use crate::account::{AccountId, Alias, Operation, Profile, Scopes, StoreKind, Trouble, Word};

/// Who a login is for, before its token is stored.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// The professional account id.
    pub id: &'a AccountId,
    /// The id for this app only.
    pub app_scoped_id: Option<&'a str>,
    /// The username.
    pub username: &'a str,
    /// The alias asked for; `None` keeps the one there is.
    pub alias: Option<&'a Alias>,
    /// The app's name.
    pub app: &'a str,
    /// The store that its token goes to.
    pub store: &'a StoreKind,
    /// When the person consented.
    pub connected_at: Timestamp,
    /// The generation that will be written.
    pub generation: i64,
}

/// What is recorded of a token once it is stored and read back.
#[derive(Debug)]
pub struct Stored<'a> {
    /// The name of the app that it was issued for.
    pub app: &'a str,
    /// The generation of its entry.
    pub generation: i64,
    /// When it was issued, if known.
    pub issued_at: Option<Timestamp>,
    /// When it dies, if known.
    pub expires_at: Option<Timestamp>,
    /// Its permissions.
    pub scopes: &'a Scopes,
    /// Its fingerprint.
    pub fingerprint: &'a str,
}

/// What Instagram answered about the token: the username, and the profile with the instant it was fetched.
pub type Seen<'a> = (&'a str, &'a Profile);

impl Cache {
    /// Announces a login: the row of a new account, the alias, and the journal entry, in one transaction.
    /// The first account becomes the default one. What is recorded of a known account stays until
    /// [`Self::record_login`]: the token it has is still the valid one. A store that it is not in is its other one from
    /// then on.
    pub fn begin_login(&self, arrival: &Arrival<'_>) -> Result<(), CacheError> {
        if let Some(alias) = arrival.alias {
            let holder = self.one("a.alias = ?1", alias.as_str())?;
            if holder.is_some_and(|account| account.id != *arrival.id) {
                return Err(CacheError::AliasTaken);
            }
        }
        self.transaction(|transaction| {
            announce(transaction, arrival)?;
            journal::open(
                transaction,
                arrival.id,
                Operation::Login,
                arrival.generation,
                arrival.connected_at,
            )
        })
    }

    /// Records a login whose token is stored and read back, in one transaction.
    pub fn record_login(
        &self,
        arrival: &Arrival<'_>,
        stored: &Stored<'_>,
        seen: Seen<'_>,
        event: &Event,
    ) -> Result<(), CacheError> {
        self.transaction(|transaction| {
            transaction.execute(
                "UPDATE account SET app_scoped_id = ?2, connected_at = ?4,
                     other_store = CASE WHEN store = ?3 THEN other_store ELSE store END, store = ?3
                 WHERE id = ?1",
                params![
                    arrival.id.as_str(),
                    arrival.app_scoped_id,
                    arrival.store.as_str(),
                    arrival.connected_at.as_second()
                ],
            )?;
            record(transaction, arrival.id, stored, Some(seen), event)
        })
    }

    /// Records the token that is in the store: its life, what Instagram answered about it, an event, and the end of
    /// the journal entry, in one transaction. Any trouble is over.
    pub async fn record_stored(
        &self,
        id: &AccountId,
        stored: &Stored<'_>,
        seen: Option<Seen<'_>>,
        event: &Event,
    ) -> Result<(), CacheError> {
        self.shared_transaction(|transaction| record(transaction, id, stored, seen, event))
            .await
    }

    /// Records what Instagram or the store said is wrong, which ends every change under way.
    pub fn record_trouble(
        &self,
        id: &AccountId,
        trouble: Trouble,
        event: &Event,
    ) -> Result<(), CacheError> {
        self.transaction(|transaction| {
            transaction.execute(
                "UPDATE account SET trouble = ?2,
                     trouble_at = coalesce(CASE WHEN trouble = ?2 THEN trouble_at END, ?3)
                 WHERE id = ?1",
                params![id.as_str(), Word(trouble).to_string(), event.at.as_second()],
            )?;
            history::append(transaction, id, event)?;
            journal::close(transaction, id)
        })
    }

    /// Makes one account the default one.
    pub fn set_default(&self, id: &AccountId) -> Result<(), CacheError> {
        self.transaction(|transaction| {
            transaction.execute("UPDATE account SET is_default = 0 WHERE is_default = 1", [])?;
            transaction.execute(
                "UPDATE account SET is_default = 1 WHERE id = ?1",
                [id.as_str()],
            )?;
            Ok(())
        })
    }

    /// Forgets an account with its profile, history and journal. Where it was the default one, the account that has
    /// been connected longest becomes it.
    pub fn forget(&self, id: &AccountId) -> Result<(), CacheError> {
        self.transaction(|transaction| {
            transaction.execute("DELETE FROM account WHERE id = ?1", [id.as_str()])?;
            transaction.execute(
                "UPDATE account SET is_default = 1
                 WHERE id = (SELECT id FROM account ORDER BY connected_at, id LIMIT 1)
                   AND NOT EXISTS (SELECT 1 FROM account WHERE is_default = 1)",
                [],
            )?;
            Ok(())
        })
    }
}

fn announce(transaction: &Connection, arrival: &Arrival<'_>) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO account (id, app_scoped_id, username, alias, is_default, app, store, connected_at)
         VALUES (:id, :app_scoped_id, :username, :alias,
                 NOT EXISTS (SELECT 1 FROM account), :app, :store, :connected_at)
         ON CONFLICT (id) DO UPDATE SET alias = coalesce(:alias, alias),
             other_store = CASE WHEN store = :store THEN other_store ELSE :store END",
        named_params! {
            ":id": arrival.id.as_str(),
            ":app_scoped_id": arrival.app_scoped_id,
            ":username": arrival.username,
            ":alias": arrival.alias.map(Alias::as_str),
            ":app": arrival.app,
            ":store": arrival.store.as_str(),
            ":connected_at": arrival.connected_at.as_second(),
        },
    )?;
    Ok(())
}

fn record(
    transaction: &Connection,
    id: &AccountId,
    stored: &Stored<'_>,
    seen: Option<Seen<'_>>,
    event: &Event,
) -> rusqlite::Result<()> {
    transaction.prepare_cached("UPDATE account SET app = ?2, generation = ?3, issued_at = ?4, expires_at = ?5, scopes = ?6,
             fingerprint = ?7, trouble = NULL, trouble_at = NULL WHERE id = ?1")?.execute(params![
            id.as_str(),
            stored.app,
            stored.generation,
            stored.issued_at.map(Timestamp::as_second),
            stored.expires_at.map(Timestamp::as_second),
            stored.scopes.joined(),
            stored.fingerprint
        ])?;
    if let Some((username, profile)) = seen {
        record_profile(transaction, id, username, profile)?;
    }
    history::append(transaction, id, event)?;
    journal::close(transaction, id)
}

fn record_profile(
    transaction: &Connection,
    id: &AccountId,
    username: &str,
    profile: &Profile,
) -> rusqlite::Result<()> {
    let text = |field: &Option<crate::account::Untrusted>| {
        field.as_ref().map(|text| text.raw().to_owned())
    };
    transaction
        .prepare_cached("UPDATE account SET username = ?2, verified_at = ?3 WHERE id = ?1")?
        .execute(params![
            id.as_str(),
            username,
            profile.fetched_at.as_second()
        ])?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO profile (account_id, name, biography, website, account_type,
             profile_picture_url, followers_count, follows_count, media_count, fetched_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id.as_str(),
            text(&profile.name),
            text(&profile.biography),
            text(&profile.website),
            text(&profile.account_type),
            text(&profile.profile_picture_url),
            profile.followers_count,
            profile.follows_count,
            profile.media_count,
            profile.fetched_at.as_second()
        ])?;
    Ok(())
}
