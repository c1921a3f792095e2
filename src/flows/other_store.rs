//! The other store of an account (see [`crate::cache`]): whatever ended a move or a login, the next story about the
//! account finds it named there and empties it.

use super::{FlowContext, FlowError};
use crate::account::AccountId;
use crate::store::{ClaimReply, Store, StoreError};

/// Whether the account has another store with a whole token of it.
pub(super) fn has_token(parts: &FlowContext<'_>, id: &AccountId) -> Result<bool, FlowError> {
    let Some(kind) = parts.cache.other_store(id)? else {
        return Ok(false);
    };
    let other = parts.other_vault(&kind)?;
    Ok(other.load_newest(id)?.is_some())
}

/// Empties the other store of the account, where it has one, and proves it. The store that it is in has all that
/// counts. Called with the lock held.
pub(super) fn empty(parts: &FlowContext<'_>, id: &AccountId) -> Result<(), FlowError> {
    let Some(kind) = parts.cache.other_store(id)? else {
        return Ok(());
    };
    let other = parts.other_vault(&kind)?;
    let _claim = match other.claim(id)? {
        ClaimReply::Granted(claim) => claim,
        ClaimReply::HeldBy(by) => return Err(FlowError::ClaimedElsewhere { by }),
    };
    if !has_moved_on(parts.store(), &other, id)? {
        other.delete_account(id)?;
    }
    parts.cache.forget_other_store(id)?;
    log::info!(account = id.as_str(), store = kind.as_str(); "emptied");
    Ok(())
}

/// Whether another machine that shares the other store has put a later token there, which is none of ours to remove.
fn has_moved_on(here: &Store, other: &Store, id: &AccountId) -> Result<bool, StoreError> {
    if other.machine().is_none() {
        return Ok(false);
    }
    let generation = |store: &Store| {
        let newest = store.load_newest(id)?;
        Ok::<_, StoreError>(newest.map_or(0, |(_, entry)| entry.generation))
    };
    Ok(generation(other)? > generation(here)?)
}
