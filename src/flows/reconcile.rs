//! Reconcile: the cache is brought to what the store says, without Instagram: accounts that another machine connected,
//! renewed or disconnected, or that the cache lost.

use super::{FlowError, Parts, custody, rebuild};
use crate::account::{Account, AccountId, Trouble};
use crate::cache::{AccountLock, Event, EventKind};

/// Brings every account of this store into the cache. Instagram is asked later about those that are new here; of those
/// that are known, the entry of a later generation counts, which was stored once Instagram had issued its token.
pub async fn reconcile(parts: &Parts<'_>) -> Result<(), FlowError> {
    let stored = parts.vault.accounts()?;
    for id in &stored {
        one(parts, id).await?;
    }
    let word = parts.vault.kind().word();
    for account in parts.cache.all()? {
        if account.store == word
            && stored
                .binary_search_by_key(&rank(&account.id), rank)
                .is_err()
        {
            settle_gone(parts, &account).await?;
        }
    }
    Ok(())
}

/// As the store sorts them.
fn rank(id: &AccountId) -> (usize, String) {
    (id.as_str().len(), id.to_string())
}

/// To read the store nobody else is held up, so only this machine's own writers are waited for.
async fn one(parts: &Parts<'_>, id: &AccountId) -> Result<(), FlowError> {
    let _lock = AccountLock::acquire(parts.locks, id).await?;
    let Some((_, entry)) = parts.vault.newest(id)? else {
        return Ok(());
    };
    let known = parts.read(id)?;
    let word = parts.vault.kind().word();
    match known {
        None => rebuild::adopt(parts, &entry),
        // A change under way, another store, or a store that was put back to an earlier time: for the next change to
        // judge.
        Some(account) if account.store != word || account.interrupted.is_some() => Ok(()),
        Some(account) if entry.generation <= account.generation => Ok(()),
        Some(_) => {
            let ends = entry.grant.expires_at;
            let event = Event::new(EventKind::Refreshed, parts.later(), ends, None);
            custody::record(parts, &entry, None, &event)
        }
    }
}

/// What the store has not, and why, is what the account's next change would learn.
async fn settle_gone(parts: &Parts<'_>, account: &Account) -> Result<(), FlowError> {
    if matches!(
        account.trouble,
        Some(Trouble::SecretGone | Trouble::Removed)
    ) {
        return Ok(());
    }
    match look(parts, &account.id).await {
        Err(FlowError::SecretGone | FlowError::RemovedElsewhere { .. } | FlowError::NoAccount) => {
            Ok(())
        }
        looked => looked,
    }
}

/// Looks for the account's token as a change of it would; its row and history tell what came of it, if it is gone.
pub async fn look(parts: &Parts<'_>, id: &AccountId) -> Result<(), FlowError> {
    let (_lock, account) = parts.lock_known(id).await?;
    match custody::adopt(parts, &account) {
        Ok(_) => Ok(()),
        Err(error) => Err(custody::learn(parts, id, error)),
    }
}
