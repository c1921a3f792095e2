//! Reconcile: the cache is brought to what the store says, without Instagram: accounts that another machine connected,
//! renewed or disconnected, or that the cache lost.

use super::{FlowContext, FlowError, learn, rebuild, token_storage};
use crate::account::{AccountId, Operation, Trouble};
use crate::cache::{AccountLock, CacheError, Event, EventKind};

/// Brings every account of this store into the cache. Instagram is asked later about those that are new here; of those
/// that are known, the entry of a later generation counts, which was stored once Instagram had issued its token.
pub(crate) async fn update_from_store(parts: &FlowContext<'_>) -> Result<(), FlowError> {
    let stored = parts.store().list_accounts()?;
    for id in &stored {
        one(parts, id).await?;
    }
    let kind = parts.store().kind();
    let mut gone = Vec::new();
    parts.cache.for_each(|account| {
        let place = stored.binary_search_by_key(&rank(account.id.as_str()), |id| rank(id.as_str()));
        let is_known = matches!(
            account.trouble,
            Some(Trouble::SecretGone | Trouble::Removed)
        );
        if account.store == *kind && place.is_err() && !is_known {
            gone.push(account.id.clone());
        }
        Ok::<_, CacheError>(())
    })?;
    for id in &gone {
        look(parts, id).await?;
    }
    Ok(())
}

/// As the store sorts them.
fn rank(id: &str) -> (usize, &str) {
    (id.len(), id)
}

/// To read the store nobody else is held up, so only this machine's own writers are waited for.
async fn one(parts: &FlowContext<'_>, id: &AccountId) -> Result<(), FlowError> {
    let _lock = AccountLock::acquire(parts.locks, id).await?;
    let Some((_, entry)) = parts.store().load_newest(id)? else {
        return Ok(());
    };
    let known = parts.read(id)?;
    let kind = parts.store().kind();
    match known {
        None => rebuild::adopt(parts, &entry),
        // A change under way, another store, or a store that was put back to an earlier time: for the next change to
        // judge.
        Some(account) if account.store != *kind || account.interrupted.is_some() => Ok(()),
        Some(account) if entry.generation <= account.generation => Ok(()),
        Some(_) => {
            let ends = entry.grant.expires_at;
            let event = Event::new(EventKind::Refreshed, parts.now(), ends, None);
            token_storage::record(parts, &entry, None, &event).await
        }
    }
}

/// Looks whether the store still has a token of the account, and says why not. What it has not is recorded. To look
/// nobody needs to be able to change anything.
pub(crate) async fn look(
    parts: &FlowContext<'_>,
    id: &AccountId,
) -> Result<Option<FlowError>, FlowError> {
    let _lock = AccountLock::acquire(parts.locks, id).await?;
    let account = parts.account(id)?;
    let is_here = account.store == *parts.store().kind();
    // A login that stored nothing yet, or a begun disconnect, is for the next change to judge.
    let is_open = matches!(
        account.interrupted,
        Some(Operation::Login | Operation::Disconnect)
    );
    if !is_here || is_open {
        return Ok(None);
    }
    match parts.store().load_newest(id)? {
        Some(_) => Ok(None),
        None => {
            let gone = token_storage::why_gone(parts, &account)?;
            Ok(Some(learn::learn(parts, id, gone)))
        }
    }
}
