//! The trait of a store: it keeps named secrets.

use super::claim::ClaimEnd;
use super::error::StoreResult;
use crate::account::Secret;

pub(crate) trait SecretStore {
    /// Reads a secret; `None` if the store answered and has none of that name.
    fn read(&self, name: &str) -> StoreResult<Option<Secret>>;
    /// Writes a secret. The store shows `label` to its owner; it is never secret.
    fn write(&self, name: &str, label: &str, secret: &Secret) -> StoreResult<()>;
    /// Deletes a secret. A missing one is not an error.
    fn delete(&self, name: &str) -> StoreResult<()>;
    /// Lists the names of all secrets, in no order.
    fn names(&self) -> StoreResult<Vec<String>>;

    /// Tries once to become the only machine that changes an account. Returns the name of another that is; `None` if
    /// this one is now. In a store of this machine alone a lock on a file does the work.
    fn claim(&self, _name: &str) -> StoreResult<Option<String>> {
        Ok(None)
    }
    /// Makes sure that a claim lasts for the next change.
    fn extend_claim(&self, _name: &str) -> StoreResult<()> {
        Ok(())
    }
    /// Ends a claim. One that cannot be ended runs out.
    fn release_claim(&self, _name: &str, _end: ClaimEnd) -> StoreResult<()> {
        Ok(())
    }
    /// Returns the other machine that removed the account, if its token was not written again since.
    fn find_remover(&self, _name: &str) -> StoreResult<Option<String>> {
        Ok(None)
    }
    /// Whether it answers without waiting for another program, a server or a person.
    fn is_immediate(&self) -> bool {
        false
    }
    /// Extends what would run out during a long wait. The store's own thread calls it every few seconds.
    fn extend_leases(&self) {}
}
