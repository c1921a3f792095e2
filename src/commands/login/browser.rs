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

/// Opens `address` with the given command, else `$BROWSER`, else the desktop's browser. Returns whether one was started.
pub(super) fn open(command: Option<&str>, address: &str) -> bool {
    let parse = |command: &str| parse_command(command, address);
    if let Some(command) = command {
        return parse(command).is_some_and(start);
    }
    if let Some(list) = environment::raw("BROWSER").and_then(|list| list.into_string().ok()) {
        // By convention $BROWSER is a list with colons.
        let graphical = list.split(':').filter(|one| !is_text_browser(one));
        return graphical.filter_map(parse).any(start);
    }
    let here = MachineKind::detect();
    if !here.has_browser() {
        return false;
    }
    // The browser of Windows first, because Linux inside Windows seldom has one.
    let windows = match here {
        MachineKind::Wsl => &["wslview", "rundll32.exe url.dll,FileProtocolHandler"][..],
        _ => &[],
    };
    let windows = windows.iter().filter_map(|command| parse(command));
    windows.chain(open::commands(address)).any(start)
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

fn start(mut command: Command) -> bool {
    child::remove_all_secrets(&mut command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let mut watched = Duration::ZERO;
    while watched < WATCH_TIME {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Err(_) => return false,
            Ok(None) => thread::sleep(WATCH_PAUSE),
        }
        watched += WATCH_PAUSE;
    }
    // It still runs, so it is the browser itself. It outlives the login and is never waited for.
    true
}
