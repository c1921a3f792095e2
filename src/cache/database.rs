//! An open cache.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use rusqlite::Connection;

use super::error::CacheError;
use super::open;
use super::shared_commit::SharedCommit;

/// An open cache.
pub struct Cache {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Whether it has the tables of this version. A reader may find those of an older one.
    pub(super) is_current: bool,
    pub(super) open_commit: RefCell<Option<Rc<SharedCommit>>>,
}

impl Cache {
    /// Translates the error of a read.
    pub(super) fn read<T>(&self, result: rusqlite::Result<T>) -> Result<T, CacheError> {
        result.map_err(|error| open::translate(&error, &self.path))
    }

    /// From here on every read sees the state of the first one.
    pub(crate) fn begin_snapshot(&self) -> Result<(), CacheError> {
        self.read(self.connection.execute_batch("BEGIN"))
    }
}
