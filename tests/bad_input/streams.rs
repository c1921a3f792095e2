//! Standard streams that are full, closed, or end early.

use crate::harness::World;
use crate::harness::process::Run;

/// The program started by a shell, for streams that only a shell can break.
fn by_shell(world: &World, line: &str) -> Run {
    let binary = world.binary().to_str().unwrap();
    world.program("sh", &["-c", &line.replace("igconnect", binary)])
}

#[test]
fn a_full_disk_behind_stdout_is_a_failure_that_scripts_notice() {
    let world = World::new();
    world.connect();
    for command in [
        "--help",
        "--version",
        "sandbox --list",
        "--sandbox status",
        "--sandbox status --all --json",
        "--sandbox list",
        "--sandbox list --json",
        "--sandbox refresh",
        "--sandbox token",
        "--sandbox use wreckshop.records",
        "--quiet --sandbox app list --json",
    ] {
        let output = by_shell(&world, &format!("exec igconnect {command} >/dev/full")).run();
        let _ = output
            .assert_fails(1)
            .assert_says("cannot write the output: no storage space");
    }
    // A failure that is reported on stderr keeps its own code.
    let failing = by_shell(
        &world,
        "exec igconnect --sandbox status @unknown --json >/dev/full",
    );
    let _ = failing
        .run()
        .assert_code(4)
        .assert_says("account @unknown is not connected");
}

#[test]
fn a_full_disk_behind_stdout_does_not_undo_what_was_done() {
    let world = World::new();
    world.connect_in("backdated");
    let _ = by_shell(&world, "exec igconnect --sandbox refresh >/dev/full")
        .run()
        .assert_code(1);
    assert_eq!(world.state("@wreckshop.records"), "connected");
    let gone = by_shell(
        &world,
        "exec igconnect --sandbox disconnect --yes >/dev/full",
    );
    let _ = gone.run().assert_code(1);
    assert!(world.secrets().is_empty());
}

#[test]
fn a_closed_pipe_ends_the_program_silently() {
    let world = World::new();
    world.connect();
    for command in [
        "--sandbox list",
        "--sandbox list --json",
        "--sandbox history",
        "--sandbox history --json",
        "--sandbox history --format csv",
        "--sandbox status",
        "--help",
        "sandbox --list",
    ] {
        // The reader has left for certain when the program begins: a pipe with a name, whose one reader has closed it.
        let line = format!(
            "rm -f pipe; mkfifo pipe; {{ read -r word <pipe; }} & exec 3>pipe; echo go >&3; wait; exec igconnect {command} >&3"
        );
        let output = by_shell(&world, &line).run().assert_code(141);
        assert_eq!(output.stderr(), "", "{}", output.report());
    }
}

#[test]
fn closed_streams_cause_no_panic() {
    let world = World::new();
    world.connect();
    for (line, code) in [
        ("igconnect --sandbox list >&-", 0),
        ("igconnect --sandbox list --json >&-", 0),
        ("igconnect --sandbox list <&-", 0),
        ("igconnect --sandbox list 2>&-", 0),
        ("igconnect --sandbox list <&- >&- 2>&-", 0),
        ("igconnect --sandbox status @unknown 2>&-", 4),
        ("igconnect --sandbox status @unknown <&- >&- 2>&-", 4),
        ("igconnect --sandbox refresh <&- 2>&-", 0),
        ("igconnect --sandbox disconnect <&-", 2),
        (
            "igconnect --quiet --sandbox app add --id 1234567890123456 <&-",
            2,
        ),
        ("igconnect --sandbox --quiet login --port 0 <&-", 0),
        ("igconnect --sandbox status 2>/dev/full", 0),
        ("igconnect --sandbox status @unknown 2>/dev/full", 4),
    ] {
        let output = by_shell(&world, &format!("exec {line}"))
            .run()
            .assert_code(code);
        output.assert_never_warns("panic");
    }
}
