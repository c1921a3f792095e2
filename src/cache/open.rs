//! Opening the database: a private file from the first moment, read-only for readers, no link followed.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::OpenFlags;

use super::{Cache, CacheError, Found, schema};
use crate::private_database::{self, DatabaseProblem, Format};
use crate::private_files;

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
    pub fn open_checked(path: &Path) -> Result<Option<Self>, CacheError> {
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
        let connection = private_database::open(path, access)
            .map_err(|problem| named(problem, path.to_owned()))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            group: RefCell::default(),
        })
    }

    /// `None` for a file in which nothing has been made yet.
    pub(super) fn check_format(self) -> Result<Option<Self>, CacheError> {
        let format = self.read(schema::format(&self.connection))?;
        match format {
            Format::Empty => Ok(None),
            Format::Ours(version) if version <= schema::VERSION => Ok(Some(self)),
            Format::Ours(_) => Err(CacheError::Newer(self.path)),
            Format::OtherProgram => Err(CacheError::Damaged(self.path)),
        }
    }
}

/// Names the cause of an error of SQLite, without its text.
pub(super) fn translate(error: &rusqlite::Error, path: &Path) -> CacheError {
    named(private_database::problem(error), path.to_owned())
}

pub(super) fn named(problem: DatabaseProblem, path: PathBuf) -> CacheError {
    match problem {
        DatabaseProblem::Busy => CacheError::Busy(path),
        DatabaseProblem::Full => CacheError::Full(path),
        DatabaseProblem::ReadOnly => CacheError::ReadOnly(path),
        DatabaseProblem::Damaged => CacheError::Damaged(path),
        DatabaseProblem::Failed => CacheError::Failed(path),
    }
}
