//! What can be wrong with a private file or folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use PrivateFileProblem as Problem;

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

/// Returns why an open failed. This second look may race, but only the message depends on it.
pub(super) fn why_not_opened(path: &Path, error: &io::Error) -> Problem {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() => Problem::Symlink,
        // A socket cannot be opened at all.
        Ok(data) if !data.is_file() && !data.is_dir() => Problem::NotAFile,
        _ => why(error),
    }
}

fn why(error: &io::Error) -> Problem {
    match error.kind() {
        ErrorKind::IsADirectory => Problem::NotAFile,
        _ if is_out_of_handles(error) => Problem::TooManyOpen,
        kind => Problem::Io(kind),
    }
}

pub(super) fn at(path: &Path, problem: Problem) -> PrivateFileError {
    PrivateFileError {
        path: path.to_owned(),
        problem,
    }
}

pub(super) fn io_at(path: &Path, error: &io::Error) -> PrivateFileError {
    at(path, why(error))
}

/// Whether this process, or the machine, has too many files open.
fn is_out_of_handles(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        matches!(
            Errno::from_io_error(error),
            Some(Errno::MFILE | Errno::NFILE)
        )
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}
