//! Whether a browser that is started here would be visible to the person.

use std::path::Path;

use crate::settings::environment;

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

    pub(super) fn has_browser(self) -> bool {
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

/// Text browsers cannot show Instagram's consent page.
pub(super) fn is_text_browser(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    matches!(
        name,
        "w3m" | "lynx" | "links" | "links2" | "elinks" | "www-browser" | "browsh"
    )
}
