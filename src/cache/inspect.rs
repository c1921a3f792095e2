//! Looking at the database and the locks for `doctor`: nothing is created, repaired or waited for.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::Path;

use rusqlite::OpenFlags;

use super::{Cache, CacheError, open::translate};
use crate::private_files;

/// More lock files than this are not looked at one by one.
const LOCKS_MAX: usize = 1000;

impl Cache {
    /// Opens the cache to look at it and nothing else; `None` where there is none yet.
    pub fn open_to_inspect(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?.check_format()
    }

    /// Whether a writer ended in the middle and left its journal, which the next command rolls back.
    pub fn is_interrupted(path: &Path) -> bool {
        let mut journal = OsString::from(path);
        journal.push("-journal");
        std::fs::metadata(journal).is_ok_and(|journal| journal.len() > 0)
    }

    /// SQLite's own quick look at every page.
    pub fn check_pages(&self) -> Result<(), CacheError> {
        let said: rusqlite::Result<String> =
            self.connection
                .query_row("PRAGMA quick_check(1)", (), |row| row.get(0));
        match said
            .map_err(|error| translate(&error, &self.path))?
            .as_str()
        {
            "ok" => Ok(()),
            _ => Err(CacheError::Damaged(self.path.clone())),
        }
    }
}

/// How many accounts another process is changing at this moment.
pub fn locks_held(dir: &Path) -> usize {
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
    // Shared, so that two doctors do not meet each other's.
    is_file && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}
