//! Finds other programs in PATH.
//!
//! Invariant: a program that igconnect names is never taken from the current folder, where another user may have put it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;

use super::run::ChildError;

/// Where the system looks without PATH (`confstr`).
const DEFAULT_PATH: &str = "/usr/bin:/bin";

/// Finds a program that the person named: a path, or a name in any folder of PATH.
pub(crate) fn named_program(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    which::which(name).ok()
}

/// Starts a program that the person named. Windows itself would find `npm.exe`, but not `npm.cmd`.
pub(crate) fn named_command(name: impl AsRef<OsStr>) -> Command {
    let found = cfg!(windows).then(|| named_program(&name)).flatten();
    found.map_or_else(|| Command::new(&name), Command::new)
}

/// Finds a program that igconnect names. Only absolute folders of PATH are searched, also by the program itself.
pub(crate) fn find_program(name: impl AsRef<OsStr>) -> Result<Command, ChildError> {
    let folders = absolute_folders();
    let found = which::which_in_global(name, Some(&folders));
    let file = found.ok().and_then(|mut found| found.next());
    let mut command = Command::new(file.ok_or(ChildError::NotFound)?);
    command.env("PATH", folders);
    Ok(command)
}

#[allow(
    clippy::disallowed_methods,
    reason = "`settings` is above this layer, and PATH belongs to the system"
)]
fn absolute_folders() -> OsString {
    let all = env::var_os("PATH").unwrap_or_else(|| DEFAULT_PATH.into());
    let absolute = env::split_paths(&all).filter(|folder| folder.is_absolute());
    // A folder that was split off contains no separator, so it can be joined again.
    env::join_paths(absolute).unwrap_or_default()
}
