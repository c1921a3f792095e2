//! Starts the browser: without a shell, without our secrets in its environment, and without waiting for it.

use std::ffi::OsStr;
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

/// What became of the attempt to start a browser.
pub(super) enum Opened {
    Started,
    /// Where the command is from that could not be started: `--browser` or `BROWSER`.
    Failed(&'static str),
    /// This machine has none that the person would see.
    NoBrowser,
}

/// Opens `page` with the given command, else `$BROWSER`, else the desktop's browser.
///
/// The browser of Windows cannot read a file of Linux, so it gets the `address` that the page leads to.
pub(super) fn open(command: Option<&str>, page: &str, address: &str) -> Opened {
    let parse = |command: &str| parse_command(command, page);
    let started_by = |source, is_started| match is_started {
        true => Opened::Started,
        false => Opened::Failed(source),
    };
    if let Some(command) = command {
        return started_by("--browser", parse(command).is_some_and(start));
    }
    if let Some(browsers) = environment::browsers() {
        let is_graphical = |command: &&String| !is_text_browser(command);
        let mut graphical = browsers.iter().filter(is_graphical).peekable();
        return match graphical.peek() {
            Some(_) => started_by("BROWSER", graphical.filter_map(|it| parse(it)).any(start)),
            None => Opened::NoBrowser,
        };
    }
    let here = MachineKind::detect();
    if !here.has_browser() {
        return Opened::NoBrowser;
    }
    // The browser of Windows first, because Linux inside Windows seldom has one.
    let windows = match here {
        MachineKind::Wsl => &["wslview", "rundll32.exe url.dll,FileProtocolHandler"][..],
        _ => &[],
    };
    let windows = (windows.iter()).filter_map(|command| parse_command(command, address));
    let mut commands = windows.chain(open::commands(page)).filter_map(find);
    match commands.any(start) {
        true => Opened::Started,
        false => Opened::NoBrowser,
    }
}

/// Returns the same command, but found by igconnect; `None` if it is missing.
fn find(named: Command) -> Option<Command> {
    let program = named.get_program();
    // Windows itself looks into its own folders first.
    if cfg!(windows) || Path::new(program).is_absolute() {
        return Some(named);
    }
    let mut command = child::find_program(program).ok()?;
    let variables = named.get_envs();
    command
        .args(named.get_args())
        .envs(variables.filter_map(|(name, value)| Some((name, value?))));
    Some(command)
}

/// Splits a command. The address replaces `%s`, or is added as the last argument.
fn parse_command(command: &str, address: &str) -> Option<Command> {
    let mut words = words(command, |path| path.is_file()).into_iter();
    let mut parsed = child::named_command(words.next()?);
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

/// Splits at blanks, but not between quotation marks, nor in the path of a program that exists.
fn words(command: &str, is_file: impl Fn(&Path) -> bool) -> Vec<String> {
    let command = command.trim();
    let is_path = |end: &usize| is_file(Path::new(&command[..*end]));
    let ends = command
        .match_indices(' ')
        .map(|(at, _)| at)
        .chain([command.len()]);
    // Only a path may have blanks: a program is looked up by its first word.
    let has_folder = command
        .split(' ')
        .next()
        .is_some_and(|word| word.contains(['/', '\\']));
    let program = if has_folder {
        ends.clone().find(is_path)
    } else {
        None
    };
    let (program, rest) = command.split_at(program.unwrap_or_default());
    let mut words: Vec<String> = Vec::new();
    let mut quote = None;
    let mut word: Option<String> = None;
    for letter in rest.chars() {
        match (letter, quote) {
            (mark, Some(open)) if mark == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (blank, None) if blank.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    if !program.is_empty() {
        words.insert(0, program.to_owned());
    }
    words
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
    let name = Path::new(program).file_stem().and_then(OsStr::to_str);
    matches!(
        name,
        Some("w3m" | "lynx" | "links" | "links2" | "elinks" | "www-browser" | "browsh")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_at_blanks_but_not_in_paths_and_quotation_marks() {
        let split = |command: &str| words(command, |path| path == Path::new("/opt/My Browser/run"));
        for (command, expected) in [
            ("firefox", &["firefox"][..]),
            ("firefox --new %s", &["firefox", "--new", "%s"]),
            ("/opt/My Browser/run", &["/opt/My Browser/run"]),
            (
                "/opt/My Browser/run --new %s",
                &["/opt/My Browser/run", "--new", "%s"],
            ),
            ("\"/opt/My Browser/run\" %s", &["/opt/My Browser/run", "%s"]),
            (
                "'/opt/Another One/run' --x='a b'",
                &["/opt/Another One/run", "--x=a b"],
            ),
            ("/opt/My Other/run", &["/opt/My", "Other/run"]),
            (
                "open -a \"Google Chrome\" %s",
                &["open", "-a", "Google Chrome", "%s"],
            ),
            ("run \"\"", &["run", ""]),
            ("  ", &[]),
        ] {
            assert_eq!(split(command), expected, "{command}");
        }
    }
}
