//! Files that a scheduler of the user's session reads: systemd units and launchd agents.

use std::fs;
use std::path::Path;

use super::error::ScheduleError;
use crate::private_files::{PrivateFileError, PrivateFileProblem, read_unchanged};

/// More than any unit or agent that we write.
const FILE_MAX_BYTES: u64 = 64 * 1024;

/// Creates a folder with the usual mode, because other programs put their units and agents there too.
pub(super) fn create_folder(folder: &Path) -> Result<(), ScheduleError> {
    fs::create_dir_all(folder).map_err(|error| {
        let path = folder.to_owned();
        let problem = PrivateFileProblem::Io(error.kind());
        PrivateFileError { path, problem }.into()
    })
}

/// Returns the text of a file, or `None` if there is none.
pub(super) fn read_text(file: &Path) -> Result<Option<String>, ScheduleError> {
    match read_unchanged(file, FILE_MAX_BYTES) {
        Err(error) if error.is_missing() => Ok(None),
        read => Ok(Some(String::from_utf8_lossy(&read?).into_owned())),
    }
}

/// Returns the id of the user whose session it is.
pub(super) fn user_id() -> u32 {
    #[cfg(unix)]
    return rustix::process::getuid().as_raw();
    #[cfg(not(unix))]
    0
}
