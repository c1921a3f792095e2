//! Errors of the cache.

use std::path::PathBuf;

use crate::private_files::PrivateFileError;

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
    #[error("another igconnect is working on this account")]
    Locked,
    #[error("the alias is taken by another account")]
    AliasTaken,
    /// Any other failure of the database.
    #[error("{} cannot be used", .0.display())]
    Failed(PathBuf),
}
