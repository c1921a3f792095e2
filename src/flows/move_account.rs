//! Move: an account goes to another store.
//!
//! Invariant: wherever a move ends, one store has the token, and the cache names the other one until it is emptied.

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use super::new_token::label;
use crate::account::AccountId;
use crate::store::Store;

/// Moves the account from `from` to `to`. Instagram is not asked. Returns `false` if the account is there already, and in
/// no other store.
pub(crate) async fn move_account(
    context: &FlowContext<'_>,
    from: &Store,
    id: &AccountId,
    to: &Store,
) -> Result<bool, FlowError> {
    let (locked, account) = LockedAccount::lock_known(context, from, id).await?;
    let is_there = account.store == *to.kind();
    if is_there && locked.other_store()?.is_none() {
        return Ok(false);
    }
    let _claim = locked.claim(to).await?;
    let loaded = locked.load_for_change(&account).await;
    loaded.map_err(|error| locked.record_failure(error))?;
    if !is_there {
        copy(&locked, to)?;
        context.cache.switch_stores(id)?;
        log::info!(account = id.as_str(), store = to.kind().as_str(); "moved");
    }
    empty_former_store(&locked)?;
    Ok(true)
}

/// Copies what the account has in its store and reads it back. The cache names the target before anything is written.
fn copy(locked: &LockedAccount<'_>, to: &Store) -> Result<(), FlowError> {
    locked.empty_other_store()?;
    // Only Instagram knows which of two tokens is better, and neither may be lost.
    if to.has_other_token_than(locked.store(), locked.id)? {
        return Err(FlowError::OtherTokenThere(to.kind().clone()));
    }
    let cache = &locked.context.cache;
    cache.announce_other_store(locked.id, to.kind())?;
    let copied = to
        .delete_account(locked.id)
        .and_then(|()| to.copy_account(locked.store(), locked.id, &label(locked.id)));
    copied.map_err(|error| {
        // If what was copied cannot be deleted now, the next change does it.
        let _ = locked.empty_other_store();
        error.into()
    })
}

/// The account counts as moved even if its former store cannot be emptied now.
fn empty_former_store(locked: &LockedAccount<'_>) -> Result<(), FlowError> {
    locked
        .empty_other_store()
        .map_err(|error| match (error, locked.other_store()) {
            (FlowError::Store(error), Ok(Some(former))) => FlowError::LeftBehind { former, error },
            (error, _) => error,
        })
}
