//! Programs end with the test, the world and the run that started them.

use super::fails::fails;
use crate::harness::{World, until};
use std::io::Write;
use std::thread;
use std::time::Duration;

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
        let inner = "harness_works::ends::a_program_and_a_daemon_of_another_run";
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
fn output_held_by_a_child_is_a_failure() {
    let world = World::new();
    let run = world
        .program("sh", &["-c", "sleep 600 & exit 0"])
        .timeout(Duration::from_millis(500));
    assert!(fails(|| drop(run.run())).contains("still holds its output"));
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
