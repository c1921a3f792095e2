//! Disconnect: token and cached data leave this machine, which is proved by reading. It is announced in the journal
//! first, so that the next run finishes what a killed run left.

use jiff::Timestamp;

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use crate::account::{AccountId, LongToken, Operation};
use crate::instagram::Instagram;
use crate::store::{Store, StoreError};

/// What became of the token at Instagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revocation {
    NotTried,
    /// Instagram accepted the call and refused the token afterwards.
    Confirmed,
    /// The call failed, or the token still works.
    NotConfirmed,
}

/// Disconnects an account. `revoke` tries the undocumented call first, while the token is still here.
pub(crate) async fn disconnect(
    context: &FlowContext<'_>,
    store: &Store,
    id: &AccountId,
    revoke: Option<&Instagram>,
) -> Result<Revocation, FlowError> {
    let (locked, account) = LockedAccount::lock_known(context, store, id).await?;
    // Both stores are asked before the change is announced: one that does not answer changes nothing.
    locked.empty_other_store()?;
    let newest = match locked.store().load_newest(id) {
        // Both entries go, so it does not matter which one counts.
        Err(StoreError::Ambiguous) if revoke.is_none() => None,
        newest => newest?,
    };
    let revocation = match (revoke, &newest) {
        (None, _) => Revocation::NotTried,
        (Some(_), None) => Revocation::NotConfirmed,
        (Some(instagram), Some((_, entry))) => {
            try_to_revoke(instagram, &entry.grant.token, context.now()).await
        }
    };
    // Another machine may have refreshed the token since the cache was written.
    let stored = newest.map_or(0, |(_, entry)| entry.generation);
    let generation = account.generation.max(stored);
    context
        .cache
        .open_journal(id, Operation::Disconnect, generation, context.now())
        .await?;
    locked.delete()?;
    log::info!(account = id.as_str(), happened = "disconnected"; "account");
    Ok(revocation)
}

async fn try_to_revoke(instagram: &Instagram, token: &LongToken, now: Timestamp) -> Revocation {
    if instagram.revoke(token).await.is_err() {
        return Revocation::NotConfirmed;
    }
    match instagram.me(token, now).await {
        Err(error) if error.trouble().is_some() => Revocation::Confirmed,
        _ => Revocation::NotConfirmed,
    }
}
