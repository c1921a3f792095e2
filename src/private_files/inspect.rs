//! Checks private files and folders without changing anything, not even a mode.

use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use super::error::{FileResult, PrivateFileProblem as Problem, at, io_at};
use super::files::{open_checked, read_bounded};
use super::platform;

/// Who has access to a private file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Missing,
    /// Only this user has access.
    Private,
    /// Others have access. The next use removes it.
    Open,
}

/// Checks a folder. Fails where any other use of the folder would fail.
pub(crate) fn inspect_dir(path: &Path) -> FileResult<Access> {
    match platform::inspect_dir(path) {
        Ok(true) => Ok(Access::Open),
        Ok(false) => Ok(Access::Private),
        Err(Problem::Io(ErrorKind::NotFound)) => Ok(Access::Missing),
        Err(problem) => Err(at(path, problem)),
    }
}

pub(crate) fn inspect_file(path: &Path) -> FileResult<Access> {
    let file = match open_checked(path) {
        Err(error) if error.is_missing() => return Ok(Access::Missing),
        opened => opened?,
    };
    match platform::is_open_to_others(&file) {
        Ok(true) => Ok(Access::Open),
        Ok(false) => Ok(Access::Private),
        Err(error) => Err(io_at(path, &error)),
    }
}

/// Reads like `read_private`, but leaves the mode as it is.
pub(crate) fn read_unchanged(path: &Path, max_bytes: u64) -> FileResult<Zeroizing<Vec<u8>>> {
    read_bounded(path, open_checked(path)?, max_bytes)
}
