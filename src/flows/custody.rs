//! The storage protocol: store and cache brought into agreement before a change, and a new token put beside the old.
//!
//! The store is the truth; the valid entry of the highest generation counts. The cache and its journal are hints.

use jiff::Timestamp;

use super::{FlowError, Parts};
use crate::account::{Account, Grant, Operation, Trouble};
use crate::cache::{Arrival, Event, EventKind, Seen, Stored};
use crate::instagram::{Instagram, InstagramError, Me};
use crate::vault::{Entry, Slot};

/// A token as it lies in the store.
pub(super) struct Held {
    pub(super) slot: Slot,
    pub(super) entry: Entry,
}

/// Finds the account's token and repairs what an interrupted run left: a newer entry than the cache knows is
/// recorded, an older one deleted, a begun disconnect finished. Where only an older one is left, it is for [`settle`]
/// to judge. Called with the lock held.
pub(super) fn adopt(parts: &mut Parts<'_>, account: &Account) -> Result<Held, FlowError> {
    let id = &account.id;
    if account.interrupted == Some(Operation::Disconnect) {
        parts.vault.forget(id)?;
        parts.cache.forget(id)?;
        return Err(FlowError::NoAccount);
    }
    let now = parts.later();
    let Some((slot, entry)) = parts.vault.newest(id)? else {
        let event = Event::failed(now, "secret gone");
        parts
            .cache
            .record_trouble(id, Trouble::SecretGone, &event)?;
        return Err(FlowError::SecretGone);
    };
    let begun = parts.cache.journal(id)?;
    let awaited = begun.map_or(account.generation, |begun| begun.generation);
    // A change that reached its generation is done; one that did not is for Instagram to judge.
    let reached = entry.generation >= awaited;
    if reached && entry.generation > account.generation {
        let kind = match account.interrupted {
            Some(Operation::Login) => EventKind::Connected,
            _ => EventKind::Refreshed,
        };
        let event = Event::new(kind, now, entry.grant.expires_at, None);
        record(parts, &entry, None, &event)?;
    }
    if reached {
        // Only a leftover: the next change deletes it if this does not.
        let _ = parts.vault.keep_only(id, slot);
    } else if begun.is_none() {
        // The store was put back to an earlier time: what is recorded is the life of a token that is gone.
        let change = Operation::Refresh;
        parts.cache.open_journal(id, change, awaited, now)?;
    }
    Ok(Held { slot, entry })
}

/// Asks Instagram about a change whose end is unknown, and records the answer. Called with the lock held.
pub(super) async fn settle(
    parts: &mut Parts<'_>,
    instagram: &Instagram,
    held: &Held,
) -> Result<(), FlowError> {
    if parts.cache.journal(&held.entry.id)?.is_none() {
        return Ok(());
    }
    let me = ask(parts, instagram, held).await?;
    record_me(parts, held, &me)
}

/// Asks `/me` with the held token. A token that Instagram calls over is recorded as such; nothing else condemns it.
pub(super) async fn ask(
    parts: &mut Parts<'_>,
    instagram: &Instagram,
    held: &Held,
) -> Result<Me, FlowError> {
    let id = &held.entry.id;
    let now = parts.later();
    match instagram.me(&held.entry.grant.token, now).await {
        Ok(me) if me.id == *id => Ok(me),
        Ok(_) => Err(FlowError::MixedUp),
        Err(error) => {
            note(parts, &held.entry, &error)?;
            Err(error.into())
        }
    }
}

/// Records an answer of `/me`, and with it the token that it was about.
pub(super) fn record_me(parts: &mut Parts<'_>, held: &Held, me: &Me) -> Result<(), FlowError> {
    let (at, ends) = (me.profile.fetched_at, held.entry.grant.expires_at);
    let event = Event::new(EventKind::Verified, at, ends, Some(&me.profile));
    record(parts, &held.entry, Some(me), &event)
}

/// Records that Instagram calls the token over, if that is what it said.
pub(super) fn note(
    parts: &mut Parts<'_>,
    entry: &Entry,
    error: &InstagramError,
) -> Result<(), FlowError> {
    if let Some(trouble) = error.trouble() {
        let event = Event::failed(parts.later(), error.cause());
        parts.cache.record_trouble(&entry.id, trouble, &event)?;
    }
    Ok(())
}

/// Puts a new token beside the old one and proves it by reading. The change is announced already; what follows is
/// [`record`].
pub(super) fn put(parts: &Parts<'_>, held: Option<&Held>, entry: Entry) -> Result<Held, FlowError> {
    let label = format!("igconnect: Instagram token of account {}", entry.id);
    let slot = parts
        .vault
        .put(&entry, &label, held.map(|held| held.slot))?;
    Ok(Held { slot, entry })
}

/// Records a stored token and ends the announced change.
pub(super) fn record(
    parts: &mut Parts<'_>,
    entry: &Entry,
    me: Option<&Me>,
    event: &Event,
) -> Result<(), FlowError> {
    let fingerprint = entry.fingerprint();
    let stored = stored(entry, fingerprint.as_str());
    Ok(parts
        .cache
        .record_stored(&entry.id, &stored, me.map(seen), event)?)
}

/// Records the stored token of a login and ends the announced change.
pub(super) fn record_login(
    parts: &mut Parts<'_>,
    arrival: &Arrival<'_>,
    entry: &Entry,
    me: &Me,
) -> Result<(), FlowError> {
    let fingerprint = entry.fingerprint();
    let stored = stored(entry, fingerprint.as_str());
    let (at, ends) = (arrival.connected_at, entry.grant.expires_at);
    let event = Event::new(EventKind::Connected, at, ends, Some(&me.profile));
    Ok(parts
        .cache
        .record_login(arrival, &stored, seen(me), &event)?)
}

fn stored<'a>(entry: &'a Entry, fingerprint: &'a str) -> Stored<'a> {
    Stored {
        app: &entry.app,
        generation: entry.generation,
        issued_at: entry.grant.issued_at,
        expires_at: entry.grant.expires_at,
        scopes: &entry.grant.scopes,
        fingerprint,
    }
}

fn seen(me: &Me) -> Seen<'_> {
    (&me.username, &me.profile)
}

/// The grant that an answer of Instagram makes. The server's own clock counts, where it said what time it is.
pub(super) fn grant(
    answer: crate::instagram::LongAnswer,
    scopes: crate::account::Scopes,
    now: Timestamp,
) -> Grant {
    let told_at = answer.date.unwrap_or(now);
    Grant {
        token: answer.token,
        issued_at: Some(crate::account::issued_at(told_at, answer.expires_in)),
        expires_at: crate::account::expires_at(told_at, answer.expires_in),
        scopes,
    }
}
