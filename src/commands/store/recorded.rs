//! What the cache records about where accounts are, and the stores to ask because of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::{Account, AccountId, StoreKind};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::session::{Session, StoreInUse};

/// Empty without a cache.
pub(super) struct Recorded {
    pub(super) accounts: Vec<Account>,
    /// The store of each account that a move or a login has yet to empty.
    pub(super) other_stores: BTreeMap<AccountId, StoreKind>,
}

impl Recorded {
    pub(super) fn read(cache: Option<&Cache>) -> Result<Self, Failure> {
        Ok(match cache {
            None => Self {
                accounts: Vec::new(),
                other_stores: BTreeMap::new(),
            },
            Some(cache) => Self {
                accounts: cache.all()?,
                other_stores: cache.other_stores()?,
            },
        })
    }

    /// Opens every store that may contain something of this world, the chosen one first.
    pub(super) fn open_stores(&self, session: &Session) -> Result<Vec<StoreInUse>, Failure> {
        let own = self.accounts.iter().map(|account| &account.store);
        let kinds: BTreeSet<_> = own.chain(self.other_stores.values()).cloned().collect();
        session.stores.open_in_use(kinds)
    }
}
