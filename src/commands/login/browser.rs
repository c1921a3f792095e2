//! Starts the browser: without a shell, without our secrets in its environment, and without waiting for it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::child;
use crate::settings::environment;

/// Launchers that find no browser exit within this time.
const WATCH_TIME: Duration = Duration::from_millis(300);
const WATCH_PAUSE: Duration = Duration::from_millis(20);

/// Whether a browser that is started here would be visible to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MachineKind {
    Desktop,
    /// Linux inside Windows, whose browser is used.
    Wsl,
    /// A shell on another machine.
    Ssh,
    Container,
    /// None of these, and without a screen.
    NoScreen,
}

impl MachineKind {
    pub(super) fn detect() -> Self {
        let is_set = |name| environment::raw(name).is_some();
        // These always have a screen, but a shell of another machine does not show it.
        if cfg!(any(target_os = "macos", target_os = "windows")) {
            return match is_set("SSH_CONNECTION") {
                true => Self::Ssh,
                false => Self::Desktop,
            };
        }
        if is_set("WSL_DISTRO_NAME") || is_set("WSL_INTEROP") {
            Self::Wsl
        // Before SSH, because SSH can forward the screen (ssh -X).
        } else if is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
            Self::Desktop
        } else if is_set("SSH_CONNECTION") || is_set("SSH_TTY") {
            Self::Ssh
        // systemd-nspawn and podman set the variable, Docker and podman create the files.
        } else if is_set("container")
            || Path::new("/.dockerenv").exists()
            || Path::new("/run/.containerenv").exists()
        {
            Self::Container
        } else {
            Self::NoScreen
        }
    }

    fn has_browser(self) -> bool {
        matches!(self, Self::Desktop | Self::Wsl)
    }

    /// How to get the answer to the listener at `port`, if the browser cannot reach it.
    pub(super) fn advice(self, port: u16) -> Option<String> {
        match self {
            Self::Desktop | Self::Wsl => None,
            Self::Ssh => Some(format!(
                "This is an SSH session, so your browser is on another machine. It will fail to connect at the end. \
                 Paste the address it ends on, or forward the port: ssh -L {port}:localhost:{port} …"
            )),
            Self::Container => Some(format!(
                "This is a container, so your browser is outside. Paste the address it ends on, or publish port {port} \
                 of the container's loopback."
            )),
            Self::NoScreen => Some(
                "This machine has no screen. Open the address anywhere and paste the address you end on.".to_owned(),
            ),
        }
    }
}

/// Opens `page` with the given command, else `$BROWSER`, else the desktop's browser. Returns whether one was started.
///
/// The browser of Windows cannot read a file of Linux, so it gets the `address` that the page leads to.
pub(super) fn open(command: Option<&str>, page: &str, address: &str) -> bool {
    let parse = |command: &str| parse_command(command, page);
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
    let windows = (windows.iter()).filter_map(|command| parse_command(command, address));
    windows.chain(open::commands(page)).any(start)
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

/// Text browsers cannot show Instagram's consent page.
fn is_text_browser(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    matches!(
        name,
        "w3m" | "lynx" | "links" | "links2" | "elinks" | "www-browser" | "browsh"
    )
}
