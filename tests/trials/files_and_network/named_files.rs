//! Secrets in the files of container platforms, and what a file may not be.

use std::os::unix::fs::{chown, symlink};
use std::path::PathBuf;

use crate::harness::World;
use crate::harness::mode;

fn world() -> (World, PathBuf) {
    let world = World::new();
    world.connect();
    let file = world.given("token", world.token("@wreckshop.records"));
    (world, file)
}

fn verify(world: &World, file: &std::path::Path) -> crate::harness::process::Run {
    let run = world.sandbox(&["status", "--verify"]);
    run.env("IGCONNECT_SANDBOX_TOKEN_FILE", file)
}

#[test]
fn a_secret_is_read_as_container_platforms_mount_it() {
    let (world, file) = world();
    // Swarm, systemd, a person's own umask.
    for mode in [0o444, 0o440, 0o400, 0o644] {
        mode::set(&file, mode);
        let _ = verify(&world, &file).run().assert_code(0);
    }
    // Compose: the id of a user of the host.
    if rustix::process::geteuid().is_root() {
        chown(&file, Some(12345), Some(12345)).unwrap();
        let _ = verify(&world, &file).run().assert_code(0);
    }
    // Kubernetes: a link to a link.
    let folder = file.with_file_name("..data");
    symlink(file.parent().unwrap(), &folder).unwrap();
    let link = file.with_file_name("mounted");
    symlink(folder.join("token"), &link).unwrap();
    let _ = verify(&world, &link).run().assert_code(0);
    // A shell's <(…).
    let shell = "IGCONNECT_SANDBOX_TOKEN_FILE=<(cat \"$0\") exec \"$1\" --sandbox status --verify";
    let (file, program) = (file.to_str().unwrap(), world.binary().to_str().unwrap());
    let piped = world.program(
        "bash",
        &[
            "-c",
            &format!("export {shell}").replace("export IG", "IG"),
            file,
            program,
        ],
    );
    let _ = piped.run().assert_code(0);
}

#[test]
fn a_secret_that_others_can_write_is_refused() {
    let (world, file) = world();
    for mode in [0o622, 0o660, 0o646, 0o666] {
        mode::set(&file, mode);
        let output = verify(&world, &file).run().assert_fails(7);
        let _ = output.assert_says("other users can write it");
    }
    for nothing in ["/dev/zero", "/dev/null", "/proc/self", "/"] {
        let _ = verify(&world, nothing.as_ref()).run().assert_fails(7);
    }
}
