//! What the cache knows of where accounts are, and the stores that are asked because of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::account::{Account, AccountId, StoreKind};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::session::Session;
use crate::session::stores::ChosenBy;
use crate::store::Store;

/// The accounts, and in which other store something of one may lie. Nobody, where there is no cache.
pub(super) struct Known {
    pub(super) accounts: Vec<Account>,
    pub(super) other_stores: BTreeMap<AccountId, StoreKind>,
}

/// A store that is asked.
pub(super) struct StoreInUse {
    pub(super) kind: StoreKind,
    /// The store, if it can be opened here.
    pub(super) store: Result<Rc<Store>, Failure>,
    /// Whether it is a failure that there is none: somebody chose it or has a token in it, or the tokens are real.
    pub(super) is_needed: bool,
}

impl Known {
    pub(super) fn read(cache: Option<&Cache>) -> Result<Self, Failure> {
        Ok(Self {
            accounts: cache.map_or(Ok(Vec::new()), Cache::all)?,
            other_stores: cache.map_or(Ok(BTreeMap::new()), Cache::other_stores)?,
        })
    }

    /// Every store that something of this world may be in, the chosen one first.
    pub(super) fn stores(&self, session: &Session) -> Result<Vec<StoreInUse>, Failure> {
        let own = self.accounts.iter().map(|account| &account.store);
        let kinds: BTreeSet<_> = own.chain(self.other_stores.values()).cloned().collect();
        let is_expected =
            session.settings.world.is_real() || session.store_is_chosen_by()? != ChosenBy::Default;
        let stores = session.stores_in_use(kinds.iter().cloned())?.into_iter();
        let stores = stores.map(|(kind, store)| StoreInUse {
            is_needed: is_expected || kinds.contains(&kind),
            kind,
            store,
        });
        Ok(stores.collect())
    }
}
