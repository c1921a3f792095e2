//! Files and folders that only this user may read: made so from the first moment, and checked on what was opened.
//!
//! Invariant: a path is never judged and then opened. The open itself follows no link, and owner, kind and mode are
//! those of the handle. A written file appears whole or not at all.

mod appended;
#[cfg(not(unix))]
mod elsewhere;
mod inspect;
mod problem;
#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(unix)]
mod unix;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

pub(crate) use appended::Appended;
pub(crate) use inspect::{Access, inspect_dir, inspect_file, read_unchanged};
pub(crate) use problem::{PrivateFileError, PrivateFileProblem};

#[cfg(not(unix))]
use elsewhere as platform;
#[cfg(unix)]
use unix as platform;

use PrivateFileProblem as Problem;
use problem::{at, io_at, why_not_opened};

type Result<T> = std::result::Result<T, PrivateFileError>;

/// Whether the file is there, and ours; anything else in its place is an error.
pub(crate) fn exists_private(path: &Path) -> Result<bool> {
    match open_checked(path) {
        Ok(_) => Ok(true),
        Err(error) if error.is_missing() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether nobody else could have put something into this folder. It may be reached by a link and is not changed.
pub(crate) fn check_dir_to_read(path: &Path) -> Result<()> {
    platform::check_dir_to_read(path).map_err(|problem| at(path, problem))
}

/// Opens a file to read and write it; makes it for this user alone (0600) where it is missing.
pub(crate) fn open_private(path: &Path) -> Result<File> {
    made_private(path, platform::open_or_create(path))
}

/// As [`open_private`], to write at the end alone, wherever that is when it is written.
fn open_to_append(path: &Path) -> Result<File> {
    made_private(path, platform::open_to_append(path))
}

fn made_private(path: &Path, opened: io::Result<File>) -> Result<File> {
    let file = opened.map_err(|error| at(path, why_not_opened(path, &error)))?;
    platform::check_file(&file).map_err(|problem| at(path, problem))?;
    platform::tighten(&file).map_err(|error| io_at(path, &error))?;
    Ok(file)
}

/// Deletes a file; one that is not there is deleted already.
pub(crate) fn remove_private(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io_at(path, &error)),
        _ => Ok(()),
    }
}

/// The names of the files in a folder, as far as they are text; none where there is no folder.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>> {
    let names = fs::read_dir(folder).and_then(|files| {
        let names = files.map(|file| Ok(file?.file_name().into_string().ok()));
        names.filter_map(io::Result::transpose).collect()
    });
    match names {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        names => names.map_err(|error| io_at(folder, &error)),
    }
}

/// Renames a file beside itself, so that its place is free; one that is not there is no failure.
pub(crate) fn set_aside(path: &Path, aside: &Path) -> Result<()> {
    match fs::rename(path, aside) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        renamed => renamed
            .and_then(|()| platform::sync_folder_of(path))
            .map_err(|error| io_at(path, &error)),
    }
}

/// Like [`read_private`], where the file may be missing.
pub(crate) fn read_private_if_any(
    path: &Path,
    max_bytes: u64,
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    match read_private(path, max_bytes) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the folder, and the missing ones above it, for this user alone (0700); tightens one that is there. Nothing is
/// made in a folder of another user, unless that is root.
pub(crate) fn create_private_dir(path: &Path) -> Result<()> {
    let made = platform::create_dirs(path);
    let checked = platform::check_dir(path).map_err(|problem| at(path, problem));
    match (checked, made) {
        // That nothing is there is only what came of it.
        (Err(missing), Err(error)) if missing.is_missing() => Err(error),
        (checked, made) => checked.and(made),
    }
}

/// Writes a file for this user alone (0600), whole or not at all, and waits until it is on the disk.
/// Its folder must be there; a file of ours is replaced, anything else in its place is refused.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    match platform::open_for_reading(path) {
        Ok(file) => platform::check_file(&file).map_err(|problem| at(path, problem))?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(at(path, why_not_opened(path, &error))),
    }
    write_beside(path, bytes, |temporary| fs::rename(temporary, path))
}

/// Writes a file for this user alone (0600), whole or not at all, where nothing is yet. What is there stays: `false`.
pub(crate) fn create_once(path: &Path, bytes: &[u8]) -> Result<bool> {
    // Unlike a rename, a link replaces nothing.
    match write_beside(path, bytes, |temporary| fs::hard_link(temporary, path)) {
        Ok(()) => Ok(true),
        Err(error) if error.problem == Problem::Io(ErrorKind::AlreadyExists) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes all of it to a hidden file beside `path`, and has `place` bring that there.
fn write_beside(
    path: &Path,
    bytes: &[u8],
    place: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<()> {
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

/// Reads a file of at most `max_bytes` that is ours; tightens its mode when others have access to it.
pub(crate) fn read_private(path: &Path, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let file = open_checked(path)?;
    platform::tighten(&file).map_err(|error| io_at(path, &error))?;
    read_bounded(path, file, max_bytes)
}

/// Like [`read_private`], for a file that the person keeps themselves: refused, not tightened, when others have access.
pub(crate) fn read_already_private(path: &Path, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let file = open_checked(path)?;
    if platform::is_open_to_others(&file).map_err(|error| io_at(path, &error))? {
        return Err(at(path, Problem::OpenToOthers));
    }
    read_bounded(path, file, max_bytes)
}

/// Reads what somebody else answers for, a pipe or a credential of systemd: owner, kind and mode are not judged.
pub(crate) fn read_entrusted(path: &Path, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path).map_err(|error| io_at(path, &error))?;
    read_with_room(path, file, max_bytes, max_bytes)
}

fn open_checked(path: &Path) -> Result<File> {
    let file =
        platform::open_for_reading(path).map_err(|error| at(path, why_not_opened(path, &error)))?;
    platform::check_file(&file).map_err(|problem| at(path, problem))?;
    Ok(file)
}

fn read_bounded(path: &Path, file: File, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let size = file.metadata().map_or(0, |data| data.len()).min(max_bytes);
    read_with_room(path, file, max_bytes, size)
}

fn read_with_room(
    path: &Path,
    file: File,
    max_bytes: u64,
    size: u64,
) -> Result<Zeroizing<Vec<u8>>> {
    // Room for all of it at once: a growing buffer would leave unwiped copies behind.
    let room = usize::try_from(size).unwrap_or(0).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| io_at(path, &error))?;
    if bytes.len() as u64 > max_bytes {
        return Err(at(path, Problem::TooLarge));
    }
    Ok(bytes)
}

/// A file that is gone again when it was not renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A name of its own for each write, so that two writers never share a temporary file.
fn sibling(path: &Path) -> Result<PathBuf> {
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
