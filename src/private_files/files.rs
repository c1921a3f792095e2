//! Opening, reading and inspecting private files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::error::{AtPath, FileResult, PrivateFileProblem as Problem, if_any, why_not_opened};
use super::platform;

/// What was read may be secret, so it is wiped on drop.
pub(crate) type WipedBytes = Zeroizing<Vec<u8>>;

/// Fails if the path is anything other than a file of this user.
pub(crate) fn exists_private(path: &Path) -> FileResult<bool> {
    Ok(if_any(open_checked(path))?.is_some())
}

/// Opens a file to read and write, or creates it (0600).
pub(crate) fn open_private(path: &Path) -> FileResult<File> {
    check_and_tighten(path, platform::open_or_create(path))
}

/// Opens a file to append to, or creates it (0600).
pub(super) fn open_to_append(path: &Path) -> FileResult<File> {
    check_and_tighten(path, platform::open_to_append(path))
}

/// Reads a file of this user of at most `max_bytes`. Removes any access of others.
pub(crate) fn read_private(path: &Path, max_bytes: u64) -> FileResult<WipedBytes> {
    let file = check_and_tighten(path, platform::open_for_reading(path))?;
    read_bounded(path, file, max_bytes)
}

/// Like [`read_private`], but `None` if the file is missing.
pub(crate) fn read_private_if_any(path: &Path, max_bytes: u64) -> FileResult<Option<WipedBytes>> {
    if_any(read_private(path, max_bytes))
}

/// How long the writer of a pipe may take: longer than a password manager, shorter than a job of CI.
const PIPE_PATIENCE: Duration = Duration::from_secs(30);

/// Reads a file that the person named: of any owner, through links, also a pipe. Container platforms mount secrets in all
/// of these ways. Fails if the group or others can write it, because then it may be another one's secret. On Windows it
/// also fails if others can read it.
pub(crate) fn read_named(path: &Path, max_bytes: u64) -> FileResult<WipedBytes> {
    if !fs::metadata(path).at(path)?.is_file() {
        return read_pipe(path, max_bytes);
    }
    let file = open_managed(path)?;
    // No platform mounts secrets on Windows.
    if cfg!(windows) && platform::is_open_to_others(&file).at(path)? {
        return Err(Problem::OpenToOthers).at(path);
    }
    read_bounded(path, file, max_bytes)
}

/// As [`read_named`], for a file that is read again and again: not a pipe.
pub(crate) fn read_managed(path: &Path, max_bytes: u64) -> FileResult<WipedBytes> {
    if !fs::metadata(path).at(path)?.is_file() {
        return Err(Problem::NotAFile).at(path);
    }
    read_bounded(path, open_managed(path)?, max_bytes)
}

fn open_managed(path: &Path) -> FileResult<File> {
    let file = platform::open_named(path).at(path)?;
    match platform::is_writable_by_others(&file).at(path)? {
        true => Err(Problem::WritableByOthers).at(path),
        false => Ok(file),
    }
}

/// Reads in a thread of its own, because no one may ever write to the pipe.
fn read_pipe(path: &Path, max_bytes: u64) -> FileResult<WipedBytes> {
    if !platform::is_pipe(path) {
        return Err(Problem::NotAFile).at(path);
    }
    let (send, receive) = mpsc::channel();
    let pipe = path.to_owned();
    thread::spawn(move || send.send(read_entrusted(&pipe, max_bytes)));
    let timed_out = |_| Err(Problem::Io(io::ErrorKind::TimedOut)).at(path);
    receive
        .recv_timeout(PIPE_PATIENCE)
        .unwrap_or_else(timed_out)
}

/// Reads a pipe or a systemd credential without checking owner, kind or mode.
pub(crate) fn read_entrusted(path: &Path, max_bytes: u64) -> FileResult<WipedBytes> {
    let file = File::open(path).at(path)?;
    // A pipe does not know its size.
    read_with_room(path, file, max_bytes, max_bytes)
}

/// Reads like [`read_private`], but leaves the mode as it is.
pub(crate) fn read_unchanged(path: &Path, max_bytes: u64) -> FileResult<WipedBytes> {
    read_bounded(path, open_checked(path)?, max_bytes)
}

/// Who has access to a private file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Missing,
    /// Only this user has access.
    Private,
    /// Others have access. The next use removes it.
    Open,
}

pub(super) fn access(is_open_to_others: FileResult<bool>) -> FileResult<Access> {
    Ok(match if_any(is_open_to_others)? {
        None => Access::Missing,
        Some(false) => Access::Private,
        Some(true) => Access::Open,
    })
}

fn open_checked(path: &Path) -> FileResult<File> {
    check(path, platform::open_for_reading(path))
}

/// Checks the open handle: by now the path may mean another file.
fn check(path: &Path, opened: io::Result<File>) -> FileResult<File> {
    let file = opened
        .map_err(|error| why_not_opened(path, error))
        .at(path)?;
    platform::check_file(&file).at(path)?;
    Ok(file)
}

fn check_and_tighten(path: &Path, opened: io::Result<File>) -> FileResult<File> {
    let file = check(path, opened)?;
    platform::tighten(&file).at(path)?;
    Ok(file)
}

fn read_bounded(path: &Path, file: File, max_bytes: u64) -> FileResult<WipedBytes> {
    let size = file.metadata().map_or(0, |data| data.len()).min(max_bytes);
    read_with_room(path, file, max_bytes, size)
}

fn read_with_room(path: &Path, file: File, max_bytes: u64, size: u64) -> FileResult<WipedBytes> {
    // Allocated once: a growing buffer would leave unwiped copies of a secret behind.
    let room = usize::try_from(size).unwrap_or(0).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    // One byte more than allowed shows that the file is too large, without reading the rest.
    let mut bounded = file.take(max_bytes.saturating_add(1));
    bounded.read_to_end(&mut bytes).at(path)?;
    if bytes.len() as u64 > max_bytes {
        return Err(Problem::TooLarge).at(path);
    }
    Ok(bytes)
}
