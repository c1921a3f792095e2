//! Forget: token and cached data leave this machine, and reading back proves it. Announced first, so that a run that
//! dies in between is finished by the next one.

use super::{FlowContext, FlowError, other_store};
use crate::account::{AccountId, Operation};
use crate::instagram::{Instagram, InstagramError};
use crate::store::StoreError;

/// What came of trying to revoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revocation {
    /// It was not asked for.
    NotTried,
    /// Instagram accepted the call and then refused the token.
    Confirmed,
    /// Nobody knows: the call failed, or the token still works.
    NotConfirmed,
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Disconnected {
    /// What became of the token at Instagram.
    pub revocation: Revocation,
    /// Whether there was a token to delete.
    pub had_token: bool,
}

/// Forgets one account. `revoke` tries the undocumented call first, as long as the token is here.
pub(crate) async fn disconnect(
    parts: &FlowContext<'_>,
    id: &AccountId,
    revoke: Option<&Instagram>,
) -> Result<Disconnected, FlowError> {
    let (_lock, account) = parts.lock_known(id).await?;
    // A store that cannot be asked stops here, before anything is announced.
    other_store::empty(parts, id)?;
    let held = match parts.store().load_newest(id) {
        // Which of two entries of one name counts nobody knows; to be forgotten are both.
        Err(StoreError::Ambiguous) if revoke.is_none() => None,
        held => held?,
    };
    let revocation = match (revoke, &held) {
        (Some(instagram), Some((_, entry))) => {
            attempt(instagram, &entry.grant.token, parts.now()).await
        }
        (Some(_), None) => Revocation::NotConfirmed,
        (None, _) => Revocation::NotTried,
    };
    let at = parts.now();
    // Another machine may have renewed it since this one looked.
    let stored = held.as_ref().map_or(0, |(_, entry)| entry.generation);
    let generation = account.generation.max(stored);
    parts
        .cache
        .open_journal(id, Operation::Disconnect, generation, at)
        .await?;
    parts.store().delete_account(id)?;
    parts.cache.forget(id)?;
    log::info!(account = id.as_str(), happened = "disconnected"; "account");
    Ok(Disconnected {
        revocation,
        had_token: held.is_some(),
    })
}

async fn attempt(
    instagram: &Instagram,
    token: &crate::account::LongToken,
    now: jiff::Timestamp,
) -> Revocation {
    let accepted = instagram.revoke(token).await.is_ok();
    let refused = |error: InstagramError| error.trouble().is_some();
    if accepted && instagram.me(token, now).await.err().is_some_and(refused) {
        Revocation::Confirmed
    } else {
        Revocation::NotConfirmed
    }
}
