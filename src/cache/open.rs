//! Opens the database. The file is private from the first moment, readers open it read-only, and links are refused.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::OpenFlags;

use super::database::Cache;
use super::error::CacheError;
use super::recovered::RecoveredAccount;
use super::schema;
use crate::private_database::{self, DatabaseOwner, DatabaseProblem};
use crate::private_files;

impl Cache {
    /// Opens the cache for reading; `None` if there is none.
    pub(crate) fn open_to_read(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        if let Some(dir) = path.parent() {
            private_files::check_dir_to_read(dir)?;
        }
        match Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(Self::check_format) {
            // Only a writer can roll back the journal of a crashed writer.
            Err(CacheError::ReadOnly(_) | CacheError::Failed(_)) => Self::open_to_write(path),
            other => other,
        }
    }

    /// Opens the cache for writing; `None` if there is none.
    pub(crate) fn open_to_write(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        if let Some(dir) = path.parent() {
            private_files::create_private_dir(dir)?;
        }
        Self::prepared(path, None)?.check_format()
    }

    /// Opens the cache for reading and checks all of it. Fails with [`CacheError::Damaged`].
    pub(crate) fn open_checked(path: &Path) -> Result<Option<Self>, CacheError> {
        let Some(cache) = Self::open_to_read(path)? else {
            return Ok(None);
        };
        cache.check_pages()?;
        cache.check_rows()?;
        Ok(Some(cache))
    }

    /// Creates the cache with these accounts, in one transaction. Keeps the cache of a process that was faster.
    pub fn create(path: &Path, found: &[RecoveredAccount<'_>]) -> Result<Self, CacheError> {
        if let Some(dir) = path.parent() {
            private_files::create_private_dir(dir)?;
        }
        Self::prepared(path, Some(found))?
            .check_format()?
            .ok_or_else(|| CacheError::Failed(path.to_owned()))
    }

    /// Moves a damaged cache and its rollback journal aside. The caller holds the lock of a rebuild.
    pub(crate) fn set_aside(path: &Path, at: Timestamp) -> Result<(), CacheError> {
        let beside = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        let aside = format!(".corrupt-{}", at.as_second());
        // The journal first, or SQLite would roll it back into the new file.
        let journal = beside(&format!("{aside}-journal"));
        private_files::set_aside(&beside("-journal"), &journal)?;
        Ok(private_files::set_aside(path, &beside(&aside))?)
    }

    fn prepared(path: &Path, found: Option<&[RecoveredAccount<'_>]>) -> Result<Self, CacheError> {
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
            is_current: true,
            open_commit: RefCell::default(),
        })
    }

    /// Returns `None` for an empty file.
    pub(super) fn check_format(self) -> Result<Option<Self>, CacheError> {
        let format = self.read(schema::format(&self.connection))?;
        match format {
            DatabaseOwner::Empty => Ok(None),
            DatabaseOwner::Ours(version) if version <= schema::VERSION => Ok(Some(Self {
                is_current: version == schema::VERSION,
                ..self
            })),
            DatabaseOwner::Ours(_) => Err(CacheError::Newer(self.path)),
            DatabaseOwner::OtherProgram => Err(CacheError::Damaged(self.path)),
        }
    }
}

/// Translates an error of SQLite, without its text.
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
