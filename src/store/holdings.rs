//! What a store holds, by the names of its entries alone: no secret is read.

use std::collections::{BTreeMap, BTreeSet};

use super::{Slot, Store, StoreError, app_secrets, claim, sealed, trial};
use crate::account::AccountId;

/// What is in a store of this world.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// How many slots of an account are taken.
    pub accounts: BTreeMap<AccountId, usize>,
    /// The Instagram App IDs whose App Secrets are there.
    pub apps: BTreeSet<String>,
    /// What killed trials of the store left.
    pub trials: BTreeSet<String>,
    /// Entries of other names under ours: a newer igconnect may know them.
    pub others: BTreeSet<String>,
}

impl Store {
    /// Looks at the names of everything that is there.
    pub fn holdings(&self) -> Result<Holdings, StoreError> {
        let mut holdings = Holdings::default();
        for name in self.backend.names()? {
            if let Some(id) = Slot::owner(&name) {
                *holdings.accounts.entry(id).or_default() += 1;
            } else if let Some(app) = name.strip_prefix(app_secrets::START) {
                holdings.apps.insert(app.to_owned());
            } else if name.starts_with(trial::START) {
                holdings.trials.insert(name);
            } else if name != sealed::KEY_NAME && !name.starts_with(claim::START) {
                holdings.others.insert(name);
            }
        }
        Ok(holdings)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;
    use crate::account::Secret;

    #[test]
    fn what_a_store_holds_is_sorted_by_what_it_is() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::file(home.path());
        assert_eq!(store.holdings().unwrap(), Holdings::default());
        store.put(&entry("17", 1), "", None).unwrap();
        store.put(&entry("17", 2), "", Some(Slot::A)).unwrap();
        store.put(&entry("18", 1), "", None).unwrap();
        for name in ["app/7", "probe/1", "new/1", sealed::KEY_NAME] {
            let secret = Secret::new("secret".into()).unwrap();
            store.backend.write(name, "", &secret).unwrap();
        }
        let expected = Holdings {
            accounts: [("17".parse().unwrap(), 2), ("18".parse().unwrap(), 1)].into(),
            apps: ["7".to_owned()].into(),
            trials: ["probe/1".to_owned()].into(),
            others: ["new/1".to_owned()].into(),
        };
        assert_eq!(store.holdings().unwrap(), expected);
    }
}
