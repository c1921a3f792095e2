//! Errors of the cache.

use std::path::{Path, PathBuf};

use crate::account::AccountId;
use crate::private_database::{DatabaseProblem, problem};
use crate::private_files::{self, PrivateFileError};

/// An error of the cache, without SQLite's own text.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error(transparent)]
    File(#[from] PrivateFileError),
    #[error("{} is damaged or is not igconnect's", .0.display())]
    Damaged(PathBuf),
    #[error("{} was made by a newer igconnect", .0.display())]
    Newer(PathBuf),
    #[error("no space left for {}", .0.display())]
    Full(PathBuf),
    #[error("{} cannot be written", .0.display())]
    ReadOnly(PathBuf),
    #[error("another igconnect is using {}", .0.display())]
    Busy(PathBuf),
    /// A folder, such as one on NFS without its lock service.
    #[error("the folder {} does not support locks", .0.display())]
    NoLocks(PathBuf),
    #[error("another igconnect is working on this account")]
    Locked,
    #[error("the alias is taken by another account")]
    AliasTaken,
    #[error("two accounts were seen with this username: {0} and {1}")]
    NameTakenTwice(AccountId, AccountId),
    /// Any other failure of the database.
    #[error("{} cannot be used", .0.display())]
    Failed(PathBuf),
}

impl CacheError {
    pub(super) fn new(problem: DatabaseProblem, path: &Path) -> Self {
        let error = match problem.at(path, private_files::has_locks) {
            DatabaseProblem::NoLocks => return Self::without_locks(path),
            DatabaseProblem::Busy => Self::Busy,
            DatabaseProblem::Full => Self::Full,
            DatabaseProblem::ReadOnly => Self::ReadOnly,
            DatabaseProblem::Damaged => Self::Damaged,
            DatabaseProblem::Failed => Self::Failed,
        };
        error(path.to_owned())
    }

    /// The folder of this file has no locks.
    pub(super) fn without_locks(file: &Path) -> Self {
        Self::NoLocks(file.parent().unwrap_or(file).to_owned())
    }

    pub(super) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> Self {
        Self::new(problem(error), path)
    }
}
