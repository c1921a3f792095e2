//! Private folders.

use std::fs;
use std::io;
use std::path::Path;

use super::error::{AtPath, FileResult, if_any};
use super::files::{Access, access};
use super::platform;

/// Creates the folder and its missing parents (0700), or removes the access of others to an existing one.
/// Creates nothing in a folder of another user, except root.
pub(crate) fn create_private_dir(path: &Path) -> FileResult<()> {
    platform::create_dirs(path)?;
    platform::check_dir(path).at(path)
}

/// Fails if another user could have written to this folder. Follows a link to it and changes nothing.
pub(crate) fn check_dir_to_read(path: &Path) -> FileResult<()> {
    platform::judge_way(path)?;
    platform::check_dir_to_read(path).at(path)
}

/// Fails where any other use of the folder would fail. Changes nothing, not even its mode.
pub(crate) fn inspect_dir(path: &Path) -> FileResult<Access> {
    platform::judge_way(path)?;
    access(platform::inspect_dir(path).at(path))
}

/// Returns the file names that are valid Unicode. A missing folder has none.
pub(crate) fn names_in(folder: &Path) -> FileResult<Vec<String>> {
    let names = fs::read_dir(folder).and_then(|files| {
        let names = files.map(|file| Ok(file?.file_name().into_string().ok()));
        names.filter_map(io::Result::transpose).collect()
    });
    Ok(if_any(names.at(folder))?.unwrap_or_default())
}
