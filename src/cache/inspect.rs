//! Inspects the database and the locks for `doctor`. It creates and repairs nothing, and waits for nothing.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::Path;

use rusqlite::OpenFlags;

use super::database::Cache;
use super::error::CacheError;
use crate::private_files;

/// A folder may have one lock file for each account.
const LOCKS_MAX: usize = 1000;

impl Cache {
    /// Opens the cache without any repair; `None` if there is none.
    pub(crate) fn open_to_inspect(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?.check_format()
    }

    /// Returns whether a writer was interrupted. The next command rolls its journal back.
    pub(crate) fn is_interrupted(path: &Path) -> bool {
        let mut journal = OsString::from(path);
        journal.push("-journal");
        std::fs::metadata(journal).is_ok_and(|journal| journal.len() > 0)
    }

    /// Lets SQLite check every page.
    pub(crate) fn check_pages(&self) -> Result<(), CacheError> {
        let sql = "PRAGMA quick_check(1)";
        let result = self.connection.query_row(sql, (), |row| row.get(0));
        let result: String = self.read(result)?;
        match result.as_str() {
            "ok" => Ok(()),
            _ => Err(CacheError::Damaged(self.path.clone())),
        }
    }
}

/// Counts the accounts that other processes are changing now.
pub(crate) fn locks_held(dir: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return 0;
    };
    let locks = entries.filter_map(Result::ok).take(LOCKS_MAX);
    locks.filter(|entry| is_held(&entry.path())).count()
}

fn is_held(path: &Path) -> bool {
    let is_file = std::fs::symlink_metadata(path).is_ok_and(|data| data.is_file());
    let Ok(file) = File::open(path) else {
        return false;
    };
    // Shared, so that two runs of `doctor` do not see each other.
    is_file && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}
