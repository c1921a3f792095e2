//! Copies an account from one store to another. Nothing is deleted here.

use super::claim::ClaimEnd;
use super::error::{StoreError, StoreResult};
use super::open::Store;
use super::slot::Slot;
use super::token_entry::TokenEntry;
use crate::account::AccountId;

impl Store {
    /// Copies the valid entries of the account in `from` into the same slots here, and reads them back.
    pub(crate) fn copy_account(&self, from: &Self, id: &AccountId, label: &str) -> StoreResult<()> {
        for slot in Slot::BOTH {
            let name = slot.entry_name(id);
            if let Some(secret) = from.backend.read(&name)?
                && TokenEntry::decode(&secret).is_some_and(|entry| entry.id == *id)
            {
                self.write_and_compare(&name, label, &secret)?;
                self.set_claim_end(id, ClaimEnd::TokenWritten);
            }
        }
        Ok(())
    }

    /// Whether a token of the account is here that `other` does not have.
    pub(crate) fn has_other_token_than(&self, other: &Self, id: &AccountId) -> StoreResult<bool> {
        let fingerprints = |store: &Self| {
            let entries = store.load_valid(id)?.into_iter();
            Ok::<Vec<_>, StoreError>(entries.map(|(_, entry)| entry.fingerprint()).collect())
        };
        let known = fingerprints(other)?;
        Ok(fingerprints(self)?.iter().any(|here| !known.contains(here)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;
    use crate::account::Secret;

    /// Two empty stores, and the folders they are in.
    fn two() -> (Store, Store, [tempfile::TempDir; 2]) {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let [one, two] = folders.each_ref().map(|folder| Store::file(folder.path()));
        (one, two, folders)
    }

    fn put(store: &Store, slot: Slot, id: &AccountId, secret: &Secret) {
        store
            .backend
            .write(&slot.entry_name(id), "", secret)
            .unwrap();
    }

    #[test]
    fn what_is_whole_and_the_accounts_own_is_copied_into_the_same_slots() {
        let (from, to, _folders) = two();
        let own = entry("17", 1);
        put(&from, Slot::B, &own.id, &own.encode().unwrap());
        put(&from, Slot::A, &own.id, &entry("18", 2).encode().unwrap());
        to.copy_account(&from, &own.id, "").unwrap();
        let (slot, copied) = to.load_newest(&own.id).unwrap().unwrap();
        assert_eq!((slot, copied.generation), (Slot::B, 1));
        assert!(
            to.backend
                .read(&Slot::A.entry_name(&own.id))
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_token_that_only_the_other_store_has_is_known_by_its_fingerprint() {
        let (own, other, _folders) = two();
        let (one, two) = (entry("17", 1), entry("17", 2));
        let id = &one.id;
        assert!(!other.has_other_token_than(&own, id).unwrap());
        own.write_token(&one, "", None).unwrap();
        assert!(!other.has_other_token_than(&own, id).unwrap());
        other.write_token(&one, "", None).unwrap();
        assert!(!other.has_other_token_than(&own, id).unwrap());
        other.write_token(&two, "", Some(Slot::A)).unwrap();
        assert!(other.has_other_token_than(&own, id).unwrap());
        // The token of another account does not count, whatever its slot.
        put(&other, Slot::B, id, &entry("18", 3).encode().unwrap());
        assert!(!other.has_other_token_than(&own, id).unwrap());
    }

    #[test]
    fn anything_in_either_slot_counts_whole_or_not() {
        for slot in Slot::BOTH {
            let (store, _, _folders) = two();
            let id = entry("17", 1).id;
            assert!(!store.has_any_entry(&id).unwrap());
            put(&store, slot, &id, &Secret::new("torn".into()).unwrap());
            assert!(store.has_any_entry(&id).unwrap());
        }
    }
}
