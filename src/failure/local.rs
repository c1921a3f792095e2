//! What can go wrong on this machine, in words: settings, store, cache, files, listener.

use super::{Failure, Kind};
use crate::account::{InvalidName, InvalidScope, InvalidSecret};
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
            SettingsError::Config(error) => Self::new(Kind::Usage, error.to_string())
                .hint("Correct the file; igconnect changes it only by app add, app remove and store move"),
            SettingsError::NoHome => Self::new(Kind::Usage, "there is no home folder to keep data in")
                .hint("Set HOME, or name a folder with IGCONNECT_DATA_DIR and a file with IGCONNECT_CONFIG"),
            other => Self::new(Kind::Usage, other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(Kind::Store, error.to_string());
        match error {
            StoreError::Absent => failure
                .cause("this session has no Secret Service (D-Bus), as over SSH or in a container")
                .hint("Start a keyring such as gnome-keyring, or do without one: igconnect help stores"),
            StoreError::NoHelper(_) => failure
                .cause("the store command:NAME is the program docker-credential-NAME")
                .hint("Install it into a folder of PATH, or choose another store with IGCONNECT_STORE"),
            StoreError::Unknown => failure.hint("Update igconnect, or see what there is: igconnect store show"),
            StoreError::Locked => failure
                .hint("Unlock it, for instance by logging in to the desktop, and try again"),
            StoreError::TimedOut(_) => failure
                .hint("It may be waiting for a password, or be stuck; unlock or restart it, then try again"),
            StoreError::Newer => Self { kind: Kind::State, ..failure }.hint("Update igconnect"),
            StoreError::TooLong => failure.hint("Please report this: no token of Instagram was ever so long"),
            StoreError::Ambiguous => failure
                .hint("Remove both with igconnect disconnect, then log in again"),
            StoreError::Failed | StoreError::Mismatch => failure
                .hint("Look at the keyring with its own program, then try again; what was stored before is kept"),
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
                .cause("tokens are in the store and are not touched by this")
                .hint("igconnect refresh --all moves it aside and finds the accounts again"),
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
            CacheError::AliasTaken => Self::new(Kind::Usage, message).hint("Choose another one"),
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
                "Put a real file or folder in its place: igconnect follows no link there"
            }
            PrivateFileProblem::ForeignOwner => {
                "Use a folder of your own, or run as the user who owns it"
            }
            PrivateFileProblem::NotAFile => {
                "Move it away: something else is expected in that place"
            }
            PrivateFileProblem::TooLarge => "Move it away: it cannot be igconnect's",
            PrivateFileProblem::OpenToOthers => {
                "Take the access of other users away, for instance with chmod go-rwx"
            }
            PrivateFileProblem::TooManyOpen => {
                "Raise the limit (ulimit -n), or end programs that hold many files"
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
                Self::new(Kind::Busy, format!("port {port} of this machine is taken{owner}"))
                    .hint("End the other program (another igconnect login?), or register and use another port: --port")
            }
            BindError::Other(_) => Self::new(Kind::State, "no port of this machine can be opened")
                .cause(error.to_string())
                .hint("Check limits and permissions of this session"),
        }
    }
}

impl From<CertificateError> for Failure {
    fn from(error: CertificateError) -> Self {
        let message = error.to_string();
        match error {
            CertificateError::File(error) => error.into(),
            _ => Self::new(Kind::State, message)
                .hint("Move the certificate folder away: a new one is made"),
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
        Self::new(Kind::Usage, error.to_string()).hint("For instance instagram_business_basic")
    }
}

impl Failure {
    /// A secret that was typed, piped or put into the environment, and cannot be one.
    pub fn secret(what: &str, error: InvalidSecret) -> Self {
        Self::new(Kind::Usage, format!("{what} cannot be used: {error}"))
    }
}
