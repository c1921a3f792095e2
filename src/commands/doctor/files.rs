//! Checks the configuration file, the data folder and the locks.

use std::path::Path;
use std::time::Duration;

use super::time_limit::inspect_within;
use crate::account::Platform;
use crate::answers::Check;
use crate::cache::locks_held;
use crate::failure::make_private;
use crate::private_files::{Access, PrivateFileError, PrivateFileProblem, inspect_dir};
use crate::session::Session;
use crate::settings::{Config, SettingsError};

/// Local disks answer in milliseconds, network drives in seconds or never.
const LIMIT: Duration = Duration::from_secs(4);

/// Reads the configuration. If it cannot be read, the error is the check.
pub(super) fn check_configuration(session: &Session) -> Result<(Option<Config>, Check), Check> {
    let path = session.settings.paths.config_file()?;
    let (exists, config) = inspect_within(LIMIT, &path, |path| {
        Ok::<_, SettingsError>((path.exists(), Config::read(path)?))
    })?;
    let shown = path.display();
    let apps = config.app_names().len();
    let check = match exists {
        false => Check::ok(format!("{shown} does not exist: all defaults")),
        true => Check::ok(format!("{shown} is readable; apps: {apps}")),
    };
    Ok((Some(config), check))
}

pub(super) fn check_folders(session: &Session) -> Vec<Check> {
    let paths = &session.settings.paths;
    match (paths.data_dir(), paths.locks()) {
        (Ok(data), Ok(locks)) => {
            let (Ok(folder) | Err(folder)) = check_data_folder(&data);
            let (Ok(locks) | Err(locks)) = check_locks(&locks);
            vec![folder.named("data-folder"), locks.named("locks")]
        }
        (Err(error), _) | (_, Err(error)) => vec![Check::from(error).named("data-folder")],
    }
}

fn check_data_folder(path: &Path) -> Result<Check, Check> {
    let access = inspect_within(LIMIT, path, inspect)?;
    let shown = path.display();
    Ok(match access {
        Access::Missing => {
            let message = format!("{shown} is not there yet; the first login creates it");
            Check::ok(message)
        }
        Access::Private => Check::ok(format!("{shown} is private and writable")),
        Access::Open => Check::warning(
            format!("other users can read {shown}; the next login makes it private"),
            format!(
                "Make it private now:\n  {}",
                make_private(Platform::HERE, path)
            ),
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
    // First the folder: one that cannot be read would count as one without locks.
    let held = inspect_within(LIMIT, path, |path| {
        inspect(path)?;
        locks_held(path)
    })?;
    Ok(match held {
        0 => Check::ok("no other igconnect is running"),
        held => Check::warning(
            format!("another igconnect is running; accounts it holds: {held}"),
            "If it has been running for minutes, find that igconnect and end it",
        ),
    })
}
