//! Opening the database: a private file from the first moment, read-only for readers, no link followed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::{Cache, CacheError, schema};
use crate::private_files;

/// Writers hold the database for milliseconds; more than this is a stuck process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Cache {
    /// Opens the cache to read it; `None` where there is none yet.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        if let Some(dir) = path.parent() {
            private_files::check_dir_to_read(dir)?;
        }
        match Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(Self::check_format) {
            // A crashed writer left a journal that only a writer can roll back.
            Err(CacheError::ReadOnly(_) | CacheError::Failed(_)) => {
                Self::open_to_write(path).map(Some)
            }
            other => other,
        }
    }

    /// Opens the cache to write it, and makes it where there is none.
    pub fn open_to_write(path: &Path) -> Result<Self, CacheError> {
        if let Some(dir) = path.parent() {
            private_files::create_private_dir(dir)?;
        }
        drop(private_files::open_private(path)?);
        let mut cache = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let prepared = schema::prepare(&mut cache.connection);
        prepared.map_err(|error| translate(&error, path))?;
        cache
            .check_format()?
            .ok_or_else(|| CacheError::Failed(path.to_owned()))
    }

    pub(super) fn connect(path: &Path, access: OpenFlags) -> Result<Self, CacheError> {
        let flags = access | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // SQLite follows no link in any part of the path then, and folders may well be links.
        let real = path.parent().and_then(|dir| dir.canonicalize().ok());
        let real: PathBuf = match (real, path.file_name()) {
            (Some(dir), Some(name)) => dir.join(name),
            _ => path.to_owned(),
        };
        let connection = Connection::open_with_flags(&real, flags).and_then(|connection| {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            Ok(connection)
        });
        let connection = connection.map_err(|error| translate(&error, path))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// `None` for a file in which nothing has been made yet.
    pub(super) fn check_format(self) -> Result<Option<Self>, CacheError> {
        let format = self.read(schema::format(&self.connection))?;
        match format {
            schema::Format::Empty => Ok(None),
            schema::Format::Ours(version) if version <= schema::VERSION => Ok(Some(self)),
            schema::Format::Ours(_) => Err(CacheError::Newer(self.path)),
            schema::Format::Foreign => Err(CacheError::Damaged(self.path)),
        }
    }
}

/// Names the cause of an error of SQLite, without its text.
pub(super) fn translate(error: &rusqlite::Error, path: &Path) -> CacheError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => CacheError::Busy(path),
        Some(ErrorCode::DiskFull) => CacheError::Full(path),
        Some(ErrorCode::ReadOnly) => CacheError::ReadOnly(path),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => CacheError::Damaged(path),
        _ => CacheError::Failed(path),
    }
}
