//! What every flow works with.

use std::path::PathBuf;
use std::rc::Rc;

use jiff::Timestamp;

use crate::account::StoreKind;
use crate::cache::Cache;
use crate::settings::Clock;
use crate::store::{Store, StoreError};

/// Made by the session. Flows that run at the same time share one.
pub(crate) struct FlowContext<'a> {
    /// Open for writing.
    pub(crate) cache: Cache,
    /// The folder of the lock files.
    pub(crate) locks: PathBuf,
    pub(crate) clock: &'a Clock,
    pub(crate) find_store: Box<FindStore<'a>>,
}

/// Finds a store of this world. `None` means that it cannot be used here.
type FindStore<'a> = dyn Fn(&StoreKind) -> Option<Rc<Store>> + 'a;

impl FlowContext<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Gets ready to wait for `store`. Changes of other flows that are not committed yet lock the database for every
    /// other program, so they are committed first if the store may take long.
    pub(super) fn prepare_wait<'s>(&self, store: &'s Store) -> &'s Store {
        if !store.is_immediate() {
            self.cache.commit();
        }
        store
    }

    pub(super) fn other_store(&self, kind: &StoreKind) -> Result<Rc<Store>, StoreError> {
        let store = (self.find_store)(kind).ok_or(StoreError::Unknown)?;
        self.prepare_wait(&store);
        Ok(store)
    }
}
