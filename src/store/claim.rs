//! Claims of accounts in a store that several machines share: only one machine refreshes an account at a time.
//!
//! Invariant: everything is read again after a claim was granted, and a claim ends with its holder.

use std::cell::RefCell;
use std::collections::HashMap;

use super::error::StoreError;
use super::open::Store;
use crate::account::AccountId;

pub(super) const NAME_PREFIX: &str = "claim/";

/// The answer to an attempt to claim an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimReply<C> {
    Granted(C),
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

/// The claims of this run, and how each will end.
#[derive(Default)]
pub(super) struct Claims(RefCell<HashMap<AccountId, ClaimEnd>>);

impl Claims {
    pub(super) fn set_end(&self, id: &AccountId, end: ClaimEnd) {
        if let Some(known) = self.0.borrow_mut().get_mut(id) {
            *known = end;
        }
    }
}

/// No other machine changes the account as long as this lives.
pub(crate) struct Claim<'s> {
    store: &'s Store,
    id: AccountId,
}

impl Store {
    /// Tries once to claim the account.
    pub(crate) fn claim(&self, id: &AccountId) -> Result<ClaimReply<Claim<'_>>, StoreError> {
        Ok(match self.backend.claim(&entry_name(id))? {
            ClaimReply::HeldBy(machine) => ClaimReply::HeldBy(machine),
            ClaimReply::Granted(()) => {
                let mut claims = self.claims.0.borrow_mut();
                claims.insert(id.clone(), ClaimEnd::Unchanged);
                let (store, id) = (self, id.clone());
                ClaimReply::Granted(Claim { store, id })
            }
        })
    }

    /// Proves that the result of a change can be written.
    pub(crate) fn prove_writable(&self, id: &AccountId) -> Result<(), StoreError> {
        match self.machine() {
            // Claiming the account was a write a moment ago. The claim only has to last.
            Some(_) => self.backend.extend_claim(&entry_name(id)),
            None => self.check(),
        }
    }

    /// Returns the other machine that removed the account, if its token was not written again since.
    pub(crate) fn find_remover(&self, id: &AccountId) -> Result<Option<String>, StoreError> {
        self.backend.find_remover(&entry_name(id))
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let end = self.store.claims.0.borrow_mut().remove(&self.id);
        let end = end.unwrap_or(ClaimEnd::Unchanged);
        // A claim that cannot be released runs out.
        let _ = self.store.backend.release_claim(&entry_name(&self.id), end);
    }
}

fn entry_name(id: &AccountId) -> String {
    format!("{NAME_PREFIX}{id}")
}
