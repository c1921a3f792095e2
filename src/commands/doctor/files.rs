//! The configuration file, the folders, the locks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::within;
use crate::answers::Check;
use crate::cache::locks_held;
use crate::failure::{Failure, Kind};
use crate::private_files::{Access, PrivateFileError, inspect_dir, inspect_file};
use crate::session::Session;
use crate::settings::{App, Config, SettingsError};

/// Local files answer in milliseconds; a network folder may take a moment, a dead one never comes back.
const LIMIT: Duration = Duration::from_secs(4);

/// The configuration as it was read, once and without touching its mode.
pub(super) struct Found {
    pub(super) config: Config,
    path: PathBuf,
}

/// The configuration, where it could be read, and the check of it.
pub(super) struct Configuration {
    pub(super) found: Option<Found>,
    pub(super) check: Check,
}

impl Found {
    /// The app that a login would use.
    pub(super) fn app(&self, session: &Session) -> Result<Option<App>, Failure> {
        let read = || Config::read_unchanged(&self.path).map_err(|e| SettingsError::from(e).into());
        session.apps.find_in(None, read)
    }
}

pub(super) fn configuration(session: &Session) -> Configuration {
    const NAME: &str = "configuration";
    let without = |check| Configuration { found: None, check };
    let path = match session.settings.paths.config_file() {
        Ok(path) => path,
        Err(error) => return without(Check::of(NAME, error.into())),
    };
    let looked = path.clone();
    let look = within(LIMIT, move || {
        let access = inspect_file(&looked)?;
        Ok::<_, SettingsError>((access, Config::read_unchanged(&looked)?))
    });
    let shown = path.display();
    let (access, config) = match look {
        None => return without(silent(NAME, &path)),
        Some(Err(error)) => return without(Check::of(NAME, error.into())),
        Some(Ok(found)) => found,
    };
    let check = match access {
        Access::Missing => Check::ok(NAME, format!("{shown} is not there: everything by default")),
        Access::Private => {
            let apps = config.app_names().len();
            Check::ok(
                NAME,
                format!("{shown} is read, yours alone; apps in it: {apps}"),
            )
        }
        Access::Open => Check::warning(
            NAME,
            format!("other users may read {shown}; no secret is in it"),
            format!("Close it:\n  chmod 600 {shown}"),
        ),
    };
    let found = Some(Found { config, path });
    Configuration { found, check }
}

/// The data folder and the locks in it.
pub(super) fn folders(session: &Session) -> Vec<Check> {
    let paths = &session.settings.paths;
    let (data, locks) = match (paths.data_dir(), paths.locks()) {
        (Ok(data), Ok(locks)) => (data, locks),
        (Err(error), _) | (_, Err(error)) => return vec![Check::of("data-folder", error.into())],
    };
    vec![folder("data-folder", data), locked(locks)]
}

fn folder(name: &'static str, path: PathBuf) -> Check {
    let looked = path.clone();
    let shown = path.display();
    match within(LIMIT, move || inspect(&looked)) {
        None => silent(name, &path),
        Some(Err(error)) => Check::of(name, error.into()),
        Some(Ok(Access::Missing)) => Check::ok(
            name,
            format!("{shown} is not there yet: the first login makes it"),
        ),
        Some(Ok(Access::Private)) => Check::ok(name, format!("{shown} is yours alone, writable")),
        Some(Ok(Access::Open)) => Check::warning(
            name,
            format!("other users may look into {shown}; the next login ends that"),
            format!("Close it now:\n  chmod 700 {shown}"),
        ),
    }
}

/// A folder that is missing can be made only where the nearest one above it can be written.
fn inspect(path: &Path) -> Result<Access, PrivateFileError> {
    let access = inspect_dir(path)?;
    if access == Access::Missing
        && let Some(above) = path.ancestors().skip(1).find(|above| above.exists())
    {
        writable(above)?;
    }
    Ok(access)
}

/// Whose a folder above ours is, and who else writes there, is not ours to judge.
fn writable(path: &Path) -> Result<(), PrivateFileError> {
    use crate::private_files::PrivateFileProblem as Problem;
    match inspect_dir(path) {
        Err(error) if matches!(error.problem, Problem::Io(_)) => Err(error),
        _ => Ok(()),
    }
}

fn locked(path: PathBuf) -> Check {
    const NAME: &str = "locks";
    let looked = path.clone();
    let look = within(LIMIT, move || {
        inspect(&looked).map(|access| (access, locks_held(&looked)))
    });
    match look {
        None => silent(NAME, &path),
        Some(Err(error)) => Check::of(NAME, error.into()),
        Some(Ok((_, 0))) => Check::ok(NAME, "no other igconnect is at work"),
        Some(Ok((_, held))) => Check::warning(
            NAME,
            format!("another igconnect is at work; accounts it holds: {held}"),
            "If it has been so for minutes, look for a stuck igconnect and end it",
        ),
    }
}

/// A file or folder that hangs.
pub(super) fn silent(name: &'static str, path: &Path) -> Check {
    Check::failed(
        name,
        Kind::State,
        format!(
            "{} does not answer; is it on a network folder?",
            path.display()
        ),
        "Check the disk, or choose another place with IGCONNECT_DATA_DIR and IGCONNECT_CONFIG",
    )
}
