//! A machine for one test alone: a network of its own, where every port is free, and a hosts file.

use std::env;
use std::process::Command;

use super::group::Group;
use super::need;

/// Set for the test when it runs on the machine made for it.
const INSIDE: &str = "IGCONNECT_TESTS_INSIDE";

const ENTER: &str =
    r#"ip link set lo up && mount --bind "$1" /etc/hosts && exec "$2" --exact "$3" --nocapture"#;

/// Runs `test`, which calls this first, once more on a machine of its own, where these names mean 127.0.0.1.
/// True there; false on the ordinary machine, where nothing is left to do.
#[track_caller]
pub fn on_a_machine_of_its_own(test: &str, names: &[&str]) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    if !need("namespaces") {
        return false;
    }
    let hosts = tempfile::NamedTempFile::new().expect("a hosts file");
    let lines = format!("127.0.0.1 localhost {}\n::1 localhost\n", names.join(" "));
    std::fs::write(hosts.path(), lines).expect("a hosts file");
    let mut inside = Command::new("unshare");
    inside
        .args([
            "--map-root-user",
            "--mount",
            "--net",
            "sh",
            "-c",
            ENTER,
            "sh",
        ])
        .arg(hosts.path())
        .arg(env::current_exe().expect("this program"))
        .arg(test)
        .env(INSIDE, "1");
    let inside = Group::output(&mut inside).expect("unshare");
    let said = String::from_utf8_lossy(&inside.stdout);
    assert!(
        inside.status.success() && said.contains(" 1 passed"),
        "{test} on a machine of its own (IGCONNECT_TESTS_WITHOUT=namespaces skips it where none can be had):\n{said}\n{}",
        String::from_utf8_lossy(&inside.stderr)
    );
    false
}
