//! Whether a store works, by a dummy that is written, read back and deleted.
//!
//! Invariant: a trial that ends leaves nothing behind; what a killed one left can be told by its name.

use super::{StoreError, Vault, WRITE_TRIES, random_word};
use crate::account::Secret;

pub(super) const START: &str = "probe/";

impl Vault {
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
            self.store
                .write(&name, "igconnect: trying the store", &dummy)?;
            let back = self.store.read(&name);
            self.store.delete(&name)?;
            if let Some(back) = back? {
                return Ok(back.expose() == dummy.expose());
            }
        }
        Ok(false)
    }

    /// Deletes what killed trials left. One that is under way in another process is made again there.
    pub fn clear_trials(&self) -> Result<(), StoreError> {
        let names = self.store.names()?;
        let mut trials = names.iter().filter(|name| name.starts_with(START));
        trials.try_for_each(|name| self.store.delete(name))
    }
}
