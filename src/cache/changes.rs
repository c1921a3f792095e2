//! The changes of an account, each in one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::database::Cache;
use super::error::CacheError;
use super::history::{self, Event, EventKind};
use super::journal;
use crate::account::{
    AccountId, Alias, Fingerprint, Operation, Profile, Scopes, StoreKind, Trouble, Untrusted, Word,
};

/// The account of a login, before its token is stored.
#[derive(Debug)]
pub struct NewLogin<'a> {
    pub id: &'a AccountId,
    pub app_scoped_id: Option<&'a str>,
    pub username: &'a str,
    /// The new alias; `None` keeps the present one.
    pub alias: Option<&'a Alias>,
    pub app: &'a str,
    pub store: &'a StoreKind,
    pub connected_at: Timestamp,
    /// The generation that will be written.
    pub generation: i64,
}

/// What is recorded of a token after it was stored and read back.
#[derive(Debug)]
pub struct Stored<'a> {
    /// The name of the app that it was issued for.
    pub app: &'a str,
    pub generation: i64,
    pub issued_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub scopes: &'a Scopes,
    pub fingerprint: Fingerprint,
}

/// What Instagram answered about a token: the username and the profile.
pub(crate) type ProfileUpdate<'a> = (&'a str, &'a Profile);

impl Cache {
    /// Records that a login begins: the row of a new account, the alias, and a journal entry. The first account becomes
    /// the default account. A known account keeps its token until [`Self::record_login`]. If the new store is not its
    /// present one, it becomes the other store.
    pub(crate) fn begin_login(&self, login: &NewLogin<'_>) -> Result<(), CacheError> {
        if let Some(alias) = login.alias {
            let holder = self.find_where("a.alias = ?1", alias.as_str())?;
            if holder.is_some_and(|account| account.id != *login.id) {
                return Err(CacheError::AliasTaken);
            }
        }
        self.transaction(|transaction| {
            insert_or_announce(transaction, login)?;
            let (operation, at) = (Operation::Login, login.connected_at);
            journal::open(transaction, login.id, operation, login.generation, at)
        })
    }

    /// Records a login after its token was stored and read back.
    pub(crate) fn record_login(
        &self,
        login: &NewLogin<'_>,
        stored: &Stored<'_>,
        update: ProfileUpdate<'_>,
    ) -> Result<(), CacheError> {
        let (id, event) = (login.id, (EventKind::Connected, login.connected_at));
        // The store that the account leaves may still have its old token.
        let sql = "UPDATE account SET app_scoped_id = ?2, connected_at = ?4,
                       other_store = CASE WHEN store = ?3 THEN other_store ELSE store END, store = ?3
                   WHERE id = ?1";
        let (store, at) = (login.store.as_str(), login.connected_at.as_second());
        self.transaction(|transaction| {
            transaction.execute(sql, params![id.as_str(), login.app_scoped_id, store, at])?;
            record(transaction, id, stored, Some(update), event)
        })
    }

    /// Records the token that is in the store: its dates, what Instagram answered about it, an event, and the end of
    /// the journal entry. Also clears any trouble.
    pub(crate) async fn record_stored(
        &self,
        id: &AccountId,
        stored: &Stored<'_>,
        update: Option<ProfileUpdate<'_>>,
        event: (EventKind, Timestamp),
    ) -> Result<(), CacheError> {
        self.shared_transaction(|transaction| record(transaction, id, stored, update, event))
            .await
    }

    /// Records trouble that Instagram or the store reported, and closes the journal entry.
    pub(crate) fn record_trouble(
        &self,
        id: &AccountId,
        trouble: Trouble,
        event: &Event,
    ) -> Result<(), CacheError> {
        // The same trouble again keeps the time when it was first noticed.
        let sql = "UPDATE account SET trouble = ?2,
                       trouble_at = coalesce(CASE WHEN trouble = ?2 THEN trouble_at END, ?3)
                   WHERE id = ?1";
        let (trouble, at) = (Word(trouble).to_string(), event.at.as_second());
        self.transaction(|transaction| {
            transaction.execute(sql, params![id.as_str(), trouble, at])?;
            history::append(transaction, id, event)?;
            journal::close(transaction, id)
        })
    }

