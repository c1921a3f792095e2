//! Lists what a store contains, by the names of its entries. No secret is read.

use std::collections::{BTreeMap, BTreeSet};

use super::error::StoreResult;
use super::open::Store;
use super::slot::Slot;
use super::{app_secrets, check, claim, sealed};
use crate::account::AccountId;

/// What a store of this world contains.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The number of slots in use per account.
    pub(crate) accounts: BTreeMap<AccountId, usize>,
    /// The Instagram App IDs of the App Secrets.
    pub(crate) apps: BTreeSet<String>,
    /// Test entries of killed store checks.
    pub(crate) checks: BTreeSet<String>,
    /// Entries with other names: a newer igconnect may know them.
    pub(crate) others: BTreeSet<String>,
}

impl Store {
    pub(crate) fn list_contents(&self) -> StoreResult<Contents> {
        let mut contents = Contents::default();
        for name in self.backend.names()? {
            if let Some(id) = Slot::owner(&name) {
                *contents.accounts.entry(id).or_default() += 1;
            } else if let Some(app) = name.strip_prefix(app_secrets::NAME_PREFIX) {
                contents.apps.insert(app.to_owned());
            } else if name.starts_with(check::NAME_PREFIX) {
                contents.checks.insert(name);
            } else if name != sealed::KEY_NAME && !name.starts_with(claim::NAME_PREFIX) {
                contents.others.insert(name);
            }
        }
        Ok(contents)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;
    use crate::account::Secret;

    #[test]
    fn the_contents_of_a_store_are_sorted_by_kind() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::file(home.path());
        assert_eq!(store.list_contents().unwrap(), Contents::default());
        store.write_token(&entry("17", 1), "", None).unwrap();
        store
            .write_token(&entry("17", 2), "", Some(Slot::A))
            .unwrap();
        store.write_token(&entry("18", 1), "", None).unwrap();
        for name in ["app/7", "probe/1", "new/1", sealed::KEY_NAME] {
            let secret = Secret::new("secret".into()).unwrap();
            store.backend.write(name, "", &secret).unwrap();
        }
        let expected = Contents {
            accounts: [("17".parse().unwrap(), 2), ("18".parse().unwrap(), 1)].into(),
            apps: ["7".to_owned()].into(),
            checks: ["probe/1".to_owned()].into(),
            others: ["new/1".to_owned()].into(),
        };
        assert_eq!(store.list_contents().unwrap(), expected);
    }
}
