//! Claims of accounts in a store that several machines share: only one machine refreshes an account at a time.
//!
//! Invariant: everything is read again after a claim was granted, and a claim ends with its holder.

use super::error::StoreResult;
use super::open::Store;
use crate::account::AccountId;

pub(super) const NAME_PREFIX: &str = "claim/";

/// The answer to an attempt to claim an account.
pub(crate) enum ClaimReply<'s> {
    Granted(Claim<'s>),
    /// The name of the machine that holds the claim.
    HeldBy(String),
}

/// What became of the account while it was claimed. The store remembers it for other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClaimEnd {
    Unchanged,
    TokenWritten,
    AccountRemoved,
}

/// No other machine changes the account as long as this lives.
pub(crate) struct Claim<'s> {
    store: &'s Store,
    id: AccountId,
}

impl Store {
    /// Tries once to claim the account.
    pub(crate) fn claim(&self, id: &AccountId) -> StoreResult<ClaimReply<'_>> {
        if let Some(machine) = self.backend.claim(&entry_name(id))? {
            return Ok(ClaimReply::HeldBy(machine));
        }
        let mut ends = self.claim_ends.borrow_mut();
        ends.insert(id.clone(), ClaimEnd::Unchanged);
        let (store, id) = (self, id.clone());
        Ok(ClaimReply::Granted(Claim { store, id }))
    }

    /// Notes how a claim of the account will end, if this run holds one.
    pub(super) fn set_claim_end(&self, id: &AccountId, end: ClaimEnd) {
        let mut ends = self.claim_ends.borrow_mut();
        ends.entry(id.clone()).and_modify(|known| *known = end);
    }

    /// Proves that the result of a change can be written.
    pub(crate) fn prove_writable(&self, id: &AccountId) -> StoreResult<()> {
        match self.machine() {
            // Claiming the account was a write a moment ago. The claim only has to last.
            Some(_) => self.backend.extend_claim(&entry_name(id)),
            None => self.check_writing(),
        }
    }

    /// Returns the other machine that removed the account, if its token was not written again since.
    pub(crate) fn find_remover(&self, id: &AccountId) -> StoreResult<Option<String>> {
        self.backend.find_remover(&entry_name(id))
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let end = self.store.claim_ends.borrow_mut().remove(&self.id);
        let end = end.unwrap_or(ClaimEnd::Unchanged);
        // A claim that cannot be released runs out.
        let _ = self.store.backend.release_claim(&entry_name(&self.id), end);
    }
}

fn entry_name(id: &AccountId) -> String {
    format!("{NAME_PREFIX}{id}")
}
