//! Starting the browser: one argument, no shell, nothing of our secrets in its environment, never waited for.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::machine_kind::{MachineKind, is_text_browser};
use crate::child;
use crate::settings::environment;

/// Launchers that find no browser say so within this time; browsers that stay run on.
const WATCHED: Duration = Duration::from_millis(300);

const GLANCE: Duration = Duration::from_millis(20);

/// No browser could be started.
#[derive(Debug)]
pub(super) struct BrowserError;

/// Opens `address` with the given command, else `$BROWSER`, else the desktop's browser.
pub(super) fn open(command: Option<&str>, address: &str) -> Result<(), BrowserError> {
    if let Some(command) = command {
        return start(chosen(command, address).ok_or(BrowserError)?);
    }
    if let Some(list) = environment::raw("BROWSER").and_then(|list| list.into_string().ok()) {
        // By custom $BROWSER is a list, parted by colons.
        let graphical = list.split(':').filter(|one| !is_text_browser(one));
        return first(graphical.filter_map(|one| chosen(one, address)));
    }
    match MachineKind::here() {
        MachineKind::Wsl => {
            let windows = ["wslview", "rundll32.exe url.dll,FileProtocolHandler"];
            let windows = windows.iter().filter_map(|one| chosen(one, address));
            first(windows.chain(open::commands(address)))
        }
        here if here.has_browser() => first(open::commands(address)),
        _ => Err(BrowserError),
    }
}

fn first(commands: impl IntoIterator<Item = Command>) -> Result<(), BrowserError> {
    commands
        .into_iter()
        .map(start)
        .find_map(Result::ok)
        .ok_or(BrowserError)
}

/// The words of a command with the address in the place of `%s`, or behind them.
fn chosen(command: &str, address: &str) -> Option<Command> {
    let mut words = command.split_whitespace();
    let mut started = Command::new(words.next()?);
    let mut placed = false;
    for word in words {
        placed |= word.contains("%s");
        started.arg(word.replace("%s", address));
    }
    if !placed {
        started.arg(address);
    }
    Some(started)
}

fn start(mut command: Command) -> Result<(), BrowserError> {
    child::remove_all_secrets(&mut command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| BrowserError)?;
    let mut watched = Duration::ZERO;
    while watched < WATCHED {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) | Err(_) => return Err(BrowserError),
            Ok(None) => thread::sleep(GLANCE),
        }
        watched += GLANCE;
    }
    Ok(())
}
