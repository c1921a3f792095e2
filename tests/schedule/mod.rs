//! `schedule`: what is shown is what is installed, what is installed runs, and nothing is left of it.
//!
//! No test reaches the owner's own schedulers: where none is started for the world, there is none in it.

mod cron;
mod others;
mod runs;
mod shown;
mod systemd;

use serde_json::Value;

use crate::harness::World;

/// A world whose search path leads to no scheduler.
fn world() -> World {
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
fn is_here_again(world: &World, programs: &[&str]) {
    for program in programs {
        std::fs::remove_file(world.root().join("programs").join(program)).unwrap();
    }
}

/// What `schedule status --json` says.
#[track_caller]
fn status(world: &World) -> Value {
    let output = world.sandbox(&["schedule", "status", "--json"]).run();
    output.assert_code(0).json()["schedule"].clone()
}
