//! A history as programs read it.

use serde::Serialize;

use crate::account::{Account, Alias};
use crate::cache::Event;
use crate::output::json::Instant;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub(super) struct HistoryJson<'a> {
    #[cfg_attr(test, schemars(with = "crate::output::json::Id"))]
    id: &'a str,
    username: &'a str,
    alias: Option<&'a str>,
    /// The newest first.
    events: Vec<EventJson<'a>>,
}

impl<'a> HistoryJson<'a> {
    pub(super) fn new(account: &'a Account, events: &'a [Event]) -> Self {
        Self {
            id: account.id.as_str(),
            username: account.username.raw(),
            alias: account.alias.as_ref().map(Alias::as_str),
            events: events.iter().map(EventJson::new).collect(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
struct EventJson<'a> {
    at: Instant,
    /// verified: Instagram answered for the token. found: the cache was lost, and the account found again in the store.
    #[cfg_attr(test, schemars(extend("enum" = crate::cache::EventKind::WORDS)))]
    event: &'static str,
    /// Why it failed: Instagram's CODE or CODE/SUBCODE (igconnect explain knows it), or a word such as network, store,
    /// expired.
    cause: Option<&'a str>,
    /// When the token dies, as known then.
    expires_at: Option<Instant>,
    followers_count: Option<i64>,
    follows_count: Option<i64>,
    media_count: Option<i64>,
}

impl<'a> EventJson<'a> {
    fn new(event: &'a Event) -> Self {
        let [followers_count, follows_count, media_count] = event.counts.unwrap_or_default();
        Self {
            at: Instant(event.at),
            event: event.kind.word(),
            cause: event.cause.as_deref(),
            expires_at: event.expires_at.map(Instant),
            followers_count,
            follows_count,
            media_count,
        }
    }
}
