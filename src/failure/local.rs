//! Errors on this machine: settings, cache, files, schedule, listener.

use super::access::make_private;
use super::kind::Kind;
use super::message::Failure;
use crate::account::{InvalidName, InvalidScope, Platform};
use crate::cache::CacheError;
use crate::callback::{BindError, CertificateError};
use crate::private_files::{PrivateFileError, PrivateFileProblem};
use crate::schedule::ScheduleError;
use crate::settings::SettingsError;

pub(super) const NO_LOCKS: &str = "Set IGCONNECT_DATA_DIR to a folder on a local disk, or start the lock service of the network drive";

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let failure = Self::new(Kind::Usage, error.to_string());
        match error {
            SettingsError::File(error) => error.into(),
            SettingsError::Config { .. } => failure.hint("Correct the file"),
            SettingsError::Value { .. } => {
                failure.hint("See what each variable may hold: igconnect help environment")
            }
            SettingsError::NoHome => {
                failure.hint("Set HOME, or both IGCONNECT_DATA_DIR and IGCONNECT_CONFIG")
            }
            _ => failure,
        }
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Self {
        let message = error.to_string();
        let (kind, hint) = match error {
            CacheError::File(error) => return error.into(),
            CacheError::Damaged(_) => {
                return Self::new(Kind::State, message)
                    .cause("tokens are safe, because they are in the store")
                    .hint("Rebuild it from the store: igconnect refresh --all");
            }
            CacheError::Newer(_) => (Kind::State, "Update igconnect"),
            CacheError::Full(_) => (Kind::State, "Free some space and try again"),
            CacheError::ReadOnly(_) => (Kind::State, "Make it writable, or set IGCONNECT_DATA_DIR"),
            CacheError::Busy(_) | CacheError::Locked => {
                (Kind::Busy, "Try again when it has finished")
            }
            CacheError::NoLocks(_) => (Kind::State, NO_LOCKS),
            CacheError::AliasTaken => (Kind::Usage, "Choose another alias"),
            CacheError::NameTakenTwice(..) => (Kind::Usage, "Name the account by its id"),
            CacheError::Failed(_) => (Kind::State, "Check the file, its folder and the disk"),
        };
        Self::new(kind, message).hint(hint)
    }
}

impl From<PrivateFileError> for Failure {
    fn from(error: PrivateFileError) -> Self {
        use PrivateFileProblem as Problem;
        let hint = match error.problem {
            Problem::OpenToOthers | Problem::WritableByOthers if cfg!(windows) => {
                let command = make_private(Platform::HERE, &error.path);
                let hint = format!("Remove the access of other users: {command}");
                return Self::new(Kind::State, error.to_string()).hint(hint);
            }
            // A link could lead a secret into a folder that others can read.
            Problem::Symlink => {
                "Replace the link with a real file or folder: igconnect does not follow links here"
            }
            Problem::ForeignOwner => "Use a folder of your own, or run as the user who owns it",
            Problem::NotAFile => "Move it away: igconnect expects something else there",
            Problem::TooLarge => "Move it away: it is not a file of igconnect",
            Problem::OpenToOthers => {
                "Remove the access of other users, for example with chmod go-rwx"
            }
            Problem::WritableByOthers => "Remove their write access, for example with chmod go-w",
            Problem::TooManyOpen => {
                "Raise the limit (ulimit -n), or close programs that use many files"
            }
            Problem::Io(_) => "Check the path, its permissions and the disk",
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
            ScheduleError::Unsupported(_) => Self::new(Kind::Usage, message)
                .hint("Change that, or choose another scheduler: igconnect schedule install --help"),
            ScheduleError::NoHome => Self::new(Kind::Usage, message).hint("Set HOME"),
            other => {
                let failure = Self::new(Kind::Failed, message)
                    .hint("Check the scheduler with its own program, then try again");
                match other {
                    ScheduleError::ProgramFailed { output, .. } if !output.raw().is_empty() => {
                        failure.cause(format!("its message: {}", output.shortened(200)))
                    }
                    _ => failure,
                }
            }
        }
    }
}

impl From<BindError> for Failure {
    fn from(error: BindError) -> Self {
        match error {
            BindError::Busy { port, holder } => {
                let holder = holder.map(|holder| match holder.process {
                    Some((pid, name)) => format!(" by {name} (process {pid})"),
                    None => format!(" by a program of user {}", holder.uid),
                });
                let message = format!("port {port} is taken{}", holder.unwrap_or_default());
                Self::new(Kind::Busy, message)
                    .hint("End that program (another igconnect login?), or register another port and use --port")
            }
            BindError::Privileged(port) => {
                let message = format!("port {port} cannot be opened");
                Self::new(Kind::State, message)
                    .cause("this system allows ports below 1024 only with privileges")
                    .hint("Register a redirect URI with a higher port and use it: igconnect login --redirect-uri https://localhost:8723/callback")
            }
            BindError::Other(_) => Self::new(Kind::State, "cannot open a port")
                .cause(error.to_string())
                .hint("Check the limits and permissions of this session"),
        }
    }
}

impl From<CertificateError> for Failure {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::File(error) => error.into(),
            other => Self::new(Kind::State, other.to_string())
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
