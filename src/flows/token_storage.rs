//! The storage protocol: store and cache brought into agreement before a change, and a new token put beside the old.
//!
//! The store is the truth; the valid entry of the highest generation counts. The cache and its journal are hints.

use jiff::Timestamp;

use super::{FlowContext, FlowError, other_store};
use crate::account::{
    self, Account, AccountId, Grant, Operation, REFRESH_WINDOW, Reason, Scopes, Trouble, Word,
};
use crate::cache::{Arrival, Event, EventKind, Seen, Stored};
use crate::instagram::{Instagram, LongTokenResponse, Me};
use crate::store::{Entry, Slot, StoreError};

/// A token as it lies in the store.
pub(super) struct StoredToken {
    pub(super) slot: Slot,
    pub(super) entry: Entry,
}

/// Finds the account's token. A begun disconnect is finished, a login that stored nothing is forgotten. Where the
/// journal is open, or the store is ahead of the cache or behind it, it is for [`settle`] to judge. Called with the
/// lock held.
pub(super) async fn adopt(
    parts: &FlowContext<'_>,
    account: &Account,
) -> Result<StoredToken, FlowError> {
    let id = &account.id;
    let begun = parts.cache.journal(id)?;
    let leaves = begun.filter(|begun| begun.operation == Operation::Disconnect);
    let newest = match parts.store().newest(id) {
        Err(StoreError::Ambiguous) if leaves.is_some() => None,
        newest => newest?,
    };
    let in_store = newest.as_ref().map_or(0, |(_, entry)| entry.generation);
    // Another machine may have connected it since: what was to be forgotten is gone then.
    if leaves.is_some_and(|begun| in_store <= begun.generation) {
        other_store::empty(parts, id)?;
        parts.store().forget(id)?;
        parts.cache.forget(id)?;
        return Err(FlowError::NoAccount);
    }
    let now = parts.now();
    let Some((slot, entry)) = newest else {
        if account.generation == 0 {
            // What a killed write left in the store goes too.
            other_store::empty(parts, id)?;
            parts.store().forget(id)?;
            parts.cache.forget(id)?;
            return Err(FlowError::NoAccount);
        }
        // What was copied before it was lost here is all that is left of it.
        if other_store::has_token(parts, id)? {
            parts.cache.switch_stores(id)?;
            return Err(FlowError::Moved);
        }
        return Err(why_gone(parts, account)?);
    };
    // Where that store does not answer, what counts is in this one all the same.
    let _ = other_store::empty(parts, id);
    if begun.is_none() {
        if entry.generation == account.generation {
            // Only a leftover: the next change deletes it if this does not.
            let _ = parts.store().keep_only(id, slot);
        } else {
            // Store or cache was put back to an earlier time: what is recorded is the life of another token.
            let change = Operation::Refresh;
            parts
                .cache
                .open_journal(id, change, entry.generation, now)
                .await?;
        }
    }
    Ok(StoredToken { slot, entry })
}

/// Why the store has no token of an account that had one.
pub(super) fn why_gone(parts: &FlowContext<'_>, account: &Account) -> Result<FlowError, FlowError> {
    Ok(match parts.store().removed_by(&account.id)? {
        Some(by) => FlowError::RemovedElsewhere { by },
        None => FlowError::SecretGone(account.store.clone()),
    })
}

/// Asks Instagram about a change whose end is unknown, and records the answer; whether there was one. Called with the
/// lock held.
pub(super) async fn settle(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    held: &StoredToken,
) -> Result<bool, FlowError> {
    let is_open = parts.cache.journal(&held.entry.id)?.is_some();
    if is_open {
        check(parts, instagram, held).await?;
    }
    Ok(is_open)
}

/// Corrects a clock by which the token is over, or which contradicts what is recorded: it may be the clock that is
/// wrong. A server is asked for the time; no token is sent.
pub(super) async fn compare_clocks(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    account: &Account,
) {
    let doubtful = [Some(Reason::PastEnd), Some(Reason::ClockBehind)];
    let reason = account.status(parts.now(), REFRESH_WINDOW).reason;
    if doubtful.contains(&reason)
        && let Some(time) = instagram.time().await
    {
        parts.clock.correct(time);
    }
}

