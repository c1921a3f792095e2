//! Whether a store works, by a dummy that is written, read back and deleted.
//!
//! Invariant: a trial that ends leaves nothing behind; what a killed one left can be told by its name.

use super::{Store, StoreError, WRITE_TRIES, random_word};
use crate::account::Secret;

pub(super) const START: &str = "probe/";

impl Store {
    /// Proves that the store can write, read and delete, before anything depends on it. What was written and came
    /// back earlier in this run is proof enough, as long as nothing failed to since.
    pub fn probe(&self) -> Result<(), StoreError> {
        if self.is_proved.get() {
            return Ok(());
        }
        self.is_proved.set(self.returns_a_dummy()?);
        match self.is_proved.get() {
            true => Ok(()),
            false => Err(StoreError::Unfaithful),
        }
    }

    /// One that is gone may have been cleared away by another process, so it is tried again.
    fn returns_a_dummy(&self) -> Result<bool, StoreError> {
        let name = format!("{START}{}", random_word());
        let dummy = Secret::new("igconnect-probe".to_owned()).map_err(|_| StoreError::Failed)?;
        for _ in 0..WRITE_TRIES {
            self.backend
                .write(&name, "igconnect: trying the store", &dummy)?;
            let back = self.backend.read(&name);
            self.backend.delete(&name)?;
            if let Some(back) = back? {
                return Ok(back.expose() == dummy.expose());
            }
        }
        Ok(false)
    }

    /// Deletes what killed trials left. One that is under way in another process is made again there.
    pub fn clear_trials(&self) -> Result<(), StoreError> {
        let names = self.backend.names()?;
        let mut trials = names.iter().filter(|name| name.starts_with(START));
        trials.try_for_each(|name| self.backend.delete(name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Fault, entry, faulty};
    use super::*;

    #[test]
    fn a_store_that_is_probed_is_left_as_it_was() {
        let (store, kept, _) = faulty(Fault::Nothing);
        store.probe().unwrap();
        assert!(kept.borrow().is_empty());
    }

    #[test]
    fn a_trial_that_another_process_cleared_away_is_made_again_and_a_store_that_keeps_none_is_found_out()
     {
        let (store, kept, writes) = faulty(Fault::Loses(WRITE_TRIES - 1));
        store.probe().unwrap();
        assert_eq!(writes.get(), WRITE_TRIES);
        assert!(kept.borrow().is_empty());
        let (store, _, _) = faulty(Fault::Loses(WRITE_TRIES));
        let probe = store.probe();
        assert!(matches!(probe, Err(StoreError::Unfaithful)), "{probe:?}");
    }

    #[test]
    fn what_killed_trials_left_is_cleared_and_nothing_else() {
        let (store, kept, _) = faulty(Fault::Nothing);
        store.put(&entry("17", 1), "", None).unwrap();
        for name in ["probe/1", "app/7", "probe/0123456789abcdef"] {
            kept.borrow_mut().insert(name.to_owned(), "text".to_owned());
        }
        store.clear_trials().unwrap();
        let names: Vec<_> = kept.borrow().keys().cloned().collect();
        assert_eq!(names, ["acct/17/a", "app/7"]);
    }

    #[test]
    fn a_write_that_came_back_is_proof_until_one_does_not() {
        let (store, _, writes) = faulty(Fault::Nothing);
        store.probe().unwrap();
        store.put(&entry("17", 1), "", None).unwrap();
        store.probe().unwrap();
        assert_eq!(writes.get(), 2);
        let (store, _, writes) = faulty(Fault::Refuses(WRITE_TRIES));
        store.put(&entry("17", 1), "", None).unwrap_err();
        store.probe().unwrap();
        assert_eq!(writes.get(), WRITE_TRIES + 1);
    }
}
