//! What a scheduler runs: this program, in this world, with the variables that lead it to the same data.

use std::env::{current_exe, split_paths};
use std::path::PathBuf;

use jiff::civil::Time;

use crate::failure::{Failure, Kind};
use crate::schedule::{DailyRun, SchedulerKind};
use crate::settings::{Settings, SettingsError, World, environment};

pub(super) fn daily_run(
    settings: &Settings,
    kind: SchedulerKind,
    at: Time,
) -> Result<DailyRun, Failure> {
    let mut arguments = ["refresh", "--all", "--quiet", "--scheduled"]
        .map(str::to_owned)
        .to_vec();
    if settings.world == World::Sandbox {
        arguments.push("--sandbox".to_owned());
    }
    let mut variables = variables()?;
    // systemd and launchd start programs within the person's session, which has the bus.
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
    let is_this = |file: &PathBuf| {
        let files = (file.canonicalize(), this.canonicalize());
        file.is_absolute() && matches!(files, (Ok(file), Ok(this)) if file == this)
    };
    let mut candidates = split_paths(&folders).map(|folder| folder.join(&name));
    Ok(candidates.find(is_this).unwrap_or_else(|| this.clone()))
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

/// An address may contain a user name and password. That of a proxy may lack its scheme.
fn is_secret(name: &str, value: &str) -> bool {
    let after_scheme = value.split_once("://").map(|(_, rest)| rest);
    let is_proxy = name.ends_with("_PROXY");
    let address = after_scheme.or(Some(value).filter(|_| is_proxy));
    address.is_some_and(|address| address.contains('@'))
}

/// Makes paths absolute: a scheduler starts programs in another folder.
fn make_absolute(name: &str, value: String) -> String {
    let endings = ["_DIR", "_CONFIG", "_HOME", "_FILE"];
    if !endings.iter().any(|ending| name.ends_with(ending)) {
        return value;
    }
    let path = std::path::absolute(&value).ok();
    path.and_then(|path| path.into_os_string().into_string().ok())
        .unwrap_or(value)
}

/// Returns the address of the keyring's bus, which cron does not know. Other addresses end with the session.
fn session_bus() -> Option<(String, String)> {
    const NAME: &str = "DBUS_SESSION_BUS_ADDRESS";
    let known = environment::text(NAME).ok().flatten();
    let lasting = known.filter(|address| address.starts_with("unix:path=/run/user/"));
    let usual = || {
        let socket = environment::path("XDG_RUNTIME_DIR")?.join("bus");
        let is_lasting = socket.exists() && socket.starts_with("/run/user");
        is_lasting.then(|| format!("unix:path={}", socket.display()))
    };
    Some((NAME.to_owned(), lasting.or_else(usual)?))
}
