//! Rebuild: restores the cache, or single accounts of it, from the stores. Instagram is not asked; what it has to
//! confirm stays unverified.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use super::new_token::stored;
use crate::account::{AccountId, Operation, StoreKind, Trouble};
use crate::cache::{AccountLock, Cache, CacheError, EventKind, RecoveredAccount};
use crate::store::{Store, StoreError, TokenEntry};

/// Rebuilds the whole cache. A damaged one is set aside; one that is in order meanwhile is left as it is. If a store does
/// not answer, nothing changes.
pub(crate) fn rebuild(
    path: &Path,
    locks: &Path,
    stores: &[&Store],
    now: Timestamp,
) -> Result<Cache, FlowError> {
    let _lock = AccountLock::acquire_for_rebuild(locks)?;
    let is_damaged = match Cache::open_checked(path) {
        Ok(Some(_)) => return Ok(Cache::create(path, &[])?),
        Ok(None) => false,
        Err(CacheError::Damaged(_)) => true,
        Err(error) => return Err(error.into()),
    };
    let entries = newest_entries(stores)?;
    let accounts: Vec<_> = entries
        .iter()
        .map(|(kind, entry)| recovered(kind, entry, now))
        .collect();
    if is_damaged {
        Cache::set_aside(path, now)?;
    }
    Ok(Cache::create(path, &accounts)?)
}

/// Returns the valid entry of each account, the lowest id first. If several stores are possible, one may be absent.
fn newest_entries(stores: &[&Store]) -> Result<Vec<(StoreKind, TokenEntry)>, StoreError> {
    let mut newest: BTreeMap<(usize, AccountId), (StoreKind, TokenEntry)> = BTreeMap::new();
    for store in stores {
        let ids = match store.list_accounts() {
            Err(StoreError::Absent) if stores.len() > 1 => continue,
            ids => ids?,
        };
        for id in ids {
            let Some((_, entry)) = store.load_newest(&id)? else {
                continue;
            };
            let key = (id.as_str().len(), id);
            let known = newest.get(&key).map_or(-1, |(_, known)| known.generation);
            if entry.generation > known {
                newest.insert(key, (store.kind().clone(), entry));
            }
        }
    }
    Ok(newest.into_values().collect())
}

/// Adds the accounts that the store has and the cache lacks.
pub(crate) async fn add_missing_accounts(
    context: &FlowContext<'_>,
    store: &Store,
) -> Result<(), FlowError> {
    for id in context.prepare_wait(store).list_accounts()? {
        if context.cache.account(&id)?.is_some() {
            continue;
        }
        // A login or disconnect that runs at this moment ends first.
        let locked = LockedAccount::lock(context, store, &id).await?;
        if context.cache.account(&id)?.is_none()
            && let Some((_, entry)) = locked.store().load_newest(&id)?
        {
            add(&locked, &entry)?;
        }
    }
    Ok(())
}

fn add(locked: &LockedAccount<'_>, entry: &TokenEntry) -> Result<(), FlowError> {
    let account = recovered(locked.store().kind(), entry, locked.context.now());
    Ok(locked.context.cache.add_recovered(&account)?)
}

/// Brings all accounts of the store up to date in the cache: those that another machine connected, refreshed or
/// disconnected.
pub(crate) async fn update_from_store(
    context: &FlowContext<'_>,
    store: &Store,
) -> Result<(), FlowError> {
    let listed = context.prepare_wait(store).list_accounts()?;
    for id in &listed {
        update_account(context, store, id).await?;
    }
    let stored: BTreeSet<_> = listed.iter().collect();
    let mut missing = Vec::new();
    context.cache.for_each(|account| {
        let trouble = account.trouble;
        let is_recorded = matches!(trouble, Some(Trouble::SecretGone | Trouble::Removed));
        if account.store == *store.kind() && !stored.contains(&account.id) && !is_recorded {
            missing.push(account.id);
        }
        Ok::<_, CacheError>(())
    })?;
    for id in &missing {
        find_missing_reason(context, store, id).await?;
    }
    Ok(())
}

/// Takes over an entry of a later generation: it was stored after Instagram had issued its token.
async fn update_account(
    context: &FlowContext<'_>,
    store: &Store,
    id: &AccountId,
) -> Result<(), FlowError> {
    let locked = LockedAccount::lock_on_this_machine(context, store, id).await?;
    let Some((_, entry)) = locked.store().load_newest(id)? else {
        return Ok(());
    };
    let Some(account) = context.cache.account(id)? else {
        return add(&locked, &entry);
    };
    let is_settled = account.store == *store.kind() && account.interrupted.is_none();
    // The next change resolves the rest: an interrupted one, another store, or a store restored from a backup.
    if is_settled && entry.generation > account.generation {
        let (kind, now) = (EventKind::Refreshed, context.now());
        locked.record(&entry, None, kind, now).await?;
    }
    Ok(())
}

/// Returns why the store has no token of the account, and records it. `None` if the token is there, or if only the next
/// change can tell.
pub(crate) async fn find_missing_reason(
    context: &FlowContext<'_>,
    store: &Store,
    id: &AccountId,
) -> Result<Option<FlowError>, FlowError> {
    let locked = LockedAccount::lock_on_this_machine(context, store, id).await?;
    let account = locked.account()?;
    let interrupted = account.interrupted;
    let is_changing = matches!(interrupted, Some(Operation::Login | Operation::Disconnect));
    if account.store != *store.kind() || is_changing || locked.store().load_newest(id)?.is_some() {
        return Ok(None);
    }
    let reason = locked.missing_reason(&account)?;
    Ok(Some(locked.record_failure(reason)))
}

fn recovered<'a>(
    kind: &'a StoreKind,
    entry: &'a TokenEntry,
    at: Timestamp,
) -> RecoveredAccount<'a> {
    RecoveredAccount {
        id: &entry.id,
        username: &entry.username,
        store: kind,
        token: stored(entry),
        at,
    }
}
