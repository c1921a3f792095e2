//! What the stories about stored accounts are told with: the cache, the locks, the time, and the store of each.

use std::path::PathBuf;
use std::rc::Rc;

use super::Session;
use crate::account::StoreKind;
use crate::cache::Cache;
use crate::failure::Failure;
use crate::flows::FlowContext;
use crate::settings::Clock;
use crate::store::Store;

/// Owns what [`FlowContext`] lend to a story, whichever store that is about.
pub(crate) struct Workbench<'c> {
    /// The cache, open for writing.
    pub cache: Cache,
    locks: PathBuf,
    clock: &'c Clock,
    find_store: Box<FindStore<'c>>,
}

/// How a story finds another store than its own.
type FindStore<'c> = dyn Fn(&StoreKind) -> Option<Rc<Store>> + 'c;

impl Session {
    /// The workbench of this world.
    pub(crate) fn flow_context(&self) -> Result<Workbench<'_>, Failure> {
        Ok(Workbench {
            cache: self.cache_to_write()?,
            locks: self.settings.paths.locks()?,
            clock: &self.settings.clock,
            find_store: Box::new(|kind| self.store(kind).ok()),
        })
    }
}

impl Workbench<'_> {
    /// What a story about an account in this store works with.
    pub(crate) fn parts<'p>(&'p self, store: &'p Store) -> FlowContext<'p> {
        FlowContext {
            store,
            cache: &self.cache,
            locks: &self.locks,
            clock: self.clock,
            find_store: &*self.find_store,
        }
    }
}
