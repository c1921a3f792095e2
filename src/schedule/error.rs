//! What can go wrong with a scheduler.

use crate::account::Untrusted;
use crate::private_files::PrivateFileError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ScheduleError {
    /// Its program is missing, or its service does not answer.
    #[error("{0} is not available here")]
    Unavailable(&'static str),
    #[error("{0} did not answer in time")]
    Timeout(String),
    #[error("{command} failed")]
    ProgramFailed {
        command: String,
        /// The first line that it printed.
        output: Untrusted,
    },
    /// The run cannot be expressed in the scheduler's format.
    #[error("{0}")]
    Unsupported(String),
    /// The scheduler accepted the change, but shows something else when it is read back.
    #[error("{0}")]
    NotConfirmed(&'static str),
    #[error("cannot find the home folder")]
    NoHome,
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

/// Fails with `message` unless what was read back confirms a change.
pub(super) fn confirm(is_confirmed: bool, message: &'static str) -> Result<(), ScheduleError> {
    match is_confirmed {
        true => Ok(()),
        false => Err(ScheduleError::NotConfirmed(message)),
    }
}
