//! Where the person sits: whether a browser that is started here would be before their eyes.

use crate::settings::environment;

/// What kind of place this session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MachineKind {
    /// A desktop of this machine.
    Desktop,
    /// Windows around a Linux: the browser is the one of Windows.
    Wsl,
    /// A shell on another machine than the person's.
    Ssh,
    /// A container.
    Container,
    /// None of these, and no screen.
    NoScreen,
}

impl MachineKind {
    /// Looks at the environment.
    pub(super) fn here() -> Self {
        let set = |name| environment::raw(name).is_some();
        let screen = set("DISPLAY") || set("WAYLAND_DISPLAY");
        if cfg!(any(target_os = "macos", target_os = "windows")) {
            return if set("SSH_CONNECTION") {
                Self::Ssh
            } else {
                Self::Desktop
            };
        }
        if set("WSL_DISTRO_NAME") || set("WSL_INTEROP") {
            Self::Wsl
        } else if screen {
            Self::Desktop
        } else if set("SSH_CONNECTION") || set("SSH_TTY") {
            Self::Ssh
        } else if set("container")
            || ["/.dockerenv", "/run/.containerenv"]
                .iter()
                .any(|f| std::path::Path::new(f).exists())
        {
            Self::Container
        } else {
            Self::NoScreen
        }
    }

    /// Whether a browser can be started before the person's eyes.
    pub(super) fn has_browser(self) -> bool {
        matches!(self, Self::Desktop | Self::Wsl)
    }

    /// What to know about this place, where the listener cannot be reached by itself. `port` is the listener's.
    pub(super) fn advice(self, port: u16) -> Option<String> {
        match self {
            Self::Desktop | Self::Wsl => None,
            Self::Ssh => Some(format!(
                "This is an SSH session, so your browser is on another machine. Paste the address that it ends on \
                 (it will say that it cannot connect; that is fine), or let it through: ssh -L {port}:localhost:{port} …"
            )),
            Self::Container => Some(format!(
                "This is a container, so your browser is outside. Paste the address that it ends on, or publish port \
                 {port} of the container's loopback."
            )),
            Self::NoScreen => Some(
                "There is no screen here. Open the address anywhere and paste the address that you end on.".to_owned(),
            ),
        }
    }
}

/// Browsers of the terminal cannot show Instagram's consent page.
pub(super) fn is_text_browser(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    [
        "w3m",
        "lynx",
        "links",
        "links2",
        "elinks",
        "www-browser",
        "browsh",
    ]
    .contains(&name)
}
