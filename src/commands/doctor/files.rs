//! Checks the configuration file, the data folder and the locks.

use std::path::Path;
use std::time::Duration;

use super::time_limit::inspect_within;
use crate::answers::Check;
use crate::cache::locks_held;
use crate::private_files::{
    Access, PrivateFileError, PrivateFileProblem, inspect_dir, inspect_file,
};
use crate::session::Session;
use crate::settings::{Config, SettingsError};

/// Local disks answer in milliseconds, network drives in seconds or never.
const LIMIT: Duration = Duration::from_secs(4);

/// Reads the configuration without changing the file's mode. If it cannot be read, the error is the check.
pub(super) fn check_configuration(session: &Session) -> Result<(Option<Config>, Check), Check> {
    const NAME: &str = "configuration";
    let path = session.settings.paths.config_file();
    let path = path.map_err(|error| Check::from_failure(NAME, error))?;
    let (access, config) = inspect_within(LIMIT, NAME, &path, |path| {
        Ok::<_, SettingsError>((inspect_file(path)?, Config::read_unchanged(path)?))
    })?;
    let shown = path.display();
    let apps = config.app_names().len();
    let check = match access {
        Access::Missing => Check::ok(NAME, format!("{shown} does not exist: all defaults")),
        Access::Private => {
            let message = format!("{shown} is readable and private; apps: {apps}");
            Check::ok(NAME, message)
        }
        Access::Open => Check::warning(
            NAME,
            format!("other users can read {shown}, which contains no secret"),
            format!("Make it private:\n  chmod 600 {shown}"),
        ),
    };
    Ok((Some(config), check))
}

pub(super) fn check_folders(session: &Session) -> Vec<Check> {
    let paths = &session.settings.paths;
    match (paths.data_dir(), paths.locks()) {
        (Ok(data), Ok(locks)) => [check_data_folder(&data), check_locks(&locks)]
            .map(|(Ok(check) | Err(check))| check)
            .into(),
        (Err(error), _) | (_, Err(error)) => vec![Check::from_failure("data-folder", error)],
    }
}

fn check_data_folder(path: &Path) -> Result<Check, Check> {
    const NAME: &str = "data-folder";
    let access = inspect_within(LIMIT, NAME, path, inspect)?;
    let shown = path.display();
    Ok(match access {
        Access::Missing => {
            let message = format!("{shown} is not there yet; the first login creates it");
            Check::ok(NAME, message)
        }
        Access::Private => Check::ok(NAME, format!("{shown} is private and writable")),
        Access::Open => Check::warning(
            NAME,
            format!("other users can read {shown}; the next login makes it private"),
            format!("Make it private now:\n  chmod 700 {shown}"),
        ),
    })
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

fn check_locks(path: &Path) -> Result<Check, Check> {
    const NAME: &str = "locks";
    // First the folder: one that cannot be read would count as one without locks.
    let held = inspect_within(LIMIT, NAME, path, |path| {
        inspect(path).map(|_| locks_held(path))
    })?;
    Ok(match held {
        0 => Check::ok(NAME, "no other igconnect is running"),
        held => Check::warning(
            NAME,
            format!("another igconnect is running; accounts it holds: {held}"),
            "If it has been running for minutes, find that igconnect and end it",
        ),
    })
}
