//! The tokens of accounts in a store.

use super::claim::ClaimEnd;
use super::error::{StoreError, StoreResult};
use super::open::Store;
use super::slot::Slot;
use super::token_entry::TokenEntry;
use crate::account::{AccountId, Secret};

pub(super) const WRITE_TRIES: usize = 3;

impl Store {
    /// Returns the valid entry with the highest generation, and its slot. Damaged entries and those of other programs
    /// are skipped. An entry of a newer igconnect is an error, so that nothing is written over it.
    pub(crate) fn load_newest(&self, id: &AccountId) -> StoreResult<Option<(Slot, TokenEntry)>> {
        let mut found = self.load_valid(id)?;
        if found.is_empty() {
            // Without a lock both slots may look empty, one read before and one after another process changed them.
            found = self.load_valid(id)?;
        }
        // Of two with the same generation the first counts, and `max_by_key` returns the last.
        found.reverse();
        Ok(found.into_iter().max_by_key(|(_, entry)| entry.generation))
    }

    /// Returns the entries that are whole and belong to the account, each with its slot.
    pub(super) fn load_valid(&self, id: &AccountId) -> StoreResult<Vec<(Slot, TokenEntry)>> {
        let mut found = Vec::new();
        for slot in Slot::BOTH {
            let Some(secret) = self.backend.read(&slot.entry_name(id))? else {
                continue;
            };
            if TokenEntry::is_newer(&secret) {
                return Err(StoreError::Newer);
            }
            let entry = TokenEntry::decode(&secret).filter(|entry| entry.id == *id);
            found.extend(entry.map(|entry| (slot, entry)));
        }
        Ok(found)
    }

    /// Returns every account with something in a slot, each once, the lowest id first.
    pub(crate) fn list_accounts(&self) -> StoreResult<Vec<AccountId>> {
        let names = self.backend.names()?;
        let mut ids: Vec<_> = names.iter().filter_map(|name| Slot::owner(name)).collect();
        // Ids are numbers kept as text: a shorter one is lower.
        ids.sort_by_cached_key(|id| (id.as_str().len(), id.to_string()));
        ids.dedup();
        Ok(ids)
    }

    /// Writes `entry` to the slot that is not `occupied` and reads it back. After an error the other slot is unchanged.
    pub(crate) fn write_token(
        &self,
        entry: &TokenEntry,
        label: &str,
        occupied: Option<Slot>,
    ) -> StoreResult<Slot> {
        let slot = occupied.map_or(Slot::A, Slot::other);
        let secret = entry.encode().ok_or(StoreError::TooLong)?;
        self.write_and_compare(&slot.entry_name(&entry.id), label, &secret)?;
        self.set_claim_end(&entry.id, ClaimEnd::TokenWritten);
        Ok(slot)
    }

    /// Writes a secret and reads it back. A write that fails may have landed, and a token that was just issued must not
    /// be lost to a passing failure, so it is tried again.
    pub(super) fn write_and_compare(
        &self,
        name: &str,
        label: &str,
        secret: &Secret,
    ) -> StoreResult<()> {
        self.is_proved.set(false);
        let mismatch = || StoreError::Mismatch(self.kind().clone());
        let mut error = mismatch();
        for _ in 0..WRITE_TRIES {
            let written = self.backend.write(name, label, secret);
            match self.backend.read(name)? {
                Some(read) if read.expose() == secret.expose() => {
                    self.is_proved.set(true);
                    return Ok(());
                }
                _ => error = written.err().unwrap_or_else(mismatch),
            }
            if !error.is_passing() {
                break;
            }
        }
        Err(error)
    }

    /// Whether the other slot has a valid entry of the account.
    pub(crate) fn has_entry_beside(&self, id: &AccountId, slot: Slot) -> StoreResult<bool> {
        let secret = self.backend.read(&slot.other().entry_name(id))?;
        let entry = secret.as_ref().and_then(TokenEntry::decode);
        Ok(entry.is_some_and(|entry| entry.id == *id))
    }

    pub(crate) fn delete_slot(&self, id: &AccountId, slot: Slot) -> StoreResult<()> {
        self.backend.delete(&slot.entry_name(id))
    }

    /// Deletes both slots of the account and proves it by reading.
    pub(crate) fn delete_account(&self, id: &AccountId) -> StoreResult<()> {
        for slot in Slot::BOTH {
            self.delete_slot(id, slot)?;
        }
        if self.has_any_entry(id)? {
            return Err(StoreError::Mismatch(self.kind().clone()));
        }
        self.set_claim_end(id, ClaimEnd::AccountRemoved);
        Ok(())
    }

    /// Whether anything is in a slot of the account, even if it is damaged.
    pub(crate) fn has_any_entry(&self, id: &AccountId) -> StoreResult<bool> {
        let [first, second] = Slot::BOTH.map(|slot| self.backend.read(&slot.entry_name(id)));
        Ok(first?.is_some() || second?.is_some())
    }
}
