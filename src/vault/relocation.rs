//! From one store to another: slots are copied as they are and read back. Nothing is deleted here.

use super::{Entry, Slot, StoreError, Vault};
use crate::account::{AccountId, Fingerprint};

impl Vault {
    /// Puts what `from` has of the account into the same slots here, whole and read back.
    pub fn copy(&self, from: &Self, id: &AccountId, label: &str) -> Result<(), StoreError> {
        for slot in Slot::BOTH {
            let name = slot.name(id);
            let secret = from.store.read(&name)?;
            if let Some(secret) = secret
                && Entry::decode(&secret).is_some_and(|entry| entry.id == *id)
            {
                self.write_proved(&name, label, &secret)?;
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
        let [first, second] = Slot::BOTH.map(|slot| self.store.read(&slot.name(id)));
        Ok(first?.is_some() || second?.is_some())
    }

    /// The tokens in the account's slots. What a newer program wrote is an error.
    fn fingerprints(&self, id: &AccountId) -> Result<Vec<Fingerprint>, StoreError> {
        let mut found = Vec::new();
        for slot in Slot::BOTH {
            let Some(secret) = self.store.read(&slot.name(id))? else {
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
