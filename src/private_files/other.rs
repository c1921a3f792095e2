//! Systems without Unix modes: the user's folder is private by inheritance, and links need a privilege.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{PrivateFileError, PrivateFileProblem as Problem, io_at};

pub(super) fn create_dirs(path: &Path) -> Result<(), PrivateFileError> {
    fs::create_dir_all(path).map_err(|error| io_at(path, &error))
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

pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

pub(super) fn check_dir(path: &Path) -> Result<(), Problem> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() => Err(Problem::Symlink),
        Ok(data) if data.is_dir() => Ok(()),
        Ok(_) => Err(Problem::NotAFile),
        Err(error) => Err(Problem::Io(error.kind())),
    }
}

pub(super) fn inspect_dir(path: &Path) -> Result<bool, Problem> {
    check_dir(path).map(|()| false)
}

pub(super) fn check_file(file: &File) -> Result<(), Problem> {
    match file.metadata() {
        Ok(data) if data.is_file() => Ok(()),
        Ok(_) => Err(Problem::NotAFile),
        Err(error) => Err(Problem::Io(error.kind())),
    }
}

pub(super) fn is_open_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

pub(super) fn tighten(_file: &File) -> io::Result<()> {
    Ok(())
}

pub(super) fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}
