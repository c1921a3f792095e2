//! What each system calls the folders and variables of a user, by the names that Unix has for them.

use std::ffi::OsString;
use std::path::PathBuf;

/// Variables that name folders, and where these are in a world.
#[cfg(unix)]
pub const FOLDERS: [(&str, &str); 7] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "run"),
    ("TMPDIR", "tmp"),
];

#[cfg(windows)]
pub const FOLDERS: [(&str, &str); 5] = [
    ("USERPROFILE", "home"),
    ("APPDATA", "home/AppData/Roaming"),
    ("LOCALAPPDATA", "home/AppData/Local"),
    ("TEMP", "tmp"),
    ("TMP", "tmp"),
];

/// Where a user's programs are found, besides the folder of the world.
#[cfg(unix)]
pub fn programs() -> Vec<PathBuf> {
    ["/usr/bin", "/bin"].map(PathBuf::from).into()
}

#[cfg(windows)]
pub fn programs() -> Vec<PathBuf> {
    let system = std::env::var_os("SystemRoot").expect("the folder of Windows");
    vec![PathBuf::from(system).join("system32")]
}

/// Variables that every program needs.
#[cfg(unix)]
pub fn variables() -> Vec<(&'static str, OsString)> {
    Vec::new()
}

/// The system's own, and what a world on Linux is without: a keyring and a browser. All programs of a user share one
/// Credential Manager, and a text browser is none.
#[cfg(windows)]
pub fn variables() -> Vec<(&'static str, OsString)> {
    let system = [
        "SystemRoot",
        "SystemDrive",
        "ComSpec",
        "PATHEXT",
        "USERNAME",
    ];
    let known = system
        .into_iter()
        .map(|name| Some((name, std::env::var_os(name)?)));
    let mut variables = known.flatten().collect::<Vec<_>>();
    variables.push(("IGCONNECT_STORE", "file".into()));
    variables.push(("BROWSER", "lynx".into()));
    variables
}

/// What this system calls a variable.
#[cfg(unix)]
pub fn name(unix: &str) -> &str {
    unix
}

#[cfg(windows)]
pub fn name(unix: &str) -> &str {
    match unix {
        "HOME" => "USERPROFILE",
        "XDG_CONFIG_HOME" => "APPDATA",
        "XDG_DATA_HOME" | "XDG_STATE_HOME" | "XDG_CACHE_HOME" => "LOCALAPPDATA",
        "TMPDIR" => "TEMP",
        other => other,
    }
}
