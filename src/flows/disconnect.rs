//! Disconnect: token and cached data leave this machine, which is proved by reading. It is announced in the journal
//! first, so that the next run finishes what a killed run left.

use jiff::Timestamp;

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use crate::account::{AccountId, LongToken, Operation};
use crate::instagram::Instagram;
use crate::store::{Store, StoreError};

/// Disconnects an account. `revoke` tries the undocumented call first, while the token is still here. Returns whether
/// Instagram was seen to refuse the token afterwards; `None` without `revoke`.
pub(crate) async fn disconnect(
    context: &FlowContext<'_>,
    store: &Store,
    id: &AccountId,
    revoke: Option<&Instagram>,
) -> Result<Option<bool>, FlowError> {
    let (locked, account) = LockedAccount::lock_known(context, store, id).await?;
    // Both stores are asked before the change is announced: one that does not answer changes nothing.
    locked.empty_other_store()?;
    let newest = match locked.store().load_newest(id) {
        // Both entries go, so it does not matter which one counts.
        Err(StoreError::Ambiguous) if revoke.is_none() => None,
        newest => newest?,
    };
    let revoked = match (revoke, &newest) {
        (None, _) => None,
        (Some(_), None) => Some(false),
        (Some(instagram), Some((_, entry))) => {
            Some(try_to_revoke(instagram, &entry.grant.token, context.now()).await)
        }
    };
    // Another machine may have refreshed the token since the cache was written.
    let stored = newest.map_or(0, |(_, entry)| entry.generation);
    let generation = account.generation.max(stored);
    let (cache, operation) = (&context.cache, Operation::Disconnect);
    cache
        .open_journal(id, operation, generation, context.now())
        .await?;
    locked.delete()?;
    log::info!(account = id.as_str(), happened = "disconnected"; "account");
    Ok(revoked)
}

async fn try_to_revoke(instagram: &Instagram, token: &LongToken, now: Timestamp) -> bool {
    // The call is undocumented, so its answer proves nothing: only a refused token does.
    instagram.revoke(token).await.is_ok()
        && matches!(instagram.me(token, now).await, Err(error) if error.trouble().is_some())
}
