//! A process beside the tests that ends what they started, however they end: also when the run is killed, and when a
//! thread that never ends keeps a server from being dropped.
//!
//! It reads names from a pipe whose other end is open in this process alone: a process group, or the root of a world. When
//! the pipe is closed, which the system does for a process that ends, it kills every group and every program of a world
//! that was not signed off.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// A daemon leaves its process group, so the programs of a world are also found by their environment.
const SCRIPT: &str = r#"
trap '' INT TERM HUP QUIT
end() {
    case $1 in
    /*) for file in $(grep -lsF "$1/" /proc/[0-9]*/environ); do
            process=${file%/environ}
            kill -s KILL "${process#/proc/}"
        done ;;
    *) kill -s KILL -- "-$1" ;;
    esac
}
names=' '
while read -r sign name; do
    case $sign in
    +) names="$names$name " ;;
    -) names="${names%%" $name "*} ${names#*" $name "}"
       case $name in /*) end "$name" ;; esac ;;
    esac
done
for name in $names; do end "$name"; done
"#;

static PIPE: OnceLock<Mutex<ChildStdin>> = OnceLock::new();

/// Watches over a process group, by its number, or a world, by its root, until [`sign_off`].
pub fn sign_on(name: &str) {
    say('+', name);
}

/// The world is over, and so are all programs of it; or the group is, whose number the system may give to another one
/// from now on.
pub fn sign_off(name: &str) {
    say('-', name);
}

fn say(sign: char, name: &str) {
    let pipe = PIPE.get_or_init(|| {
        let watcher = Command::new("sh")
            .args(["-c", SCRIPT])
            // A Ctrl-C at the tests is not for it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Mutex::new(watcher.expect("sh").stdin.expect("a pipe"))
    });
    let mut pipe = pipe.lock().expect("the pipe to the watcher");
    writeln!(pipe, "{sign} {name}").expect("a watcher that reads");
}
