//! What the tests of this folder start from.

use serde_json::Value;

use crate::harness::World;

/// A world whose search path leads to no scheduler.
pub fn world() -> World {
    let world = World::new();
    for program in ["crontab", "systemctl", "launchctl", "schtasks", "loginctl"] {
        world.script(
            program,
            "#!/bin/sh\necho no crontab for anybody >&2\nexit 1\n",
        );
    }
    world
}

/// The program that the owner of this machine has by that name.
#[track_caller]
pub fn is_here_again(world: &World, programs: &[&str]) {
    for program in programs {
        std::fs::remove_file(world.root().join("programs").join(program)).unwrap();
    }
}

/// What `schedule status --json` says.
#[track_caller]
pub fn status(world: &World) -> Value {
    let output = world.sandbox(&["schedule", "status", "--json"]).run();
    output.assert_code(0).json()["schedule"].clone()
}
