//! Systems without Unix modes: the user's folder is private by inheritance, and links need a privilege.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{AtPath, FileResult, PrivateFileProblem as Problem};

pub(super) fn create_dirs(path: &Path) -> FileResult<()> {
    fs::create_dir_all(path).at(path)
}

pub(super) fn judge_way(_path: &Path) -> FileResult<()> {
    Ok(())
}

pub(super) fn check_dir_to_read(_path: &Path) -> Result<(), Problem> {
    Ok(())
}

pub(super) fn open_for_reading(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(ErrorKind::InvalidInput.into());
    }
    File::open(path)
}

pub(super) fn open_named(path: &Path) -> io::Result<File> {
    File::open(path)
}

pub(super) fn is_pipe(_path: &Path) -> bool {
    false
}

pub(super) fn is_writable_by_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    // Windows locks only a file that is open for reading, or for writing anywhere.
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).open(path)
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

pub(super) fn check_dir(path: &Path) -> Result<(), Problem> {
    match fs::symlink_metadata(path)? {
        data if data.is_symlink() => Err(Problem::Symlink),
        data if data.is_dir() => Ok(()),
        _ => Err(Problem::NotAFile),
    }
}

pub(super) fn inspect_dir(path: &Path) -> Result<bool, Problem> {
    check_dir(path).map(|()| false)
}

pub(super) fn check_file(file: &File) -> Result<(), Problem> {
    let is_file = file.metadata()?.is_file();
    is_file.then_some(()).ok_or(Problem::NotAFile)
}

pub(super) fn is_open_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

pub(super) fn tighten(_file: &File) -> io::Result<()> {
    Ok(())
}

pub(super) fn try_record_lock(_file: &File) -> io::Result<()> {
    Ok(())
}

pub(super) fn is_without_locks(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Unsupported
}

pub(super) fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Windows has no limit that a person could raise.
pub(super) fn is_out_of_handles(_error: &io::Error) -> bool {
    false
}
