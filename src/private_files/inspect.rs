//! Looking at private files and folders without changing anything, not even a mode.

use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Problem, Result, at, io_at, open_checked, platform, read_bounded};

/// How a file or folder of ours stands, for who looks and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing is there.
    Missing,
    /// This user alone has access.
    Private,
    /// Others have access, which the next use takes away.
    Open,
}

/// Looks at a folder without changing it. What another use of it would refuse is an error here too.
pub(crate) fn inspect_dir(path: &Path) -> Result<Access> {
    match platform::inspect_dir(path) {
        Ok(true) => Ok(Access::Open),
        Ok(false) => Ok(Access::Private),
        Err(Problem::Io(ErrorKind::NotFound)) => Ok(Access::Missing),
        Err(problem) => Err(at(path, problem)),
    }
}

/// Looks at a file without changing it.
pub(crate) fn inspect_file(path: &Path) -> Result<Access> {
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

/// Like [`read_private`], and the mode stays what it is.
pub(crate) fn read_unchanged(path: &Path, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    read_bounded(path, open_checked(path)?, max_bytes)
}