/// Asks Instagram about the token and records the answer, which ends every change under way.
pub(super) async fn check(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    held: &StoredToken,
) -> Result<(), FlowError> {
    let (id, entry) = (&held.entry.id, &held.entry);
    let me = ask(parts, instagram, held).await?;
    let is_new = entry.generation > parts.account(id)?.generation;
    let begun = parts.cache.journal(id)?.map(|begun| begun.operation);
    let kind = match begun.filter(|_| is_new) {
        Some(Operation::Login) => EventKind::Connected,
        Some(Operation::Refresh) => EventKind::Refreshed,
        _ => EventKind::Verified,
    };
    let (at, ends) = (me.profile.fetched_at, entry.grant.expires_at);
    let event = Event::new(kind, at, ends, Some(&me.profile));
    record(parts, entry, Some(&me), &event).await?;
    let _ = parts.store().keep_only(id, held.slot);
    Ok(())
}

/// Asks `/me` with the held token. A token that Instagram calls over is recorded as such; nothing else condemns it. One
/// that is somebody else's, or over, makes way for the one beside it, where that is still there and may be alive.
async fn ask(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    held: &StoredToken,
) -> Result<Me, FlowError> {
    let id = &held.entry.id;
    let now = parts.now();
    match instagram.me(&held.entry.grant.token, now).await {
        Ok(me) if me.id == *id => {
            parts.clock.correct(me.profile.fetched_at);
            Ok(me)
        }
        Ok(_) => {
            if parts.store().holds_other(id, held.slot)? {
                parts.store().empty(id, held.slot)?;
            }
            Err(FlowError::MixedUp)
        }
        Err(error)
            if error.trouble().is_some_and(Trouble::is_the_end)
                && parts.store().holds_other(id, held.slot)? =>
        {
            parts.store().empty(id, held.slot)?;
            Err(FlowError::Doubtful(error))
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts a new token beside the old one and proves it by reading. The change is announced already; what follows is
/// [`record`].
pub(super) fn put(
    parts: &FlowContext<'_>,
    held: Option<&StoredToken>,
    entry: Entry,
) -> Result<StoredToken, FlowError> {
    let label = label(&entry.id);
    let slot = parts
        .store()
        .put(&entry, &label, held.map(|held| held.slot))?;
    Ok(StoredToken { slot, entry })
}

/// What a store shows of an account's token.
pub(super) fn label(id: &AccountId) -> String {
    format!("igconnect: Instagram token of account {id}")
}

/// Records a stored token and ends the announced change.
pub(super) async fn record(
    parts: &FlowContext<'_>,
    entry: &Entry,
    me: Option<&Me>,
    event: &Event,
) -> Result<(), FlowError> {
    let fingerprint = entry.fingerprint();
    let stored = stored(entry, fingerprint.as_str());
    parts
        .cache
        .record_stored(&entry.id, &stored, me.map(seen), event)
        .await?;
    log::info!(account = entry.id.as_str(), happened:% = Word(event.kind); "account");
    Ok(())
}

/// Records the stored token of a login and ends the announced change.
pub(super) fn record_login(
    parts: &FlowContext<'_>,
    new_login: &Arrival<'_>,
    entry: &Entry,
    me: &Me,
) -> Result<(), FlowError> {
    let fingerprint = entry.fingerprint();
    let stored = stored(entry, fingerprint.as_str());
    let (at, ends) = (new_login.connected_at, entry.grant.expires_at);
    let event = Event::new(EventKind::Connected, at, ends, Some(&me.profile));
    parts
        .cache
        .record_login(new_login, &stored, seen(me), &event)?;
    log::info!(account = entry.id.as_str(), happened:% = Word(event.kind); "account");
    Ok(())
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

/// The grant that an answer of Instagram makes. Its end is unknown where nobody said it, or by no clock to be trusted.
pub(super) fn grant(answer: LongTokenResponse, scopes: Scopes, now: Timestamp) -> Grant {
    let answered_at = account::answered_at(answer.date, now);
    let life = answered_at.zip(answer.expires_in);
    let expires_at = life.and_then(|(at, seconds)| account::expires_at(at, seconds));
    Grant {
        token: answer.token,
        issued_at: answered_at.map(|at| account::issued_at(at, expires_at)),
        expires_at,
        scopes,
    }
}
