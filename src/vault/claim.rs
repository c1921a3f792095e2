//! Claims of accounts in a store that several machines share: one refresh per account, whoever makes it.
//!
//! Invariant: whoever holds a claim reads everything anew after it got it, and a claim ends with its holder.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Claimed, Release, StoreError, Vault};
use crate::account::AccountId;

/// The claims of this run, and how each is to end.
#[derive(Default)]
pub(super) struct Claims(RefCell<HashMap<AccountId, Held>>);

struct Held {
    removed_by: Option<String>,
    release: Release,
}

impl Claims {
    /// Learns what became of the account, for whoever claims it next.
    pub(super) fn ends_with(&self, id: &AccountId, release: Release) {
        if let Some(held) = self.0.borrow_mut().get_mut(id) {
            held.release = release;
        }
    }
}

/// An account that nobody else changes as long as this lives.
pub struct Claim<'v> {
    vault: &'v Vault,
    id: AccountId,
}

impl Vault {
    /// Tries once to claim the account. `Err` of the inner result is the name of the machine that has it.
    pub fn claim(&self, id: &AccountId) -> Result<Result<Claim<'_>, String>, StoreError> {
        match self.store.claim(&name(id))? {
            Claimed::Taken(writer) => Ok(Err(writer)),
            Claimed::Ours { removed_by } => {
                let held = Held {
                    removed_by,
                    release: Release::Unchanged,
                };
                self.claims.0.borrow_mut().insert(id.clone(), held);
                let (vault, id) = (self, id.clone());
                Ok(Ok(Claim { vault, id }))
            }
        }
    }

    /// Proves that the result of a change can be kept. Where the account had to be claimed, the store took a write for
    /// that a moment ago; it is only made sure that the claim lasts.
    pub fn prove_writable(&self, id: &AccountId) -> Result<(), StoreError> {
        match self.writer {
            Some(_) => self.store.keep_claim(&name(id)),
            None => self.probe(),
        }
    }

    /// The machine that removed a claimed account from the store, if any did and no token was put there since.
    pub fn removed_by(&self, id: &AccountId) -> Option<String> {
        let claims = self.claims.0.borrow();
        claims.get(id).and_then(|held| held.removed_by.clone())
    }

    /// What this machine calls itself in a store that others share.
    pub fn writer(&self) -> Option<&str> {
        self.writer.as_deref()
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let held = self.vault.claims.0.borrow_mut().remove(&self.id);
        let release = held.map_or(Release::Unchanged, |held| held.release);
        // What cannot be given back ends by itself.
        let _ = self.vault.store.release(&name(&self.id), release);
    }
}

fn name(id: &AccountId) -> String {
    format!("claim/{id}")
}
