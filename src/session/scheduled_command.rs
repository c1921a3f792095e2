//! What a scheduler runs: this program, in this world, with the variables that lead it to the same data.

use std::env::{current_exe, split_paths};
use std::path::{Path, PathBuf};

use jiff::civil::Time;

use crate::failure::{Failure, Kind};
use crate::schedule::{DailyRun, SchedulerKind};
use crate::settings::{Settings, SettingsError, World, environment};

pub(super) fn daily_run(
    settings: &Settings,
    kind: SchedulerKind,
    at: Time,
) -> Result<DailyRun, Failure> {
    let mut arguments = vec!["refresh", "--all", "--quiet", "--scheduled"];
    if settings.world == World::Sandbox {
        arguments.push("--sandbox");
    }
    let arguments = arguments.into_iter().map(str::to_owned).collect();
    let mut variables = variables()?;
    if kind == SchedulerKind::Cron {
        variables.extend(session_bus());
    }
    Ok(DailyRun::new(at, &program()?, arguments, variables)?)
}

/// Returns the path by which this program was found in PATH, because an update replaces the file that it links to.
fn program() -> Result<PathBuf, Failure> {
    let this = current_exe()
        .map_err(|_| Failure::new(Kind::Failed, "cannot find the path of this program"))?;
    let folders = environment::path("PATH").unwrap_or_default();
    let name = this.file_name().map(PathBuf::from).unwrap_or_default();
    let mut candidates = split_paths(&folders).map(|folder| folder.join(&name));
    let found = candidates.find(|file| file.is_absolute() && is_same_file(file, &this));
    Ok(found.unwrap_or(this))
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn variables() -> Result<Vec<(String, String)>, SettingsError> {
    let mut variables = Vec::new();
    for name in environment::CARRIED {
        if let Some(value) = environment::text(name)?.filter(|value| !is_secret(name, value)) {
            variables.push((name.to_owned(), make_absolute(name, value)));
        }
    }
    Ok(variables)
}

/// Returns the variables that runs need but do not get, because they contain a secret.
pub(super) fn secret_variables() -> Vec<&'static str> {
    let is_secret = |name: &&str| {
        let value = environment::text(name).ok().flatten();
        value.is_some_and(|value| is_secret(name, &value))
    };
    environment::CARRIED.into_iter().filter(is_secret).collect()
}

/// The address of a proxy may contain a user name and password.
fn is_secret(name: &str, value: &str) -> bool {
    name.ends_with("_PROXY") && value.contains('@')
}

/// Makes paths absolute: a scheduler starts programs in another folder.
fn make_absolute(name: &str, value: String) -> String {
    let is_path = ["_DIR", "_CONFIG", "_HOME", "_FILE"]
        .iter()
        .any(|ending| name.ends_with(ending));
    if !is_path {
        return value;
    }
    let path = std::path::absolute(&value).ok();
    let text = path.and_then(|path| path.to_str().map(str::to_owned));
    text.unwrap_or(value)
}

/// Returns the address of the keyring's bus, which cron does not know. Other addresses end with the session.
fn session_bus() -> Option<(String, String)> {
    const NAME: &str = "DBUS_SESSION_BUS_ADDRESS";
    let address = environment::text(NAME)
        .ok()
        .flatten()
        .filter(|address| address.starts_with("unix:path=/run/user/"))
        .or_else(|| {
            let socket = environment::path("XDG_RUNTIME_DIR")?.join("bus");
            let is_lasting = socket.exists() && socket.starts_with("/run/user");
            is_lasting.then(|| format!("unix:path={}", socket.display()))
        })?;
    Some((NAME.to_owned(), address))
}