    pub(crate) fn set_default(&self, id: &AccountId) -> Result<(), CacheError> {
        self.transaction(|transaction| {
            // First, because an index allows one default account only.
            transaction.execute("UPDATE account SET is_default = 0 WHERE is_default = 1", [])?;
            let sql = "UPDATE account SET is_default = 1 WHERE id = ?1";
            transaction.execute(sql, [id.as_str()]).map(drop)
        })
    }

    /// Removes an account with its profile, history and journal entry. If it was the default account, the one that was
    /// connected first becomes it.
    pub(crate) fn remove(&self, id: &AccountId) -> Result<(), CacheError> {
        let next = "UPDATE account SET is_default = 1
                    WHERE id = (SELECT id FROM account ORDER BY connected_at, id LIMIT 1)
                      AND NOT EXISTS (SELECT 1 FROM account WHERE is_default = 1)";
        self.transaction(|transaction| {
            transaction.execute("DELETE FROM account WHERE id = ?1", [id.as_str()])?;
            transaction.execute(next, []).map(drop)
        })
    }
}

fn insert_or_announce(transaction: &Connection, login: &NewLogin<'_>) -> rusqlite::Result<()> {
    // A known account keeps its store until the new token is in the other one.
    let sql = "INSERT INTO account (id, app_scoped_id, username, alias, is_default, app, store, connected_at)
               VALUES (:id, :app_scoped_id, :username, :alias,
                       NOT EXISTS (SELECT 1 FROM account), :app, :store, :connected_at)
               ON CONFLICT (id) DO UPDATE SET alias = coalesce(:alias, alias),
                   other_store = CASE WHEN store = :store THEN other_store ELSE :store END";
    let row = named_params! {
        ":id": login.id.as_str(),
        ":app_scoped_id": login.app_scoped_id,
        ":username": login.username,
        ":alias": login.alias.map(Alias::as_str),
        ":app": login.app,
        ":store": login.store.as_str(),
        ":connected_at": login.connected_at.as_second(),
    };
    transaction.execute(sql, row).map(drop)
}

fn record(
    transaction: &Connection,
    id: &AccountId,
    stored: &Stored<'_>,
    update: Option<ProfileUpdate<'_>>,
    (kind, at): (EventKind, Timestamp),
) -> rusqlite::Result<()> {
    let sql = "UPDATE account SET app = ?2, generation = ?3, issued_at = ?4, expires_at = ?5, scopes = ?6,
                   fingerprint = ?7, trouble = NULL, trouble_at = NULL
               WHERE id = ?1";
    transaction.prepare_cached(sql)?.execute(params![
        id.as_str(),
        stored.app,
        stored.generation,
        stored.issued_at.map(Timestamp::as_second),
        stored.expires_at.map(Timestamp::as_second),
        stored.scopes.joined(),
        stored.fingerprint.as_str()
    ])?;
    if let Some((username, profile)) = update {
        record_profile(transaction, id, username, profile)?;
    }
    let profile = update.map(|(_, profile)| profile);
    let event = Event::new(kind, at, stored.expires_at, profile);
    history::append(transaction, id, &event)?;
    journal::close(transaction, id)
}

fn record_profile(
    transaction: &Connection,
    id: &AccountId,
    username: &str,
    profile: &Profile,
) -> rusqlite::Result<()> {
    let (id, fetched_at) = (id.as_str(), profile.fetched_at.as_second());
    let text = |field: &'_ Option<Untrusted>| field.as_ref().map(|text| text.raw().to_owned());
    let sql = "UPDATE account SET username = ?2, verified_at = ?3 WHERE id = ?1";
    let mut update = transaction.prepare_cached(sql)?;
    update.execute(params![id, username, fetched_at])?;
    // A username is unique at Instagram at one time: an account that was seen with it before has another one now.
    let sql = "UPDATE account SET username = ''
               WHERE username = ?2 AND id <> ?1 AND ifnull(verified_at, ?3) <= ?3";
    let mut forget = transaction.prepare_cached(sql)?;
    forget.execute(params![id, username, fetched_at])?;
    let sql = "INSERT OR REPLACE INTO profile (account_id, name, biography, website, account_type,
                   profile_picture_url, followers_count, follows_count, media_count, fetched_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    transaction.prepare_cached(sql)?.execute(params![
        id,
        text(&profile.name),
        text(&profile.biography),
        text(&profile.website),
        text(&profile.account_type),
        text(&profile.profile_picture_url),
        profile.followers_count,
        profile.follows_count,
        profile.media_count,
        fetched_at
    ])?;
    Ok(())
}
