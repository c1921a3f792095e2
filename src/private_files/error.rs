//! What can be wrong with a private file or folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use PrivateFileProblem as Problem;

use super::platform;

pub(super) type FileResult<T> = Result<T, PrivateFileError>;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct PrivateFileError {
    pub path: PathBuf,
    pub problem: PrivateFileProblem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateFileProblem {
    #[error("it is a symbolic link")]
    Symlink,
    #[error("it belongs to another user")]
    ForeignOwner,
    /// For example a pipe, or a file where a folder belongs.
    #[error("it is not a file or folder as expected")]
    NotAFile,
    #[error("it is too large")]
    TooLarge,
    /// Group or others have access, and the person manages the mode.
    #[error("other users have access to it")]
    OpenToOthers,
    /// A file that the person named.
    #[error("other users can write it")]
    WritableByOthers,
    #[error("too many files are open")]
    TooManyOpen,
    #[error("{0}")]
    Io(ErrorKind),
}

impl PrivateFileError {
    pub fn is_missing(&self) -> bool {
        self.problem == Problem::Io(ErrorKind::NotFound)
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::IsADirectory => Self::NotAFile,
            // The kind of this error has no name of its own in std.
            _ if platform::is_out_of_handles(&error) => Self::TooManyOpen,
            kind => Self::Io(kind),
        }
    }
}

/// Returns why an open failed. This second look may race, but only the message depends on it.
pub(super) fn why_not_opened(path: &Path, error: io::Error) -> Problem {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() => Problem::Symlink,
        // A socket cannot be opened at all.
        Ok(data) if !data.is_file() && !data.is_dir() => Problem::NotAFile,
        _ => error.into(),
    }
}

/// Adds the path to a problem.
pub(super) trait AtPath<T> {
    fn at(self, path: &Path) -> FileResult<T>;
}

impl<T, E: Into<Problem>> AtPath<T> for Result<T, E> {
    fn at(self, path: &Path) -> FileResult<T> {
        self.map_err(|problem| PrivateFileError {
            path: path.to_owned(),
            problem: problem.into(),
        })
    }
}

/// Returns `None` for a missing file or folder.
pub(crate) fn if_any<T>(result: FileResult<T>) -> FileResult<Option<T>> {
    match result {
        Err(error) if error.is_missing() => Ok(None),
        result => result.map(Some),
    }
}
