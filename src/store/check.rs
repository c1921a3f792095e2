//! The store check: writes a test entry, reads it back and deletes it.
//!
//! Invariant: a check that ends leaves nothing behind. The test entry of a killed check is known by its name.

use super::error::{StoreError, StoreResult};
use super::open::Store;
use super::random_name::random_name;
use super::tokens::WRITE_TRIES;
use crate::account::Secret;

pub(super) const NAME_PREFIX: &str = "probe/";

impl Store {
    /// Proves that the store can do all that a login needs: write, read, delete and list.
    pub(crate) fn check(&self) -> StoreResult<()> {
        self.check_writing()?;
        self.backend.names().map(drop)
    }

    /// Proves that the store can write, read and delete. A write of this run that was read back is proof enough, until
    /// one fails.
    pub(super) fn check_writing(&self) -> StoreResult<()> {
        if !self.is_proved.get() {
            self.write_test_entry()?;
            self.is_proved.set(true);
        }
        Ok(())
    }

    fn write_test_entry(&self) -> StoreResult<()> {
        let name = format!("{NAME_PREFIX}{}", random_name());
        let test = Secret::new("igconnect-probe".to_owned())
            .map_err(|_| StoreError::Failed(self.kind().clone()))?;
        // Another process may delete the entry as a leftover, so it is tried again.
        for _ in 0..WRITE_TRIES {
            self.backend.write(&name, "igconnect: store check", &test)?;
            let read = self.backend.read(&name);
            self.backend.delete(&name)?;
            match read? {
                Some(read) if read.expose() == test.expose() => return Ok(()),
                Some(_) => break,
                None => {}
            }
        }
        Err(StoreError::Mismatch(self.kind().clone()))
    }

    /// Deletes what killed checks left. A check in progress in another process tries again.
    pub(crate) fn delete_leftover_checks(&self) -> StoreResult<()> {
        let names = self.backend.names()?;
        let mut leftovers = names.iter().filter(|name| name.starts_with(NAME_PREFIX));
        leftovers.try_for_each(|name| self.backend.delete(name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Fault, entry, faulty};
    use super::*;

    #[test]
    fn a_checked_store_is_left_as_it_was() {
        let (store, kept, _) = faulty(Fault::Nothing);
        store.check().unwrap();
        assert!(kept.borrow().is_empty());
    }

    #[test]
    fn a_check_is_repeated_when_another_process_deleted_its_entry_and_a_store_that_keeps_none_fails()
     {
        let (store, kept, writes) = faulty(Fault::Loses(WRITE_TRIES - 1));
        store.check().unwrap();
        assert_eq!(writes.get(), WRITE_TRIES);
        assert!(kept.borrow().is_empty());
        let (store, _, _) = faulty(Fault::Loses(WRITE_TRIES));
        let check = store.check();
        assert!(matches!(check, Err(StoreError::Mismatch(_))), "{check:?}");
    }

    #[test]
    fn leftovers_of_killed_checks_are_deleted_and_nothing_else() {
        let (store, kept, _) = faulty(Fault::Nothing);
        store.write_token(&entry("17", 1), "", None).unwrap();
        for name in ["probe/1", "app/7", "probe/0123456789abcdef"] {
            kept.borrow_mut().insert(name.to_owned(), "text".to_owned());
        }
        store.delete_leftover_checks().unwrap();
        let names: Vec<_> = kept.borrow().keys().cloned().collect();
        assert_eq!(names, ["acct/17/a", "app/7"]);
    }

    #[test]
    fn a_write_that_came_back_is_proof_until_one_does_not() {
        let (store, _, writes) = faulty(Fault::Nothing);
        store.check().unwrap();
        store.write_token(&entry("17", 1), "", None).unwrap();
        store.check().unwrap();
        assert_eq!(writes.get(), 2);
        let (store, _, writes) = faulty(Fault::Refuses(WRITE_TRIES));
        store.write_token(&entry("17", 1), "", None).unwrap_err();
        store.check().unwrap();
        assert_eq!(writes.get(), WRITE_TRIES + 1);
    }
}
