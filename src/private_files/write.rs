//! Writing private files whole or not at all, and removing them.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};

use super::error::{FileResult, PrivateFileProblem as Problem, at, io_at, why_not_opened};
use super::platform;

/// Writes a file (0600) whole or not at all, and waits until it is on the disk. The folder must exist.
/// Replaces a file of this user; fails if the path is anything else.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> FileResult<()> {
    match platform::open_for_reading(path) {
        Ok(file) => platform::check_file(&file).map_err(|problem| at(path, problem))?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(at(path, why_not_opened(path, &error))),
    }
    write_beside(path, bytes, |temporary| fs::rename(temporary, path))
}

/// Like [`write_private`], but never replaces a file: returns `false` if there is one.
pub(crate) fn create_once(path: &Path, bytes: &[u8]) -> FileResult<bool> {
    // A rename would replace an existing file, a link does not.
    match write_beside(path, bytes, |temporary| fs::hard_link(temporary, path)) {
        Ok(()) => Ok(true),
        Err(error) if error.problem == Problem::Io(ErrorKind::AlreadyExists) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes a file if it exists.
pub(crate) fn remove_private(path: &Path) -> FileResult<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io_at(path, &error)),
        _ => Ok(()),
    }
}

/// Renames a file if it exists.
pub(crate) fn set_aside(path: &Path, aside: &Path) -> FileResult<()> {
    match fs::rename(path, aside) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        renamed => renamed
            .and_then(|()| platform::sync_folder_of(path))
            .map_err(|error| io_at(path, &error)),
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
        file.sync_all()?;
        drop(file);
        place(&temporary.0)?;
        platform::sync_folder_of(path)
    });
    written.map_err(|error| io_at(path, &error))
}

/// Deletes the temporary file on drop, if it was not renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Returns a new name for each write, so that two writers never share a temporary file.
fn sibling(path: &Path) -> FileResult<PathBuf> {
    let name = path
        .file_name()
        .ok_or_else(|| at(path, Problem::NotAFile))?;
    let mut random = [0; 8];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| at(path, Problem::Io(ErrorKind::Other)))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", data_encoding::HEXLOWER.encode(&random)));
    Ok(path.with_file_name(hidden))
}
