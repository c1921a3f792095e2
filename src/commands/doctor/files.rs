//! Checks the configuration file, the data folder and the locks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::time_limit::{hanging, run_within};
use crate::answers::Check;
use crate::cache::locks_held;
use crate::failure::Failure;
use crate::private_files::{
    Access, PrivateFileError, PrivateFileProblem, inspect_dir, inspect_file,
};
use crate::session::Session;
use crate::settings::{App, Config, SettingsError};

/// Local disks answer in milliseconds, network drives in seconds or never.
const LIMIT: Duration = Duration::from_secs(4);

/// The configuration, read without changing the file's mode.
pub(super) struct ConfigFile {
    pub(super) config: Config,
    path: PathBuf,
}

pub(super) struct ConfigurationCheck {
    /// `None` if it cannot be read.
    pub(super) file: Option<ConfigFile>,
    pub(super) check: Check,
}

impl ConfigFile {
    /// Finds the app that a login would use.
    pub(super) fn find_app(&self, session: &Session) -> Result<Option<App>, Failure> {
        let read = || Config::read_unchanged(&self.path).map_err(|e| SettingsError::from(e).into());
        session.apps.find_in(None, read)
    }
}

pub(super) fn check_configuration(session: &Session) -> ConfigurationCheck {
    const NAME: &str = "configuration";
    let unreadable = |check| ConfigurationCheck { file: None, check };
    let path = match session.settings.paths.config_file() {
        Ok(path) => path,
        Err(error) => return unreadable(Check::from_failure(NAME, error)),
    };
    let path_to_check = path.clone();
    let result = run_within(LIMIT, move || {
        let access = inspect_file(&path_to_check)?;
        Ok::<_, SettingsError>((access, Config::read_unchanged(&path_to_check)?))
    });
    let (access, config) = match result {
        None => return unreadable(hanging(NAME, &path)),
        Some(Err(error)) => return unreadable(Check::from_failure(NAME, error)),
        Some(Ok(found)) => found,
    };
    let shown = path.display();
    let check = match access {
        Access::Missing => Check::ok(NAME, format!("{shown} does not exist: all defaults")),
        Access::Private => {
            let apps = config.app_names().len();
            Check::ok(
                NAME,
                format!("{shown} is readable and private; apps: {apps}"),
            )
        }
        Access::Open => Check::warning(
            NAME,
            format!("other users can read {shown}, which contains no secret"),
            format!("Make it private:\n  chmod 600 {shown}"),
        ),
    };
    ConfigurationCheck {
        file: Some(ConfigFile { config, path }),
        check,
    }
}

pub(super) fn check_folders(session: &Session) -> Vec<Check> {
    let paths = &session.settings.paths;
    match (paths.data_dir(), paths.locks()) {
        (Ok(data), Ok(locks)) => vec![check_data_folder(data), check_locks(locks)],
        (Err(error), _) | (_, Err(error)) => vec![Check::from_failure("data-folder", error)],
    }
}

fn check_data_folder(path: PathBuf) -> Check {
    const NAME: &str = "data-folder";
    let path_to_check = path.clone();
    let shown = path.display();
    match run_within(LIMIT, move || inspect(&path_to_check)) {
        None => hanging(NAME, &path),
        Some(Err(error)) => Check::from_failure(NAME, error),
        Some(Ok(Access::Missing)) => Check::ok(
            NAME,
            format!("{shown} is not there yet; the first login creates it"),
        ),
        Some(Ok(Access::Private)) => Check::ok(NAME, format!("{shown} is private and writable")),
        Some(Ok(Access::Open)) => Check::warning(
            NAME,
            format!("other users can read {shown}; the next login makes it private"),
            format!("Make it private now:\n  chmod 700 {shown}"),
        ),
    }
}

/// Inspects a folder. A missing folder can be created only if the nearest existing parent is writable.
fn inspect(path: &Path) -> Result<Access, PrivateFileError> {
    let access = inspect_dir(path)?;
    if access == Access::Missing
        && let Some(parent) = path.ancestors().skip(1).find(|parent| parent.exists())
        && let Err(error) = inspect_dir(parent)
        // The owner and the mode of a parent folder do not matter to us.
        && matches!(error.problem, PrivateFileProblem::Io(_))
    {
        return Err(error);
    }
    Ok(access)
}

fn check_locks(path: PathBuf) -> Check {
    const NAME: &str = "locks";
    let path_to_check = path.clone();
    let result = run_within(LIMIT, move || {
        inspect(&path_to_check).map(|_| locks_held(&path_to_check))
    });
    match result {
        None => hanging(NAME, &path),
        Some(Err(error)) => Check::from_failure(NAME, error),
        Some(Ok(0)) => Check::ok(NAME, "no other igconnect is running"),
        Some(Ok(held)) => Check::warning(
            NAME,
            format!("another igconnect is running; accounts it holds: {held}"),
            "If it has been running for minutes, find that igconnect and end it",
        ),
    }
}
