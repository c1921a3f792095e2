//! Claims of accounts in a store that several machines share: one refresh per account, whoever makes it.
//!
//! Invariant: whoever holds a claim reads everything anew after it got it, and a claim ends with its holder.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Claimed, Release, Store, StoreError};
use crate::account::AccountId;

pub(super) const START: &str = "claim/";

/// The claims of this run, and how each is to end.
#[derive(Default)]
pub(super) struct Claims(RefCell<HashMap<AccountId, Release>>);

impl Claims {
    /// Learns what became of the account, for whoever claims it next.
    pub(super) fn ends_with(&self, id: &AccountId, release: Release) {
        if let Some(known) = self.0.borrow_mut().get_mut(id) {
            *known = release;
        }
    }
}

/// An account that nobody else changes as long as this lives.
pub struct Claim<'v> {
    store: &'v Store,
    id: AccountId,
}

impl Store {
    /// Tries once to claim the account. `Err` of the inner result is the name of the machine that has it.
    pub fn claim(&self, id: &AccountId) -> Result<Result<Claim<'_>, String>, StoreError> {
        match self.backend.claim(&name(id))? {
            Claimed::Taken(writer) => Ok(Err(writer)),
            Claimed::Ours => {
                let mut claims = self.claims.0.borrow_mut();
                claims.insert(id.clone(), Release::Unchanged);
                let (store, id) = (self, id.clone());
                Ok(Ok(Claim { store, id }))
            }
        }
    }

    /// Proves that the result of a change can be kept. Where the account had to be claimed, the store took a write for
    /// that a moment ago; it is only made sure that the claim lasts.
    pub fn prove_writable(&self, id: &AccountId) -> Result<(), StoreError> {
        match self.writer {
            Some(_) => self.backend.keep_claim(&name(id)),
            None => self.probe(),
        }
    }

    /// The machine that removed the account from the store, if any did and no token was put there since.
    pub fn removed_by(&self, id: &AccountId) -> Result<Option<String>, StoreError> {
        self.backend.removed_by(&name(id))
    }

    /// What this machine calls itself in a store that others share.
    pub fn writer(&self) -> Option<&str> {
        self.writer.as_deref()
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let release = self.store.claims.0.borrow_mut().remove(&self.id);
        let release = release.unwrap_or(Release::Unchanged);
        // What cannot be given back ends by itself.
        let _ = self.store.backend.release(&name(&self.id), release);
    }
}

fn name(id: &AccountId) -> String {
    format!("{START}{id}")
}
