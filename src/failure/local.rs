//! Errors on this machine: settings, store, cache, files, schedule, listener.

use super::kind::Kind;
use super::message::Failure;
use crate::account::{InvalidName, InvalidScope};
use crate::cache::CacheError;
use crate::callback::{BindError, CertificateError};
use crate::private_files::{PrivateFileError, PrivateFileProblem};
use crate::schedule::ScheduleError;
use crate::settings::{ConfigError, SettingsError};
use crate::store::StoreError;

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::File(error) => error.into(),
            SettingsError::Config(ConfigError::File(error)) => error.into(),
            SettingsError::Config(error) => {
                Self::new(Kind::Usage, error.to_string()).hint("Correct the file")
            }
            SettingsError::NoHome => Self::new(Kind::Usage, "cannot find the home folder")
                .hint("Set HOME, or both IGCONNECT_DATA_DIR and IGCONNECT_CONFIG"),
            other => Self::new(Kind::Usage, other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(Kind::Store, error.to_string());
        match error {
            StoreError::Absent => failure
                .cause("this session has no Secret Service (D-Bus), for example over SSH or in a container")
                .hint("Start a keyring such as gnome-keyring, or use another store: igconnect help stores"),
            StoreError::NoHelper(_) => failure
                .cause("the store command:NAME needs the program docker-credential-NAME")
                .hint("Install it in PATH, or choose another store with IGCONNECT_STORE"),
            StoreError::Unknown => failure.hint("Update igconnect, or see the stores: igconnect store show"),
            StoreError::Locked => failure
                .hint("Unlock it, for example by logging in to the desktop, and try again"),
            StoreError::TimedOut(_) => failure
                .hint("It may be waiting for a password. Unlock or restart it, then try again"),
            StoreError::Newer => Self { kind: Kind::State, ..failure }.hint("Update igconnect"),
            StoreError::TooLong => failure.hint("Please report this: no token of Instagram was ever this long"),
            StoreError::Ambiguous => failure
                .hint("Remove both with igconnect disconnect, then log in again"),
            StoreError::Failed | StoreError::Mismatch => failure
                .hint("Check the keyring with its own program, then try again; stored secrets were kept"),
            StoreError::Sealed(error) => error.into(),
            StoreError::OpenBao(error) => error.into(),
            StoreError::File(error) => error.into(),
        }
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Self {
        let message = error.to_string();
        match error {
            CacheError::File(error) => error.into(),
            CacheError::Damaged(_) => Self::new(Kind::State, message)
                .cause("tokens are safe, because they are in the store")
                .hint("Rebuild it from the store: igconnect refresh --all"),
            CacheError::Newer(_) => Self::new(Kind::State, message).hint("Update igconnect"),
            CacheError::Full(_) => {
                Self::new(Kind::State, message).hint("Free some space and try again")
            }
            CacheError::ReadOnly(_) => {
                Self::new(Kind::State, message).hint("Make it writable, or set IGCONNECT_DATA_DIR")
            }
            CacheError::Busy(_) | CacheError::Locked => {
                Self::new(Kind::Busy, message).hint("Try again when it has finished")
            }
            CacheError::AliasTaken => Self::new(Kind::Usage, message).hint("Choose another alias"),
            CacheError::Failed(_) => {
                Self::new(Kind::State, message).hint("Check the file, its folder and the disk")
            }
        }
    }
}

impl From<PrivateFileError> for Failure {
    fn from(error: PrivateFileError) -> Self {
        let hint = match error.problem {
            PrivateFileProblem::Symlink => {
                "Replace the link with a real file or folder: igconnect does not follow links here"
            }
            PrivateFileProblem::ForeignOwner => {
                "Use a folder of your own, or run as the user who owns it"
            }
            PrivateFileProblem::NotAFile => "Move it away: igconnect expects something else there",
            PrivateFileProblem::TooLarge => "Move it away: it is not a file of igconnect",
            PrivateFileProblem::OpenToOthers => {
                "Remove the access of other users, for example with chmod go-rwx"
            }
            PrivateFileProblem::TooManyOpen => {
                "Raise the limit (ulimit -n), or close programs that use many files"
            }
            PrivateFileProblem::Io(_) => "Check the path, its permissions and the disk",
        };
        Self::new(Kind::State, error.to_string()).hint(hint)
    }
}

impl From<ScheduleError> for Failure {
    fn from(error: ScheduleError) -> Self {
        let message = error.to_string();
        match error {
            ScheduleError::File(error) => error.into(),
            ScheduleError::Unavailable(_) => Self::new(Kind::Usage, message)
                .hint("Choose another scheduler: igconnect schedule install --with cron, systemd, launchd or windows"),
            ScheduleError::Unsupported(_) | ScheduleError::NoHome => Self::new(Kind::Usage, message)
                .hint("See what would be installed: igconnect schedule install --print"),
            ScheduleError::Timeout(_) | ScheduleError::NotConfirmed(_) => Self::new(Kind::Failed, message)
                .hint("Check the scheduler with its own program, then try again"),
            ScheduleError::ProgramFailed { output, .. } => {
                let failure = Self::new(Kind::Failed, message)
                    .hint("Check the scheduler with its own program, then try again");
                match output.raw() {
                    "" => failure,
                    _ => failure.cause(format!("its message: {}", output.shortened(200))),
                }
            }
        }
    }
}

impl From<BindError> for Failure {
    fn from(error: BindError) -> Self {
        match error {
            BindError::Busy { port, owner_uid } => {
                let owner = owner_uid
                    .map(|uid| format!(" by a program of user {uid}"))
                    .unwrap_or_default();
                Self::new(Kind::Busy, format!("port {port} is taken{owner}"))
                    .hint("End the other program (another igconnect login?), or register another port and use --port")
            }
            BindError::Other(_) => Self::new(Kind::State, "cannot open a port")
                .cause(error.to_string())
                .hint("Check the limits and permissions of this session"),
        }
    }
}

impl From<CertificateError> for Failure {
    fn from(error: CertificateError) -> Self {
        let message = error.to_string();
        match error {
            CertificateError::File(error) => error.into(),
            _ => Self::new(Kind::State, message)
                .hint("Move the certificate folder away; igconnect creates a new one"),
        }
    }
}

impl From<InvalidName> for Failure {
    fn from(error: InvalidName) -> Self {
        Self::new(Kind::Usage, error.to_string())
    }
}

impl From<InvalidScope> for Failure {
    fn from(error: InvalidScope) -> Self {
        Self::new(Kind::Usage, error.to_string()).hint("An example is instagram_business_basic")
    }
}
