//! What the tests of this folder start from.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use crate::harness::World;
use crate::harness::mode;
use crate::harness::process::Run;

/// Commands that read the cache, and such as write it.
pub const READERS: [&[&str]; 4] = [&["status"], &["list"], &["token"], &["status", "--all"]];

pub const WRITERS: [&[&str]; 2] = [&["refresh"], &["disconnect", "--yes"]];

pub const LOGIN: &[&str] = &["--quiet", "login", "--port", "0"];

/// Fails unless every one of them ends with 7 and these words, as text and as JSON.
#[track_caller]
pub fn all_refuse<'a>(
    world: &World,
    commands: impl IntoIterator<Item = &'a &'a [&'a str]>,
    words: &str,
) {
    for command in commands {
        let _ = world
            .sandbox(command)
            .run()
            .assert_fails(7)
            .assert_says(words);
        let json = [&["--json"], *command].concat();
        // The failure of one account among several is in its row of the document.
        let output = world.sandbox(&json).run().assert_code(7);
        let document = output.json();
        let error = match &document["error"] {
            serde_json::Value::Null => &document["accounts"][0]["error"],
            error => error,
        };
        assert!(error["exit"] == 7, "{}", output.report());
    }
}

/// The program, run by a user that modes apply to: root becomes another user.
#[cfg(unix)]
pub fn as_anybody(world: &World) -> impl Fn(&[&str]) -> Run {
    let root = rustix::process::geteuid().is_root();
    let binary = world.folder("HOME").join("igconnect");
    if root {
        // By another process: one that a test forks at this moment would hold our copy open for writing.
        let copied = Command::new("install")
            .arg(world.binary())
            .arg(&binary)
            .status();
        assert!(copied.is_ok_and(|status| status.success()));
        give_away(world.folder("HOME").parent().unwrap().parent().unwrap());
    }
    move |arguments| match root {
        true => {
            let binary = binary.to_str().unwrap();
            let another_user = ["--reuid=65534", "--regid=65534", "--clear-groups", binary];
            world.program("setpriv", &[&another_user, arguments].concat())
        }
        false => world.command(arguments),
    }
}

#[cfg(unix)]
pub fn give_away(path: &Path) {
    chown(path, Some(65534), Some(65534)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

#[cfg(unix)]
pub fn mode_of(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

pub fn set_mode(path: &Path, mode: u32) {
    mode::set(path, mode);
}
