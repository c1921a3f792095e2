//! Starts the browser: without a shell, without our secrets in its environment, and without waiting for it.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::machine_kind::{MachineKind, is_text_browser};
use crate::child;
use crate::settings::environment;

/// Launchers that find no browser exit within this time.
const WATCH_TIME: Duration = Duration::from_millis(300);
const WATCH_PAUSE: Duration = Duration::from_millis(20);

/// No browser could be started.
#[derive(Debug)]
pub(super) struct BrowserError;

/// Opens `address` with the given command, else `$BROWSER`, else the desktop's browser.
pub(super) fn open(command: Option<&str>, address: &str) -> Result<(), BrowserError> {
    if let Some(command) = command {
        return start(parse_command(command, address).ok_or(BrowserError)?);
    }
    if let Some(list) = environment::raw("BROWSER").and_then(|list| list.into_string().ok()) {
        // By convention $BROWSER is a list with colons.
        let graphical = list.split(':').filter(|one| !is_text_browser(one));
        return start_first(graphical.filter_map(|one| parse_command(one, address)));
    }
    match MachineKind::detect() {
        MachineKind::Wsl => {
            let windows = ["wslview", "rundll32.exe url.dll,FileProtocolHandler"];
            let windows = windows.iter().filter_map(|one| parse_command(one, address));
            start_first(windows.chain(open::commands(address)))
        }
        here if here.has_browser() => start_first(open::commands(address)),
        _ => Err(BrowserError),
    }
}

fn start_first(commands: impl IntoIterator<Item = Command>) -> Result<(), BrowserError> {
    commands
        .into_iter()
        .map(start)
        .find_map(Result::ok)
        .ok_or(BrowserError)
}

/// Splits a command at blanks. The address replaces `%s`, or is added as the last argument.
fn parse_command(command: &str, address: &str) -> Option<Command> {
    let mut words = command.split_whitespace();
    let mut parsed = Command::new(words.next()?);
    let mut has_address = false;
    for word in words {
        has_address |= word.contains("%s");
        parsed.arg(word.replace("%s", address));
    }
    if !has_address {
        parsed.arg(address);
    }
    Some(parsed)
}

fn start(mut command: Command) -> Result<(), BrowserError> {
    child::remove_all_secrets(&mut command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| BrowserError)?;
    let mut watched = Duration::ZERO;
    while watched < WATCH_TIME {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) | Err(_) => return Err(BrowserError),
            Ok(None) => thread::sleep(WATCH_PAUSE),
        }
        watched += WATCH_PAUSE;
    }
    Ok(())
}
