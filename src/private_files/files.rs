//! Opening and reading private files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::error::{FileResult, PrivateFileProblem as Problem, at, io_at, why_not_opened};
use super::platform;

/// Fails if the path is anything other than a file of this user.
pub(crate) fn exists_private(path: &Path) -> FileResult<bool> {
    match open_checked(path) {
        Ok(_) => Ok(true),
        Err(error) if error.is_missing() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Opens a file to read and write, or creates it (0600).
pub(crate) fn open_private(path: &Path) -> FileResult<File> {
    check_and_tighten(path, platform::open_or_create(path))
}

/// Opens a file to append to, or creates it (0600).
pub(super) fn open_to_append(path: &Path) -> FileResult<File> {
    check_and_tighten(path, platform::open_to_append(path))
}

fn check_and_tighten(path: &Path, opened: io::Result<File>) -> FileResult<File> {
    let file = opened.map_err(|error| at(path, why_not_opened(path, &error)))?;
    platform::check_file(&file).map_err(|problem| at(path, problem))?;
    platform::tighten(&file).map_err(|error| io_at(path, &error))?;
    Ok(file)
}

/// Reads a file of this user of at most `max_bytes`. Removes any access of others.
pub(crate) fn read_private(path: &Path, max_bytes: u64) -> FileResult<Zeroizing<Vec<u8>>> {
    let file = open_checked(path)?;
    platform::tighten(&file).map_err(|error| io_at(path, &error))?;
    read_bounded(path, file, max_bytes)
}

/// Like [`read_private`], but `None` if the file is missing.
pub(crate) fn read_private_if_any(
    path: &Path,
    max_bytes: u64,
) -> FileResult<Option<Zeroizing<Vec<u8>>>> {
    match read_private(path, max_bytes) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a file that the person manages. Fails if others have access to it.
pub(crate) fn read_already_private(path: &Path, max_bytes: u64) -> FileResult<Zeroizing<Vec<u8>>> {
    let file = open_checked(path)?;
    if platform::is_open_to_others(&file).map_err(|error| io_at(path, &error))? {
        return Err(at(path, Problem::OpenToOthers));
    }
    read_bounded(path, file, max_bytes)
}

/// Reads a pipe or a systemd credential without checking owner, kind or mode.
pub(crate) fn read_entrusted(path: &Path, max_bytes: u64) -> FileResult<Zeroizing<Vec<u8>>> {
    let file = File::open(path).map_err(|error| io_at(path, &error))?;
    read_with_room(path, file, max_bytes, max_bytes)
}

pub(super) fn open_checked(path: &Path) -> FileResult<File> {
    let file =
        platform::open_for_reading(path).map_err(|error| at(path, why_not_opened(path, &error)))?;
    platform::check_file(&file).map_err(|problem| at(path, problem))?;
    Ok(file)
}

pub(super) fn read_bounded(
    path: &Path,
    file: File,
    max_bytes: u64,
) -> FileResult<Zeroizing<Vec<u8>>> {
    let size = file.metadata().map_or(0, |data| data.len()).min(max_bytes);
    read_with_room(path, file, max_bytes, size)
}

fn read_with_room(
    path: &Path,
    file: File,
    max_bytes: u64,
    size: u64,
) -> FileResult<Zeroizing<Vec<u8>>> {
    // Allocated once: a growing buffer would leave unwiped copies of a secret behind.
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
