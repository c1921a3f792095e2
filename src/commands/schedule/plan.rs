//! What the scheduler is to run: this program, in this world, with the variables that it needs to find the same data.

use std::env::{current_exe, split_paths};
use std::path::{Path, PathBuf};

use jiff::civil::Time;

use crate::failure::{Failure, Kind};
use crate::schedule::{self, Plan};
use crate::session::Session;
use crate::settings::{SettingsError, World, environment};

/// The plan for this session.
pub(super) fn plan(session: &Session, kind: schedule::Kind, at: Time) -> Result<Plan, Failure> {
    let mut arguments = vec!["refresh", "--all", "--quiet", "--scheduled"];
    if session.settings.world == World::Sandbox {
        arguments.push("--sandbox");
    }
    let arguments = arguments.into_iter().map(str::to_owned).collect();
    let mut variables = carried()?;
    if kind == schedule::Kind::Cron {
        variables.extend(session_bus());
    }
    Ok(Plan::new(at, &program()?, arguments, variables)?)
}

/// The way by which this program is called, rather than the file that it led to: an update replaces that file by
/// another one.
fn program() -> Result<PathBuf, Failure> {
    let unknown = |_| Failure::new(Kind::Failed, "the path of this program is not to be found");
    let this = current_exe().map_err(unknown)?;
    let folders = environment::path("PATH").unwrap_or_default();
    let named = this.file_name().map(PathBuf::from).unwrap_or_default();
    let mut candidates = split_paths(&folders).map(|folder| folder.join(&named));
    let found = candidates.find(|file| file.is_absolute() && is_same(file, &this));
    Ok(found.unwrap_or(this))
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn carried() -> Result<Vec<(String, String)>, SettingsError> {
    let mut variables = Vec::new();
    for name in environment::CARRIED {
        if let Some(value) = environment::text(name)?.filter(|value| !is_secret(name, value)) {
            variables.push((name.to_owned(), absolute(name, value)));
        }
    }
    Ok(variables)
}

/// The variables that runs need and do not get, since they hold a secret.
pub(super) fn withheld() -> Vec<&'static str> {
    let secret = |name: &&str| {
        let value = environment::text(name).ok().flatten();
        value.is_some_and(|value| is_secret(name, &value))
    };
    environment::CARRIED.into_iter().filter(secret).collect()
}

/// The address of a proxy may have a name and a password in it.
fn is_secret(name: &str, value: &str) -> bool {
    name.ends_with("_PROXY") && value.contains('@')
}

/// A scheduler starts in another folder.
fn absolute(name: &str, value: String) -> String {
    let is_path = ["_DIR", "_CONFIG", "_HOME", "_FILE"];
    if !is_path.iter().any(|end| name.ends_with(end)) {
        return value;
    }
    let path = std::path::absolute(&value).ok();
    let text = path.and_then(|path| path.to_str().map(str::to_owned));
    text.unwrap_or(value)
}

/// Where the keyring is: cron knows nothing of the session. Only an address that outlives it is of use.
fn session_bus() -> Option<(String, String)> {
    const NAME: &str = "DBUS_SESSION_BUS_ADDRESS";
    let said = environment::text(NAME).ok().flatten();
    let lasting = said.filter(|address| address.starts_with("unix:path=/run/user/"));
    let address = lasting.or_else(|| {
        let socket = environment::path("XDG_RUNTIME_DIR")?.join("bus");
        let there = socket.exists() && socket.starts_with("/run/user");
        there.then(|| format!("unix:path={}", socket.display()))
    })?;
    Some((NAME.to_owned(), address))
}
