//! What the stories about a stored account are told with: the store it is in, the cache, the locks, the time.

use std::path::PathBuf;
use std::rc::Rc;

use super::Context;
use crate::cache::Cache;
use crate::failure::Failure;
use crate::flows::Parts;
use crate::settings::Clock;
use crate::vault::Vault;

/// Owns what [`Parts`] lend to a story.
pub struct Workbench<'c> {
    vault: &'c Vault,
    /// The cache, open for writing.
    pub cache: Cache,
    locks: PathBuf,
    clock: &'c Clock,
    find_store: Box<FindStore<'c>>,
}

/// A store of this world by its word.
pub(super) type FindStore<'c> = dyn Fn(&str) -> Option<Rc<Vault>> + 'c;

impl Context {
    /// A workbench with this store.
    pub fn workbench<'c>(&'c self, vault: &'c Vault) -> Result<Workbench<'c>, Failure> {
        Ok(Workbench {
            vault,
            cache: self.cache_to_write()?,
            locks: self.settings.paths.locks()?,
            clock: &self.settings.clock,
            find_store: self.find_store(),
        })
    }
}

impl Workbench<'_> {
    /// What a story works with.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            vault: self.vault,
            cache: &self.cache,
            locks: &self.locks,
            clock: self.clock,
            find_store: &*self.find_store,
        }
    }
}
