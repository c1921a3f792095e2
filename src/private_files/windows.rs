//! Owners and access lists on Windows, read from the open handle. Links need a privilege there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsHandle;
use std::path::Path;

use windows_permissions::constants::{SeObjectType::SE_FILE_OBJECT, SecurityInformation};
use windows_permissions::utilities::current_process_sid;
use windows_permissions::wrappers::{
    ConvertSecurityDescriptorToStringSecurityDescriptor, GetSecurityInfo, SetSecurityInfo,
};
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::descriptor::{self, Judgement, OthersMay};
use super::error::{AtPath, FileResult, PrivateFileProblem as Problem};

// winnt.h and winbase.h.
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const FILE_APPEND_DATA: u32 = 0x4;
const READ_CONTROL: u32 = 0x2_0000;
const WRITE_DAC: u32 = 0x4_0000;
const FILE_READ_ATTRIBUTES: u32 = 0x80;
/// Without it, a folder cannot be opened.
const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;

/// Creates the missing folders, for this user alone.
pub(super) fn create_dirs(path: &Path) -> FileResult<()> {
    let absolute = std::path::absolute(path).at(path)?;
    let is_missing = |folder: &&Path| !folder.exists();
    let missing: Vec<_> = absolute.ancestors().take_while(is_missing).collect();
    if missing.first().is_some_and(|folder| is_below_file(folder)) {
        return Err(Problem::Io(ErrorKind::NotADirectory)).at(path);
    }
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => make_private(&open_folder(folder).at(folder)?, true).at(folder)?,
            // Another process may have been first.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).at(folder),
        }
    }
    Ok(())
}

/// The folders above belong to the system, or to who can change everything below anyway.
pub(super) fn judge_way(_path: &Path) -> FileResult<()> {
    Ok(())
}

pub(super) fn check_dir_to_read(path: &Path) -> Result<(), Problem> {
    judge_folder(&open_folder(path)?).map(drop)
}

pub(super) fn open_for_reading(path: &Path) -> io::Result<File> {
    refuse_link(path)?;
    open(path, OpenOptions::new().read(true), GENERIC_READ)
}

pub(super) fn open_named(path: &Path) -> io::Result<File> {
    File::open(path)
}

pub(super) fn is_pipe(_path: &Path) -> bool {
    false
}

pub(super) fn is_writable_by_others(file: &File) -> io::Result<bool> {
    Ok(judge(file)?.others == OthersMay::Write)
}

pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    refuse_link(path)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    open(path, &mut options, GENERIC_READ | GENERIC_WRITE)
}

pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    refuse_link(path)?;
    // Windows locks only a file that is open for reading, or for writing anywhere.
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    open(path, &mut options, GENERIC_READ | FILE_APPEND_DATA)
}

/// A link has to exist to be followed, so what is missing is none.
fn refuse_link(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() => Err(ErrorKind::InvalidInput.into()),
        _ => Ok(()),
    }
}

/// Opens with the right to change the access list, if there is one: not on a medium that is read-only.
fn open(path: &Path, options: &mut OpenOptions, access: u32) -> io::Result<File> {
    match options.access_mode(access | WRITE_DAC).open(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            options.access_mode(access).open(path)
        }
        // Windows says that the path is missing.
        Err(error) if error.kind() == ErrorKind::NotFound && is_below_file(path) => {
            Err(ErrorKind::NotADirectory.into())
        }
        opened => opened,
    }
}

/// Whether a file is where the path has a folder.
fn is_below_file(path: &Path) -> bool {
    let mut above = path.ancestors().skip(1);
    above
        .find(|folder| folder.exists())
        .is_some_and(|it| !it.is_dir())
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .access_mode(GENERIC_READ | GENERIC_WRITE | WRITE_DAC)
        // No other process can open the file before it is private.
        .share_mode(0)
        .open(path)?;
    tighten(&file)?;
    Ok(file)
}

pub(super) fn check_dir(path: &Path) -> Result<(), Problem> {
    let folder = open_own_folder(path)?;
    match judge_folder(&folder)? {
        OthersMay::Nothing => Ok(()),
        _ => Ok(make_private(&folder, true)?),
    }
}

/// Whether others have access to a folder of this user.
pub(super) fn inspect_dir(path: &Path) -> Result<bool, Problem> {
    Ok(judge_folder(&open_own_folder(path)?)? != OthersMay::Nothing)
}

fn open_own_folder(path: &Path) -> Result<File, Problem> {
    match fs::symlink_metadata(path)? {
        data if data.is_symlink() => Err(Problem::Symlink),
        data if data.is_dir() => Ok(open_folder(path)?),
        _ => Err(Problem::NotAFile),
    }
}

fn open_folder(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    open(path, &mut options, READ_CONTROL | FILE_READ_ATTRIBUTES)
}

fn judge_folder(folder: &File) -> Result<OthersMay, Problem> {
    match judge(folder)? {
        _ if !folder.metadata()?.is_dir() => Err(Problem::NotAFile),
        Judgement {
            is_foreign: true, ..
        } => Err(Problem::ForeignOwner),
        // Others may already have written to it: taking their access away now would not help.
        Judgement {
            others: OthersMay::Write,
            ..
        } => Err(Problem::OpenToOthers),
        Judgement { others, .. } => Ok(others),
    }
}

pub(super) fn check_file(file: &File) -> Result<(), Problem> {
    if !file.metadata()?.is_file() {
        Err(Problem::NotAFile)
    } else if judge(file)?.is_foreign {
        Err(Problem::ForeignOwner)
    } else {
        Ok(())
    }
}

pub(super) fn is_open_to_others(file: &File) -> io::Result<bool> {
    Ok(judge(file)?.others != OthersMay::Nothing)
}

pub(super) fn tighten(file: &File) -> io::Result<()> {
    match is_open_to_others(file)? {
        true => make_private(file, false),
        false => Ok(()),
    }
}

fn judge(file: &File) -> io::Result<Judgement> {
    let parts = SecurityInformation::Owner | SecurityInformation::Dacl;
    let found = GetSecurityInfo(&file.as_handle(), SE_FILE_OBJECT, parts)?;
    Ok(descriptor::judge(&to_text(&found, parts)?, &user_name()?))
}

/// Returns this user as [`to_text`] names it: some users have a name of two letters there.
fn user_name() -> io::Result<String> {
    let owner = format!("O:{}", *current_process_sid()?);
    let text = to_text(&*parse(&owner)?, SecurityInformation::Owner)?;
    Ok(text.trim_start_matches("O:").to_owned())
}

fn to_text(found: &SecurityDescriptor, parts: SecurityInformation) -> io::Result<String> {
    let text = ConvertSecurityDescriptorToStringSecurityDescriptor(found, parts)?;
    Ok(text.to_string_lossy().into_owned())
}

fn parse(text: &str) -> io::Result<LocalBox<SecurityDescriptor>> {
    text.parse()
}

fn make_private(file: &File, is_folder: bool) -> io::Result<()> {
    let private = descriptor::private(&current_process_sid()?.to_string(), is_folder);
    let private = parse(&private)?;
    let parts = SecurityInformation::Dacl | SecurityInformation::ProtectedDacl;
    let mut handle = file.as_handle();
    SetSecurityInfo(
        &mut handle,
        SE_FILE_OBJECT,
        parts,
        None,
        None,
        private.dacl(),
        None,
    )
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
