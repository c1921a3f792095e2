//! Writing private files whole or not at all, and removing them.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};

use super::error::{AtPath, FileResult, PrivateFileProblem as Problem, if_any};
use super::files::exists_private;
use super::platform;

/// Writes a file (0600) whole or not at all, and waits until it is on the disk. The folder must exist.
/// Replaces a file of this user; fails if the path is anything else.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> FileResult<()> {
    exists_private(path)?;
    write_beside(path, bytes, |temporary| fs::rename(temporary, path))
}

/// Like [`write_private`], but never replaces a file: returns `false` if there is one.
pub(crate) fn create_once(path: &Path, bytes: &[u8]) -> FileResult<bool> {
    // A rename would replace an existing file, a link does not.
    match write_beside(path, bytes, |temporary| fs::hard_link(temporary, path)) {
        Err(error) if error.problem == Problem::Io(ErrorKind::AlreadyExists) => Ok(false),
        written => written.map(|()| true),
    }
}

/// Fails if no file can be written into this folder. Leaves nothing there.
pub(crate) fn check_writable(folder: &Path) -> FileResult<()> {
    // One byte, because a full disk still has room for empty files.
    write_beside(&folder.join("trial"), b" ", |_| Ok(()))
}

/// Whether files in this folder can be locked as SQLite does. Leaves nothing there.
pub(crate) fn has_locks(folder: &Path) -> bool {
    let Ok(path) = sibling(&folder.join("trial")) else {
        return true;
    };
    let temporary = Temporary(path);
    let locked =
        platform::create_new(&temporary.0).and_then(|file| platform::try_record_lock(&file));
    !locked.is_err_and(|error| platform::is_without_locks(&error))
}

/// Whether a lock failed because the file system has none.
pub(crate) fn is_without_locks(error: &io::Error) -> bool {
    platform::is_without_locks(error)
}

/// Deletes a file if it exists.
pub(crate) fn remove_private(path: &Path) -> FileResult<()> {
    if_any(fs::remove_file(path).at(path)).map(drop)
}

/// Renames a file if it exists.
pub(crate) fn set_aside(path: &Path, aside: &Path) -> FileResult<()> {
    match if_any(fs::rename(path, aside).at(path))? {
        // Without this the rename may be undone by a power cut.
        Some(()) => platform::sync_folder_of(path).at(path),
        None => Ok(()),
    }
}

/// Writes to a hidden file beside `path`, which `place` then moves there.
fn write_beside(
    path: &Path,
    bytes: &[u8],
    place: impl FnOnce(&Path) -> io::Result<()>,
) -> FileResult<()> {
    let temporary = Temporary(sibling(path)?);
    let written = platform::create_new(&temporary.0).and_then(|mut file| {
        file.write_all(bytes)?;
        // Before the rename, or a power cut might leave the new name with an empty file.
        file.sync_all()?;
        drop(file);
        place(&temporary.0)?;
        platform::sync_folder_of(path)
    });
    written.at(path)
}

/// Deletes the temporary file on drop, if it was not renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Returns a new name for each write, so that two writers never share a temporary file.
pub(super) fn sibling(path: &Path) -> FileResult<PathBuf> {
    let name = path.file_name().ok_or(Problem::NotAFile).at(path)?;
    let mut random = [0; 8];
    let filled = SystemRandom::new().fill(&mut random);
    filled.map_err(|_| Problem::Io(ErrorKind::Other)).at(path)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", data_encoding::HEXLOWER.encode(&random)));
    Ok(path.with_file_name(hidden))
}
