//! Owners and modes on Unix. Every check is made on an open handle.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::error::{FileResult, PrivateFileProblem as Problem, why_not_opened};
use super::walk::{Missing, walk};

const ANYONE_ELSE: u32 = 0o077;

pub(super) fn create_dirs(path: &Path) -> FileResult<()> {
    walk(path, Missing::Create)
}

/// Fails if another user could make the path mean another folder.
pub(super) fn judge_way(path: &Path) -> FileResult<()> {
    walk(path, Missing::Stop)
}

pub(super) fn open_for_reading(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true))
}

/// Follows links, but never waits for a pipe.
pub(super) fn open_named(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

pub(super) fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(path).is_ok_and(|data| data.file_type().is_fifo())
}

pub(super) fn is_writable_by_others(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.mode() & 0o022 != 0)
}

pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    loop {
        match create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created,
        }
        match open(path, OpenOptions::new().read(true).write(true)) {
            // Another process renamed the file in between, as a log that is full.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
    }
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // Without NONBLOCK, opening a pipe would wait forever.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed()).open(path)
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
    let folder = open_dir(path)?;
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).map_err(io::Error::from)?;
    Ok(is_open_to_others(&folder)?)
}

pub(super) fn check_dir(path: &Path) -> Result<(), Problem> {
    Ok(tighten(&open_dir(path)?)?)
}

fn open_dir(path: &Path) -> Result<File, Problem> {
    let folder = open_for_reading(path).map_err(|error| why_not_opened(path, error))?;
    check_dir_handle(&folder)?;
    Ok(folder)
}

pub(super) fn check_dir_to_read(path: &Path) -> Result<(), Problem> {
    check_dir_handle(&File::open(path)?)
}

fn check_dir_handle(folder: &File) -> Result<(), Problem> {
    let data = folder.metadata()?;
    if !data.is_dir() {
        Err(Problem::NotAFile)
    } else if !is_this_user(data.uid()) {
        Err(Problem::ForeignOwner)
    } else if data.mode() & 0o022 != 0 {
        // Others may already have written to it, or it is shared like /tmp: tightening it now would not help.
        Err(Problem::OpenToOthers)
    } else {
        Ok(())
    }
}

pub(super) fn check_file(file: &File) -> Result<(), Problem> {
    let data = file.metadata()?;
    if !data.is_file() {
        Err(Problem::NotAFile)
    } else if !is_this_user(data.uid()) {
        Err(Problem::ForeignOwner)
    } else {
        Ok(())
    }
}

fn is_this_user(owner: u32) -> bool {
    owner == rustix::process::geteuid().as_raw()
}

pub(super) fn is_open_to_others(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.mode() & ANYONE_ELSE != 0)
}

pub(super) fn tighten(file: &File) -> io::Result<()> {
    let mode = file.metadata()?.mode() & 0o777;
    match mode & ANYONE_ELSE {
        // Changing the mode fails on a read-only disk, where it need not.
        0 => Ok(()),
        _ => file.set_permissions(fs::Permissions::from_mode(mode & !ANYONE_ELSE)),
    }
}

pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// Tries the kind of lock that SQLite uses. It is released when the file is closed.
pub(super) fn try_record_lock(file: &File) -> io::Result<()> {
    let operation = rustix::fs::FlockOperation::NonBlockingLockExclusive;
    Ok(rustix::fs::fcntl_lock(file, operation)?)
}

/// Whether a lock failed because the file system has none, such as NFS without its lock service.
pub(super) fn is_without_locks(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS)
    )
}

/// Whether this process, or the machine, has too many files open.
pub(super) fn is_out_of_handles(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::MFILE | Errno::NFILE)
    )
}
