//! Checks whether `login` can open a browser.

use super::settings::is_set;
use crate::answers::Check;
use crate::child;
use crate::settings::environment;

const WITHOUT_BROWSER: &str = "login prints an address to open elsewhere: igconnect help headless";

pub(super) fn check() -> Check {
    if let Some(browsers) = environment::browsers() {
        let mut programs = (browsers.iter()).filter_map(|line| line.split_whitespace().next());
        if programs.any(|program| child::named_program(program).is_some()) {
            return Check::ok("login starts the program in BROWSER");
        }
        let message = "the program in BROWSER was not found";
        return Check::warning(message, WITHOUT_BROWSER);
    }
    let desktop = match () {
        // Over SSH, the browser would open on a screen that the user does not see.
        () if cfg!(any(target_os = "macos", target_os = "windows")) && is_set("SSH_CONNECTION") => {
            None
        }
        () if cfg!(target_os = "macos") => Some("macOS"),
        () if cfg!(target_os = "windows") => Some("Windows"),
        () if is_set("WSL_DISTRO_NAME") || is_set("WSL_INTEROP") => Some("WSL"),
        () if is_set("WAYLAND_DISPLAY") => Some("Wayland"),
        () if is_set("DISPLAY") => Some("X11"),
        () => None,
    };
    match desktop {
        Some(desktop) => Check::ok(format!("login opens the default browser ({desktop})")),
        None => Check::warning("this session cannot open a browser", WITHOUT_BROWSER),
    }
}
