//! Whether a login would open a browser here, and which way.

use std::path::Path;

use crate::answers::Check;
use crate::settings::environment;

const NAME: &str = "browser";

const ELSEWHERE: &str =
    "login prints the address, and takes what you paste: igconnect help headless";

pub(super) fn check() -> Check {
    let set = |name| environment::raw(name).is_some();
    if let Some(list) = environment::raw("BROWSER") {
        let list = list.to_string_lossy();
        let first_words = list
            .split(':')
            .filter_map(|one| one.split_whitespace().next());
        return match first_words.into_iter().any(is_program) {
            true => Check::ok(NAME, "BROWSER names a program, which login starts"),
            false => Check::warning(NAME, "BROWSER names no program that is here", ELSEWHERE),
        };
    }
    let desktop = match () {
        () if cfg!(target_os = "macos") && set("SSH_CONNECTION") => None,
        () if cfg!(target_os = "macos") => Some("macOS"),
        () if cfg!(target_os = "windows") => Some("Windows"),
        () if set("WSL_DISTRO_NAME") || set("WSL_INTEROP") => Some("WSL"),
        () if set("WAYLAND_DISPLAY") => Some("Wayland"),
        () if set("DISPLAY") => Some("X11"),
        () => None,
    };
    match desktop {
        Some(desktop) => Check::ok(
            NAME,
            format!("login opens the one of the desktop ({desktop})"),
        ),
        None => Check::warning(NAME, "none can be opened in this session", ELSEWHERE),
    }
}

fn is_program(name: &str) -> bool {
    if name.contains('/') {
        return Path::new(name).is_file();
    }
    let path = environment::raw("PATH").unwrap_or_default();
    let endings: &[&str] = if cfg!(windows) {
        &["", ".exe", ".cmd"]
    } else {
        &[""]
    };
    std::env::split_paths(&path).any(|folder| {
        let file = |ending: &&str| folder.join(format!("{name}{ending}")).is_file();
        endings.iter().any(file)
    })
}
