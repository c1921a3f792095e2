//! What can be wrong with a private file or folder, in the words of the system's own errors.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use PrivateFileProblem as Problem;

use super::platform;

/// What is wrong with a private file or folder, and which one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct PrivateFileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: PrivateFileProblem,
}

/// What can be wrong with a private file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateFileProblem {
    /// A link stands in its place.
    #[error("it is a symbolic link")]
    Symlink,
    /// Somebody else could change it at any time.
    #[error("it belongs to another user")]
    ForeignOwner,
    /// A folder, a pipe or a device stands in the place of a file, or a file in the place of a folder.
    #[error("it is of another kind than expected")]
    NotAFile,
    /// More than the caller is ready to hold.
    #[error("it is too large")]
    TooLarge,
    /// Group or others have access, and it is not ours to tighten.
    #[error("other users have access to it")]
    OpenToOthers,
    /// This process, or the machine, has as many files open as it may.
    #[error("too many files are open")]
    TooManyOpen,
    /// The operating system refused.
    #[error("{0}")]
    Io(ErrorKind),
}

impl PrivateFileError {
    /// Whether nothing stands in that place.
    pub fn is_missing(&self) -> bool {
        self.problem == Problem::Io(ErrorKind::NotFound)
    }
}

/// Names the cause of a refused open. Only the wording depends on it, so this second look may be late.
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
        _ if platform::is_out_of_handles(error) => Problem::TooManyOpen,
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
