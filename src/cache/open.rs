//! Opens the database. The file is private from the first moment, readers open it read-only, and links are refused.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::OpenFlags;

use super::database::Cache;
use super::error::CacheError;
use super::recovered::RecoveredAccount;
use super::schema;
use crate::private_database::{self, DatabaseOwner};
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
        Self::open_prepared(path, None)
    }

    /// Opens the cache for reading and checks all of it. Fails with [`CacheError::Damaged`].
    pub(crate) fn open_checked(path: &Path) -> Result<Option<Self>, CacheError> {
        let cache = Self::open_to_read(path)?;
        if let Some(cache) = &cache {
            cache.check_pages()?;
            cache.check_rows()?;
        }
        Ok(cache)
    }

    /// Opens the cache without any repair or wait, for `doctor`; `None` if there is none.
    pub(crate) fn open_to_inspect(path: &Path) -> Result<Option<Self>, CacheError> {
        if !private_files::exists_private(path)? {
            return Ok(None);
        }
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?.check_format()
    }

    /// Creates the cache with these accounts, in one transaction. Keeps the cache of a process that was faster.
    pub fn create(path: &Path, found: &[RecoveredAccount<'_>]) -> Result<Self, CacheError> {
        let created = Self::open_prepared(path, Some(found))?;
        created.ok_or_else(|| CacheError::Failed(path.to_owned()))
    }

    /// Moves a damaged cache and its rollback journal aside. The caller holds the lock of a rebuild.
    pub(crate) fn set_aside(path: &Path, at: Timestamp) -> Result<(), CacheError> {
        let aside = format!(".corrupt-{}", at.as_second());
        // The journal first, or SQLite would roll it back into the new file.
        let journal = beside(path, &format!("{aside}-journal"));
        private_files::set_aside(&beside(path, "-journal"), &journal)?;
        Ok(private_files::set_aside(path, &beside(path, &aside))?)
    }

    /// Returns whether a writer was interrupted. The next command rolls its journal back.
    pub(crate) fn is_interrupted(path: &Path) -> bool {
        std::fs::metadata(beside(path, "-journal")).is_ok_and(|journal| journal.len() > 0)
    }

    pub(crate) fn check_pages(&self) -> Result<(), CacheError> {
        let check = self.query_one("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?;
        match check.as_deref() {
            Some("ok") => Ok(()),
            _ => Err(CacheError::Damaged(self.path.clone())),
        }
    }

    fn open_prepared(
        path: &Path,
        found: Option<&[RecoveredAccount<'_>]>,
    ) -> Result<Option<Self>, CacheError> {
        if let Some(dir) = path.parent() {
            private_files::create_private_dir(dir)?;
        }
        // SQLite would create the file readable for others.
        drop(private_files::open_private(path)?);
        let mut cache = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let prepared = schema::prepare(&mut cache.connection, found);
        cache.read(prepared)?;
        cache.check_format()
    }

    fn connect(path: &Path, access: OpenFlags) -> Result<Self, CacheError> {
        let connection = private_database::open(path, access);
        Ok(Self {
            connection: connection.map_err(|problem| CacheError::new(problem, path))?,
            path: path.to_owned(),
            is_current: true,
            open_commit: RefCell::default(),
        })
    }

    /// Returns `None` for an empty file.
    fn check_format(mut self) -> Result<Option<Self>, CacheError> {
        match self.read(schema::format(&self.connection))? {
            DatabaseOwner::Empty => Ok(None),
            DatabaseOwner::Ours(version) if version <= schema::VERSION => {
                self.is_current = version == schema::VERSION;
                Ok(Some(self))
            }
            DatabaseOwner::Ours(_) => Err(CacheError::Newer(self.path)),
            DatabaseOwner::OtherProgram => Err(CacheError::Damaged(self.path)),
        }
    }
}

/// Returns the path of a file whose name begins with that of the database.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
