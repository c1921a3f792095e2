//! Renew: a due token gets another 60 days, and the profile is fetched again whether it was due or not.

use jiff::{SignedDuration, Timestamp};

use super::learn::learn;
use super::token_storage::{self, StoredToken};
use super::{FlowContext, FlowError};
use crate::account::{Account, AccountId, Due, Operation, Trouble};
use crate::cache::{Event, EventKind};
use crate::instagram::{Instagram, Me};
use crate::store::Entry;

/// When to renew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefreshPolicy {
    /// Less life left than this makes a token due.
    pub window: SignedDuration,
    /// Renew whatever Instagram lets.
    pub force: bool,
    /// Fetch the profile of a token that is not due too; `token` and `run` do without.
    pub profile: bool,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshOutcome {
    /// The token has a new life.
    Renewed,
    /// It has enough life left, until that instant.
    NotDue(Timestamp),
    /// Instagram renews no token younger than 24 hours; it will from that instant on.
    TooYoung(Timestamp),
}

/// Renews the account's token if it is due; its row and history tell what came of it, also when it failed.
pub(crate) async fn refresh(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    id: &AccountId,
    policy: RefreshPolicy,
) -> Result<(RefreshOutcome, Account), FlowError> {
    let (_lock, account) = parts.lock_known(id).await?;
    match attempt(parts, instagram, &account, policy).await {
        Ok(renewal) => Ok((renewal, parts.account(id)?)),
        Err(error) => Err(learn(parts, id, error)),
    }
}

async fn attempt(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    account: &Account,
    policy: RefreshPolicy,
) -> Result<RefreshOutcome, FlowError> {
    let held = token_storage::adopt(parts, account).await?;
    let settled = token_storage::settle(parts, instagram, &held).await?;
    let account = parts.account(&account.id)?;
    token_storage::compare_clocks(parts, instagram, &account).await;
    let renewal = match account.due(parts.now(), policy.window, policy.force) {
        Due::Expired => return Err(FlowError::Expired),
        Due::From(at) => RefreshOutcome::NotDue(at),
        Due::TooYoung(at) => RefreshOutcome::TooYoung(at),
        Due::Now => {
            replace(parts, instagram, &account, &held).await?;
            RefreshOutcome::Renewed
        }
    };
    if renewal != RefreshOutcome::Renewed && policy.profile && !settled {
        token_storage::check(parts, instagram, &held).await?;
    }
    Ok(renewal)
}

async fn replace(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    account: &Account,
    held: &StoredToken,
) -> Result<(), FlowError> {
    let id = &account.id;
    // A renewal whose result cannot be kept must not be asked for, nor one that another machine has begun.
    parts.store().prove_writable(id)?;
    let generation = held.entry.generation + 1;
    parts
        .cache
        .open_journal(id, Operation::Refresh, generation, parts.now())
        .await?;
    let answer = match instagram.refresh(&held.entry.grant.token).await {
        Ok(answer) => answer,
        Err(error) => {
            // Trouble with the token ends the change as it is recorded.
            if certainly_unchanged(&error) && error.trouble().is_none() {
                parts.cache.close_journal(id)?;
            }
            return Err(error.into());
        }
    };
    let entry = Entry {
        id: id.clone(),
        app: held.entry.app.clone(),
        username: account.username.raw().to_owned(),
        generation,
        grant: token_storage::grant(answer, held.entry.grant.scopes.clone(), parts.now()),
        written: parts.written(),
    };
    let stored = token_storage::put(parts, Some(held), entry)?;
    let me = identify(parts, instagram, &stored).await?;
    let ends = stored.entry.grant.expires_at;
    let profile = me.as_ref().map(|me| &me.profile);
    let event = Event::new(EventKind::Refreshed, parts.now(), ends, profile);
    token_storage::record(parts, &stored.entry, me.as_ref(), &event).await?;
    // The old token is only a leftover now; the next change deletes it if this does not.
    let _ = parts.store().keep_only(id, stored.slot);
    Ok(())
}

/// Code 1 is "an unknown error", which may have come after the deed (Graph API, "Error Handling").
const UNKNOWN_ERROR: i64 = 1;

/// Whether an error proves that the token is what it was: Instagram said no, or was never reached.
fn certainly_unchanged(error: &crate::instagram::InstagramError) -> bool {
    use crate::instagram::InstagramError::{Refused, Unreachable};
    match error {
        Unreachable(error) => error.nothing_was_sent(),
        Refused(error) => error.code != UNKNOWN_ERROR,
        _ => false,
    }
}

/// Whose the renewed token is. An answer for somebody else takes the new token back out; no answer at all is no
/// reason to lose it.
async fn identify(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    stored: &StoredToken,
) -> Result<Option<Me>, FlowError> {
    let id = &stored.entry.id;
    match instagram.me(&stored.entry.grant.token, parts.now()).await {
        Ok(me) if me.id == *id => Ok(Some(me)),
        Ok(_) => {
            // The journal stays open: whether the token before it is still alive, only Instagram can tell.
            parts.store().empty(id, stored.slot)?;
            Err(FlowError::MixedUp)
        }
        // New, and over already: both stay, for the one before it may be the one that lives. The next run finds out.
        Err(error) if error.trouble().is_some_and(Trouble::is_the_end) => {
            Err(FlowError::Doubtful(error))
        }
        Err(_) => Ok(None),
    }
}
