//! What the cache records about where accounts are, and the stores to ask because of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::{Account, AccountId, Alias, StoreKind, Untrusted};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::session::{Session, StoreInUse};

/// Empty without a cache.
#[derive(Default)]
pub(super) struct Recorded {
    pub(super) accounts: Vec<Account>,
    /// The store of each account that a move or a login has yet to empty.
    pub(super) other_stores: BTreeMap<AccountId, StoreKind>,
}

impl Recorded {
    pub(super) fn read(cache: Option<&Cache>) -> Result<Self, Failure> {
        let Some(cache) = cache else {
            return Ok(Self::default());
        };
        Ok(Self {
            accounts: cache.all()?,
            other_stores: cache.other_stores()?,
        })
    }

    /// Opens every store that may contain something of this world, the chosen one first.
    pub(super) fn open_stores(&self, session: &Session) -> Result<Vec<StoreInUse>, Failure> {
        let own = self.accounts.iter().map(|account| &account.store);
        let kinds: BTreeSet<_> = own.chain(self.other_stores.values()).cloned().collect();
        session.stores.open_in_use(kinds)
    }
}

document! {
    // Names an account in every report of `store`. Not a doc comment: that would be in the schema.
    pub(super) struct AccountNames {
        pub(super) id: AccountId,
        username: Option<String>,
        alias: Option<String>,
        #[serde(skip)]
        pub(super) title: String,
    }
}

impl From<&Account> for AccountNames {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.clone(),
            username: account.known_username().map(|name| name.raw().to_owned()),
            alias: account.alias.as_ref().map(Alias::to_string),
            title: account.title(),
        }
    }
}

/// The name of a store, safe to show: a newer igconnect may have recorded any text.
pub(super) fn store_title(kind: &StoreKind) -> String {
    Untrusted::new(kind.as_str()).to_string()
}
