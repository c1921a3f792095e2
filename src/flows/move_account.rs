//! Relocate: an account goes to another store. Announced, copied, read back, switched, removed and proved: in whichever
//! step it ends, one store has the token, and the other one is named in the cache and emptied by whoever comes next.

use super::learn::learn;
use super::{FlowContext, FlowError, other_store, token_storage};
use crate::account::AccountId;
use crate::store::Store;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoveOutcome {
    /// It is in the wanted store now, and in no other.
    Moved,
    /// It was there already.
    AlreadyThere,
}

/// Moves the account from the store of `parts` to another. Instagram is not asked.
pub(crate) async fn move_account(
    parts: &FlowContext<'_>,
    id: &AccountId,
    to: &Store,
) -> Result<MoveOutcome, FlowError> {
    let (_lock, account) = parts.lock_known(id).await?;
    let kind = to.kind();
    let is_there = account.store == *kind;
    if is_there && parts.cache.other_store(id)?.is_none() {
        return Ok(MoveOutcome::AlreadyThere);
    }
    let _claim = parts.claim(to, id).await?;
    let adopted = token_storage::adopt(parts, &account).await;
    adopted.map_err(|error| learn(parts, id, error))?;
    if is_there {
        empty_former(parts, id)?;
        return Ok(MoveOutcome::Moved);
    }
    other_store::empty(parts, id)?;
    // Which of two tokens is the better one only Instagram can tell, and none is to be lost.
    if to.has_other_token_than(parts.store(), id)? {
        return Err(FlowError::OtherThere(kind.clone()));
    }
    parts.cache.announce_other_store(id, kind)?;
    if let Err(error) = copy(parts, id, to) {
        // What is left is named, and goes with the next change if it does not go now.
        let _ = other_store::empty(parts, id);
        return Err(error);
    }
    parts.cache.switch_stores(id)?;
    log::info!(account = id.as_str(), store = kind.as_str(); "moved");
    empty_former(parts, id)?;
    Ok(MoveOutcome::Moved)
}

/// Torn copies of an earlier time make way; each slot is read back.
fn copy(parts: &FlowContext<'_>, id: &AccountId, to: &Store) -> Result<(), FlowError> {
    to.delete_account(id)?;
    Ok(to.copy_account(parts.store(), id, &token_storage::label(id))?)
}

/// The account is where it should be, whether or not its former store lets go of it.
fn empty_former(parts: &FlowContext<'_>, id: &AccountId) -> Result<(), FlowError> {
    let emptied = other_store::empty(parts, id);
    emptied.map_err(|error| match (error, parts.cache.other_store(id)) {
        (FlowError::Store(error), Ok(Some(former))) => FlowError::LeftBehind { former, error },
        (error, _) => error,
    })
}
