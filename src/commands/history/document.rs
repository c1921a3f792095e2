//! A history in JSON.

use crate::account::{Account, AccountId, Alias, Untrusted};
use crate::cache::{Event, EventKind};
use crate::output::json::Instant;

document! {
    pub(in crate::commands) struct HistoryJson<'a> {
        id: &'a AccountId,
        username: Option<&'a str>,
        alias: Option<&'a str>,
        /// The newest first.
        events: Vec<EventJson<'a>>,
    }
}

impl<'a> HistoryJson<'a> {
    pub(super) fn new(account: &'a Account, events: &'a [Event]) -> Self {
        Self {
            id: &account.id,
            username: account.known_username().map(Untrusted::raw),
            alias: account.alias.as_ref().map(Alias::as_str),
            events: events.iter().map(EventJson::new).collect(),
        }
    }
}

document! {
    struct EventJson<'a> {
        at: Instant,
        /// verified: Instagram answered for the token. found: the cache was lost, and the account found again in the store.
        event: EventKind,
        /// Why it failed: Instagram's CODE or CODE/SUBCODE (igconnect explain knows it), or a word such as network, store,
        /// expired.
        cause: Option<&'a str>,
        /// When the token expires, as known then.
        expires_at: Option<Instant>,
        followers_count: Option<i64>,
        follows_count: Option<i64>,
        media_count: Option<i64>,
    }
}

impl<'a> EventJson<'a> {
    fn new(event: &'a Event) -> Self {
        let [followers_count, follows_count, media_count] = event.counts.unwrap_or_default();
        Self {
            at: Instant(event.at),
            event: event.kind,
            cause: event.cause.as_deref(),
            expires_at: event.expires_at.map(Instant),
            followers_count,
            follows_count,
            media_count,
        }
    }
}
