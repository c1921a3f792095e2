//! Opening the database: a private file from the first moment, read-only for readers, no link followed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::{Cache, CacheError, Found, schema};
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
            Err(CacheError::ReadOnly(_) | CacheError::Failed(_)) => Self::open_to_write(path),
            other => other,
        }
    }

    /// Opens the cache to write; `None` where there is none yet.
    pub fn open_to_write(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        if let Some(dir) = path.parent() {
            private_files::create_private_dir(dir)?;
        }
        Self::prepared(path, None)?.check_format()
    }

    /// Opens the cache to read and looks through all of it: what cannot be read is [`CacheError::Damaged`].
    pub fn open_sound(path: &Path) -> Result<Option<Self>, CacheError> {
        let Some(cache) = Self::open_to_read(path)? else {
            return Ok(None);
        };
        let check = "PRAGMA quick_check(1)";
        let word: String = cache.read(cache.connection.query_row(check, [], |row| row.get(0)))?;
        if word != "ok" {
            return Err(CacheError::Damaged(cache.path));
        }
        cache.for_each(|_| Ok::<_, CacheError>(()))?;
        Ok(Some(cache))
    }

    /// Makes the cache with these accounts, in one transaction. One that another process made first is left as it is.
    pub fn create(path: &Path, found: &[Found<'_>]) -> Result<Self, CacheError> {
        if let Some(dir) = path.parent() {
            private_files::create_private_dir(dir)?;
        }
        Self::prepared(path, Some(found))?
            .check_format()?
            .ok_or_else(|| CacheError::Failed(path.to_owned()))
    }

    /// Moves a damaged cache out of the way, with the journal of its last transaction. Called with the lock of the
    /// database held.
    pub fn set_aside(path: &Path, at: Timestamp) -> Result<(), CacheError> {
        let beside = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        let aside = format!(".corrupt-{}", at.as_second());
        // The journal first: it must not be taken for that of the new file.
        let journal = beside(&format!("{aside}-journal"));
        private_files::set_aside(&beside("-journal"), &journal)?;
        Ok(private_files::set_aside(path, &beside(&aside))?)
    }

    fn prepared(path: &Path, found: Option<&[Found<'_>]>) -> Result<Self, CacheError> {
        drop(private_files::open_private(path)?);
        let mut cache = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let prepared = schema::prepare(&mut cache.connection, found);
        prepared.map_err(|error| translate(&error, path))?;
        Ok(cache)
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
        None if is_misread(error) => CacheError::Damaged(path),
        _ => CacheError::Failed(path),
    }
}

/// Whether a row holds what this program never wrote.
fn is_misread(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnName, InvalidColumnType,
        Utf8Error,
    };
    matches!(
        error,
        FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnName(..)
            | InvalidColumnType(..)
            | Utf8Error(..)
    )
}
