//! The history of each connection: what happened, when, why, and the counts that were seen then.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::account::{AccountId, Profile};

/// What can happen to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A person consented.
    Connected,
    /// The token was renewed.
    Refreshed,
    /// Instagram answered for the token.
    Verified,
    /// Something failed; the cause says what.
    Failed,
}

impl EventKind {
    /// The word it is recorded by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Refreshed => "refreshed",
            Self::Verified => "verified",
            Self::Failed => "failed",
        }
    }
}

/// One line of a history.
#[derive(Debug)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Why, for a failure: our own short word such as `190/460`, never foreign text.
    pub cause: Option<String>,
    /// When the token dies, as known then.
    pub expires_at: Option<Timestamp>,
    /// Followers, follows and media as seen then.
    pub counts: Option<[Option<i64>; 3]>,
}

impl Event {
    /// An event without a cause; its counts are those of `profile`.
    pub fn new(
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

    /// A failure and its short cause.
    pub fn failed(at: Timestamp, cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(EventKind::Failed, at, None, None)
        }
    }
}

pub(super) fn append(
    transaction: &Transaction<'_>,
    id: &AccountId,
    event: &Event,
) -> rusqlite::Result<()> {
    let [followers, follows, media] = event.counts.unwrap_or_default();
    transaction.execute(
        "INSERT INTO history (account_id, at, kind, cause, expires_at, followers_count, follows_count, media_count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id.as_str(),
            event.at.as_second(),
            event.kind.word(),
            event.cause,
            event.expires_at.map(Timestamp::as_second),
            followers,
            follows,
            media
        ],
    )?;
    Ok(())
}
