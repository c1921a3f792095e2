//! Worlds, and the programs that run in them.

use std::io::Write;
use std::thread;
use std::time::Duration;

use super::fails::fails;
use crate::harness::{World, need, until};

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
fn a_hanging_program_is_killed_with_all_it_started() {
    let world = World::new();
    let started = world.folder("HOME").join("started");
    let script = "sleep 600 & echo $! > started; echo waiting; wait";
    let message = fails(|| {
        drop(
            world
                .program("sh", &["-c", script])
                .timeout(Duration::from_millis(500))
                .run(),
        )
    });
    assert!(
        message.contains("did not end within 500ms") && message.contains("waiting"),
        "{message}"
    );
    let child = std::fs::read_to_string(started).unwrap();
    gone(child.trim());
}

#[test]
fn a_dropped_program_is_killed() {
    let world = World::new();
    let running = world.program("sleep", &["600"]).spawn();
    let id = running.id().to_string();
    drop(running);
    gone(&id);
}

#[test]
fn a_program_that_ended_keeps_its_number_until_what_it_started_is_ended() {
    use crate::harness::group::Group;
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "sleep 600 & echo $!"]);
    let mut group = Group::start(command.stdout(std::process::Stdio::piped())).unwrap();
    let mut child = String::new();
    let stdout = group.pipes().1.unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut child).unwrap();
    until("its end", || group.leader_has_ended().then_some(()));
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", group.id())).unwrap();
    assert!(stat.contains(" Z "), "{stat}");
    assert_eq!(group.alive(), 1, "the one that it started");
    assert!(group.end().success());
    gone(child.trim());
}

/// Set for a run of [`a_program_and_a_daemon_of_another_run`]: how that run ends.
const END: &str = "IGCONNECT_TESTS_END";

/// A run of tests to look at from outside. On its own it does nothing.
#[test]
#[allow(clippy::print_stderr, reason = "the other run reads it")]
fn a_program_and_a_daemon_of_another_run() {
    let Ok(end) = std::env::var(END) else {
        return;
    };
    let world: &World = Box::leak(Box::new(World::new()));
    let script = "setsid sleep 600 & daemon=$!; sleep 600 & echo $$ $! $daemon; wait";
    let mut running = world.program("sh", &["-c", script]).spawn();
    let line = running.stdout_line("its numbers", |_| true);
    writeln!(std::io::stderr(), "STARTED {line}").unwrap();
    match &*end {
        "by a signal" => thread::sleep(Duration::from_secs(600)),
        "by a failure" => panic!("as it should"),
        // As a server is that a thread without an end holds.
        _ => std::mem::forget(running),
    }
}

#[test]
fn programs_end_with_the_run_however_that_ends() {
    for end in ["by a signal", "by a failure", "with a leak"] {
        let world = World::new();
        let inner = "harness_works::processes::a_program_and_a_daemon_of_another_run";
        let tests = std::env::current_exe().unwrap();
        let run = world.program(tests, &["--exact", inner, "--nocapture"]);
        let mut run = run.env(END, end).spawn();
        let line = run.stderr_line("what it started", |line| line.starts_with("STARTED"));
        if end == "by a signal" {
            run.signal(rustix::process::Signal::KILL);
        }
        let _ = run.finish();
        let started: Vec<_> = line.split(' ').skip(1).collect();
        assert_eq!(started.len(), 3, "{line}");
        started.into_iter().for_each(gone);
    }
}

#[test]
fn a_daemon_ends_with_its_world() {
    let world = World::new();
    let script = "setsid sleep 600 >/dev/null 2>&1 & echo $!";
    let output = world.program("sh", &["-c", script]).run().assert_code(0);
    drop(world);
    gone(output.stdout().trim());
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
fn output_held_by_a_child_is_a_failure() {
    let world = World::new();
    let run = world
        .program("sh", &["-c", "sleep 600 & exit 0"])
        .timeout(Duration::from_millis(500));
    assert!(fails(|| drop(run.run())).contains("still holds its output"));
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

/// Waits for the end of a process, by its number. A zombie has ended.
fn gone(id: &str) {
    until("the end of a process", || {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else {
            return Some(());
        };
        stat.rsplit(')')
            .next()
            .unwrap()
            .trim_start()
            .starts_with('Z')
            .then_some(())
    });
}
