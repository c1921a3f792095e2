//! Owners and modes on Unix. Every check is made on an open handle.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::OFlags;

use super::error::{PrivateFileError, PrivateFileProblem as Problem, at, why_not_opened};

const ANYONE_ELSE: u32 = 0o077;

pub(super) fn create_dirs(path: &Path) -> Result<(), PrivateFileError> {
    let missing = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    let missing: Vec<_> = missing.collect();
    if let Some(above) = missing.last().and_then(|folder| folder.parent()) {
        check_maker(above)?;
    }
    for folder in missing.into_iter().rev() {
        create_dir(folder).map_err(|error| at(folder, why_not_opened(folder, &error)))?;
    }
    Ok(())
}

/// Under `sudo`, a folder that root creates in a person's home would lock that person out.
fn check_maker(above: &Path) -> Result<(), PrivateFileError> {
    let owner = fs::metadata(above).map(|data| data.uid()).unwrap_or(0);
    if owner == 0 || owner == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(at(above, Problem::ForeignOwner))
    }
}

fn create_dir(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        // The umask may have removed bits of the owner.
        Ok(()) => fs::set_permissions(folder, fs::Permissions::from_mode(0o700)),
        // Another process may have been first. `is_dir` is false for a dangling link.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

pub(super) fn open_for_reading(path: &Path) -> io::Result<File> {
    // Without NONBLOCK, opening a pipe would wait forever.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options.custom_flags(flags.bits().cast_signed());
    loop {
        match create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created,
        }
        match options.open(path) {
            // Another process renamed the file in between, as a log that is full.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
    }
}

pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    let file = open_or_create(path)?;
    rustix::fs::fcntl_setfl(&file, OFlags::APPEND)?;
    Ok(file)
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    // The umask may have removed bits of the owner.
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Whether others have access to a folder of this user. Fails if the folder is not writable.
pub(super) fn inspect_dir(path: &Path) -> Result<bool, Problem> {
    let io = |error: io::Error| Problem::Io(error.kind());
    let folder = open_for_reading(path).map_err(|error| why_not_opened(path, &error))?;
    check_dir_handle(&folder)?;
    let writable = rustix::fs::access(path, rustix::fs::Access::WRITE_OK);
    writable.map_err(|error| io(error.into()))?;
    is_open_to_others(&folder).map_err(io)
}

pub(super) fn check_dir(path: &Path) -> Result<(), Problem> {
    let folder = open_for_reading(path).map_err(|error| why_not_opened(path, &error))?;
    check_dir_handle(&folder)?;
    tighten(&folder).map_err(|error| Problem::Io(error.kind()))
}

pub(super) fn check_dir_to_read(path: &Path) -> Result<(), Problem> {
    let folder = File::open(path).map_err(|error| Problem::Io(error.kind()))?;
    check_dir_handle(&folder)
}

fn check_dir_handle(folder: &File) -> Result<(), Problem> {
    let data = folder
        .metadata()
        .map_err(|error| Problem::Io(error.kind()))?;
    if !data.is_dir() {
        return Err(Problem::NotAFile);
    }
    check_owner(&data)?;
    // Others may already have written to it, or it is shared like /tmp: tightening it now would not help.
    if data.mode() & 0o022 != 0 {
        return Err(Problem::OpenToOthers);
    }
    Ok(())
}

pub(super) fn check_file(file: &File) -> Result<(), Problem> {
    let data = file.metadata().map_err(|error| Problem::Io(error.kind()))?;
    if !data.is_file() {
        return Err(Problem::NotAFile);
    }
    check_owner(&data)
}

fn check_owner(data: &fs::Metadata) -> Result<(), Problem> {
    if data.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(Problem::ForeignOwner)
    }
}

pub(super) fn is_open_to_others(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.mode() & ANYONE_ELSE != 0)
}

pub(super) fn tighten(file: &File) -> io::Result<()> {
    let mode = file.metadata()?.mode() & 0o777;
    if mode & ANYONE_ELSE == 0 {
        return Ok(());
    }
    file.set_permissions(fs::Permissions::from_mode(mode & !ANYONE_ELSE))
}

pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
