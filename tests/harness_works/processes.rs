//! Worlds, and the programs that run in them.

use super::fails::fails;
use crate::harness::{World, need};
use std::time::Duration;

#[test]
fn a_program_sees_only_its_own_world() {
    let world = World::new();
    let output = world
        .program("env", &["-0"])
        .env("EXTRA", "here")
        .without_env("TZ")
        .run()
        .assert_code(0);
    let mut names = output
        .stdout()
        .split_terminator('\0')
        .map(|line| line.split_once('=').unwrap().0)
        .collect::<Vec<_>>();
    names.retain(|name| *name != "LLVM_PROFILE_FILE");
    names.sort_unstable();
    let expected = "EXTRA HOME LANG PATH TMPDIR XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR XDG_STATE_HOME";
    assert_eq!(names.join(" "), expected);
}

#[test]
fn the_program_under_test_starts() {
    let world = World::new();
    assert!(world.binary().is_file());
    let output = world.command(&["--version"]).run().assert_code(0);
    assert!(
        output.took() < Duration::from_secs(60),
        "{}",
        output.report()
    );
}

#[test]
fn the_folders_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    for name in [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
        "TMPDIR",
    ] {
        let mode = world.folder(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{name}");
    }
}

#[test]
fn a_script_is_found_before_the_programs_of_the_system() {
    let world = World::new();
    world.script("uname", "#!/bin/sh\necho a script, \"$@\"\n");
    let output = world
        .program("sh", &["-c"])
        .arg("uname one two")
        .run()
        .assert_code(0);
    assert_eq!(output.stdout(), "a script, one two\n");
}

#[test]
fn stdin_and_files_arrive_and_the_folder_is_used() {
    let world = World::new();
    let folder = world.folder("XDG_DATA_HOME");
    let file = world.given("a file", "from a file\n");
    let script = "pwd; cat; cat \"$1\"";
    let output = world
        .program("sh", &["-c", script, "sh"])
        .arg(file)
        .folder(&folder)
        .stdin("from stdin\n")
        .run()
        .assert_code(0);
    assert_eq!(
        output.stdout(),
        format!("{}\nfrom stdin\nfrom a file\n", folder.display())
    );
}

#[test]
fn much_is_read_and_written_without_a_standstill() {
    let world = World::new();
    let much = vec![b'x'; 3 << 20];
    let output = world
        .program("tee", &["/dev/stderr"])
        .stdin(much.clone())
        .run()
        .assert_code(0);
    assert!(output.stdout_bytes() == much && output.stderr_bytes() == much);
}

#[test]
fn a_line_is_waited_for_and_answered() {
    let world = World::new();
    let script = "echo ready >&2; read -r answer; echo \"got $answer\"; read -r nothing || echo over; exit 7";
    let mut running = world.program("sh", &["-c", script]).open_stdin().spawn();
    assert_eq!(
        running.stderr_line("that it is ready", |line| line.starts_with("rea")),
        "ready"
    );
    running.write("an answer\n");
    assert_eq!(
        running.stdout_line("the answer", |line| line.contains("got")),
        "got an answer"
    );
    running.close_stdin();
    let output = running.finish().assert_code(7);
    assert_eq!(output.stdout(), "got an answer\nover\n");
}

#[test]
fn a_signal_arrives_and_is_reported_as_by_a_shell() {
    use rustix::process::Signal;
    let world = World::new();
    let running = world.program("sleep", &["600"]).spawn();
    // Not the interrupt: a shell that started the tests in the background has it ignored by all below.
    running.signal(Signal::TERM);
    let _ = running.finish().assert_code(143);
}

#[test]
fn json_is_one_document() {
    let world = World::new();
    let one = world
        .program("echo", &[r#"{"schema": 1}"#])
        .run()
        .assert_code(0);
    assert_eq!(one.json()["schema"], 1);
    let two = world.program("echo", &["{} {}"]).run().assert_code(0);
    assert!(fails(|| drop(two.json())).contains("not one JSON document"));
}

#[test]
fn a_slow_clock_is_slow() {
    if !need("faketime") || !need("python3") {
        return;
    }
    let world = World::new();
    let busy =
        "import time; begin = time.monotonic(); sum(range(10**7)); print(time.monotonic() - begin)";
    let run = world.program("python3", &["-c", busy]);
    let output = run.slow_clock(&world.clock_library()).run().assert_code(0);
    let seconds: f64 = output.stdout().trim().parse().unwrap();
    assert!(
        seconds * 10.0 < output.took().as_secs_f64(),
        "{}",
        output.report()
    );
}

#[test]
fn a_wrong_code_shows_everything() {
    let world = World::new();
    let output = world
        .program("sh", &["-c", "echo out; echo err >&2; exit 3"])
        .run();
    let message = fails(|| drop(output.assert_code(0)));
    for part in [
        "expected exit code 0",
        "$ sh -c",
        "exit status: 3",
        "out",
        "err",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn an_unknown_part_cannot_be_needed() {
    assert!(fails(|| _ = need("a part that is not there")).contains("no part is called"));
}

#[test]
fn the_small_tools_are_here() {
    for (part, line) in [("strace", "--version"), ("expect", "-v")] {
        if need(part) {
            let _ = World::new().program(part, &[line]).run().assert_code(0);
        }
    }
}
