//! From one store to another: slots are copied as they are and read back. Nothing is deleted here.

use super::{Entry, Release, Slot, Store, StoreError};
use crate::account::{AccountId, Fingerprint};

impl Store {
    /// Puts what `from` has of the account into the same slots here, whole and read back.
    pub fn copy(&self, from: &Self, id: &AccountId, label: &str) -> Result<(), StoreError> {
        for slot in Slot::BOTH {
            let name = slot.name(id);
            let secret = from.backend.read(&name)?;
            if let Some(secret) = secret
                && Entry::decode(&secret).is_some_and(|entry| entry.id == *id)
            {
                self.write_proved(&name, label, &secret)?;
                self.claims.ends_with(id, Release::Kept);
            }
        }
        Ok(())
    }

    /// Whether a token of the account is here that `own` does not have.
    pub fn holds_another(&self, own: &Self, id: &AccountId) -> Result<bool, StoreError> {
        let known = own.fingerprints(id)?;
        let here = self.fingerprints(id)?;
        Ok(here.iter().any(|here| !known.contains(here)))
    }

    /// Whether anything at all is in a slot of the account, whole or not.
    pub fn holds_anything(&self, id: &AccountId) -> Result<bool, StoreError> {
        let [first, second] = Slot::BOTH.map(|slot| self.backend.read(&slot.name(id)));
        Ok(first?.is_some() || second?.is_some())
    }

    /// The tokens in the account's slots. What a newer program wrote is an error.
    fn fingerprints(&self, id: &AccountId) -> Result<Vec<Fingerprint>, StoreError> {
        let mut found = Vec::new();
        for slot in Slot::BOTH {
            let Some(secret) = self.backend.read(&slot.name(id))? else {
                continue;
            };
            if Entry::is_newer(&secret) {
                return Err(StoreError::Newer);
            }
            let entry = Entry::decode(&secret).filter(|entry| entry.id == *id);
            found.extend(entry.map(|entry| entry.fingerprint()));
        }
        Ok(found)
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
        store.backend.write(&slot.name(id), "", secret).unwrap();
    }

    #[test]
    fn what_is_whole_and_the_accounts_own_is_copied_into_the_same_slots() {
        let (from, to, _folders) = two();
        let own = entry("17", 1);
        put(&from, Slot::B, &own.id, &own.encode().unwrap());
        put(&from, Slot::A, &own.id, &entry("18", 2).encode().unwrap());
        to.copy(&from, &own.id, "").unwrap();
        let (slot, copied) = to.newest(&own.id).unwrap().unwrap();
        assert_eq!((slot, copied.generation), (Slot::B, 1));
        assert!(to.backend.read(&Slot::A.name(&own.id)).unwrap().is_none());
    }

    #[test]
    fn a_token_that_only_the_other_store_has_is_known_by_its_fingerprint() {
        let (own, other, _folders) = two();
        let (one, two) = (entry("17", 1), entry("17", 2));
        let id = &one.id;
        assert!(!other.holds_another(&own, id).unwrap());
        own.put(&one, "", None).unwrap();
        assert!(!other.holds_another(&own, id).unwrap());
        other.put(&one, "", None).unwrap();
        assert!(!other.holds_another(&own, id).unwrap());
        other.put(&two, "", Some(Slot::A)).unwrap();
        assert!(other.holds_another(&own, id).unwrap());
        // Somebody else's in a slot of the account is no token of it.
        put(&other, Slot::B, id, &entry("18", 3).encode().unwrap());
        assert!(!other.holds_another(&own, id).unwrap());
    }

    #[test]
    fn anything_in_either_slot_counts_whole_or_not() {
        for slot in Slot::BOTH {
            let (store, _, _folders) = two();
            let id = entry("17", 1).id;
            assert!(!store.holds_anything(&id).unwrap());
            put(&store, slot, &id, &Secret::new("torn".into()).unwrap());
            assert!(store.holds_anything(&id).unwrap());
        }
    }
}
