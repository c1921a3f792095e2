//! The history of each account: what happened, when, why, and the counts of that time. It is removed with its account,
//! and [`super::retention`] keeps it short.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Deserialize;

use super::database::Cache;
use super::error::CacheError;
use super::{retention, row};
use crate::account::{AccountId, Profile, Word, from_word};

document! {
    /// What happened to an account.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum EventKind {
        Connected,
        Refreshed,
        // Instagram answered for the token.
        Verified,
        Failed,
        // The cache was lost, and the account was found in the store. Its history starts again.
        Found,
    }
}

/// One entry of a history.
#[derive(Debug)]
pub struct Event {
    pub at: Timestamp,
    pub kind: EventKind,
    /// Why it failed: a short word of ours such as `190/460`, never untrusted text.
    pub cause: Option<String>,
    pub expires_at: Option<Timestamp>,
    /// Followers, follows and media at that time.
    pub counts: Option<[Option<i64>; 3]>,
}

impl Event {
    /// An event without a cause, with the counts of `profile`.
    pub(crate) fn new(
        kind: EventKind,
        at: Timestamp,
        expires_at: Option<Timestamp>,
        profile: Option<&Profile>,
    ) -> Self {
        let counts = profile.map(|p| [p.followers_count, p.follows_count, p.media_count]);
        Self {
            at,
            kind,
            cause: None,
            expires_at,
            counts,
        }
    }

    pub(crate) fn failed(at: Timestamp, cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(EventKind::Failed, at, None, None)
        }
    }
}

impl Cache {
    /// Returns the events of an account since `since`, at most `limit` of them, newest first.
    pub(crate) fn history(
        &self,
        id: &AccountId,
        since: Option<Timestamp>,
        limit: Option<u32>,
    ) -> Result<Vec<Event>, CacheError> {
        let sql = "SELECT at, kind, cause, expires_at, followers_count, follows_count, media_count
                   FROM history WHERE account_id = ?1 AND at >= ?2 ORDER BY at DESC, sequence DESC LIMIT ?3";
        let since = since.map_or(i64::MIN, Timestamp::as_second);
        // A negative limit means no limit in SQLite.
        let limit = limit.map_or(-1, i64::from);
        let events = self.query(sql, params![id.as_str(), since, limit], event)?;
        Ok(events.into_iter().flatten().collect())
    }

    /// Returns the last count of followers that was known at that time.
    pub(crate) fn followers_at(
        &self,
        id: &AccountId,
        at: Timestamp,
    ) -> Result<Option<i64>, CacheError> {
        let sql = "SELECT followers_count FROM history
                   WHERE account_id = ?1 AND at <= ?2 AND followers_count IS NOT NULL
                   ORDER BY at DESC, sequence DESC LIMIT 1";
        self.query_one(sql, params![id.as_str(), at.as_second()], |row| row.get(0))
    }

    /// Records a failure that says nothing about the token.
    pub(crate) fn record_failure(&self, id: &AccountId, event: &Event) -> Result<(), CacheError> {
        self.transaction(|transaction| append(transaction, id, event))
    }
}

/// Returns `None` for a kind of event of a newer version.
fn event(row: &Row<'_>) -> rusqlite::Result<Option<Event>> {
    let kind = from_word(&row.get::<_, String>("kind")?);
    let counts = [
        row.get("followers_count")?,
        row.get("follows_count")?,
        row.get("media_count")?,
    ];
    let cause = row.get("cause")?;
    let expires_at = row::at_second(row.get("expires_at")?);
    let at = row::at_second(row.get("at")?);
    Ok(kind.zip(at).map(|(kind, at)| Event {
        cause,
        counts: Some(counts),
        ..Event::new(kind, at, expires_at, None)
    }))
}

pub(super) fn append(
    transaction: &Connection,
    id: &AccountId,
    event: &Event,
) -> rusqlite::Result<()> {
    let [followers, follows, media] = event.counts.unwrap_or_default();
    let sql = "INSERT INTO history (account_id, at, kind, cause, expires_at, followers_count, follows_count, media_count)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    transaction.prepare_cached(sql)?.execute(params![
        id.as_str(),
        event.at.as_second(),
        Word(event.kind).to_string(),
        event.cause,
        event.expires_at.map(Timestamp::as_second),
        followers,
        follows,
        media
    ])?;
    retention::thin(transaction, id, event.at)
}
