//! Rebuild: the cache is lost or damaged, or lacks an account that the store has. What the entries say of themselves is
//! recorded; Instagram is asked before anybody relies on it.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::{FlowContext, FlowError};
use crate::account::{AccountId, StoreKind};
use crate::cache::{AccountLock, Cache, CacheError, Found};
use crate::store::{Store, StoreError, TokenEntry};

/// Makes the cache of what the stores hold. A damaged one is set aside, one that is sound by now is left as it is, and
/// a store that does not answer changes nothing.
pub(crate) fn rebuild(
    path: &Path,
    locks: &Path,
    stores: &[&Store],
    at: Timestamp,
) -> Result<Cache, FlowError> {
    let _lock = AccountLock::of_database(locks)?;
    let damaged = match Cache::open_sound(path) {
        Ok(Some(_)) => return Ok(Cache::create(path, &[])?),
        Ok(None) => false,
        Err(CacheError::Damaged(_)) => true,
        Err(error) => return Err(error.into()),
    };
    let entries = entries(stores)?;
    let found: Vec<_> = entries
        .iter()
        .map(|(kind, entry)| found(kind, entry, at))
        .collect();
    if damaged {
        Cache::set_aside(path, at)?;
    }
    Ok(Cache::create(path, &found)?)
}

/// Makes a row for every account that the store has and the cache has not.
pub(crate) async fn add_missing_accounts(parts: &FlowContext<'_>) -> Result<(), FlowError> {
    for id in parts.store().list_accounts()? {
        if parts.read(&id)?.is_some() {
            continue;
        }
        // A login or disconnect of this moment ends first.
        let (_lock, account) = parts.lock(&id).await?;
        if account.is_none()
            && let Some((_, entry)) = parts.store().load_newest(&id)?
        {
            adopt(parts, &entry)?;
        }
    }
    Ok(())
}

/// Makes the row of an account that the store has, as its entry says.
pub(super) fn adopt(parts: &FlowContext<'_>, entry: &TokenEntry) -> Result<(), FlowError> {
    let found = found(parts.store().kind(), entry, parts.now());
    Ok(parts.cache.adopt(&found)?)
}

/// The valid entry of every account, the lowest id first. Where several stores are possible, one may be missing.
fn entries(stores: &[&Store]) -> Result<Vec<(StoreKind, TokenEntry)>, StoreError> {
    let mut all: BTreeMap<(usize, AccountId), (StoreKind, TokenEntry)> = BTreeMap::new();
    for store in stores {
        let ids = match store.list_accounts() {
            Err(StoreError::Absent) if stores.len() > 1 => continue,
            ids => ids?,
        };
        for id in ids {
            let Some((_, entry)) = store.load_newest(&id)? else {
                continue;
            };
            let place = (id.as_str().len(), id);
            let known = all.get(&place).map_or(-1, |(_, known)| known.generation);
            if entry.generation > known {
                all.insert(place, (store.kind().clone(), entry));
            }
        }
    }
    Ok(all.into_values().collect())
}

fn found<'a>(kind: &'a StoreKind, entry: &'a TokenEntry, at: Timestamp) -> Found<'a> {
    Found {
        id: &entry.id,
        username: &entry.username,
        app: &entry.app,
        store: kind,
        generation: entry.generation,
        issued_at: entry.grant.issued_at,
        expires_at: entry.grant.expires_at,
        scopes: &entry.grant.scopes,
        fingerprint: entry.fingerprint(),
        at,
    }
}
