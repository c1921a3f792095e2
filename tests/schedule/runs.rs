//! A scheduled refresh: what is reported to the `on_failure` command, and what waits for the next run.

use std::path::PathBuf;

use rustix::process::Signal;
use serde_json::Value;

use super::setup::{status, world};
use crate::harness::Output;
use crate::harness::database::{DAY, now};
use crate::harness::{World, until};

/// As the scheduler runs it.
fn run_in(world: &World, scenario: &str) -> Output {
    let line = [
        "--scenario",
        scenario,
        "refresh",
        "--all",
        "--quiet",
        "--scheduled",
    ];
    world.sandbox(&line).run()
}

/// A command that keeps what it hears, and ends with `code`.
fn listens(world: &World, code: u8) -> PathBuf {
    let heard = world.folder("HOME").join("heard");
    let script = format!(
        "#!/bin/sh\nenv | grep IGCONNECT_TOKEN && exit 99\ncat >> '{}'\nexit {code}\n",
        heard.display()
    );
    let script = world.script("listen", &script);
    configure(world, &format!("on_failure = [{script:?}, 'two words']\n"));
    heard
}

fn configure(world: &World, text: &str) {
    std::fs::write(world.sandbox_folder().join("config.toml"), text).unwrap();
}

fn days_left(world: &World, days: i64) {
    world.database().change(|account| {
        account.issued_at = Some(now() - (60 - days) * DAY);
        account.expires_at = Some(now() + days * DAY + 3600);
    });
}

#[track_caller]
fn assert_quiet(output: Output) {
    let output = output.assert_code(0);
    assert_eq!(
        (output.stdout(), output.stderr()),
        ("", ""),
        "a letter for nothing"
    );
}

#[test]
fn temporary_trouble_is_reported_in_the_last_week() {
    let world = world();
    world.connect();
    let heard = listens(&world, 0);
    assert_quiet(run_in(&world, "agrees"));
    let last = status(&world)["last_run"].clone();
    assert_eq!((&last["exit"], &last["message"]), (&0.into(), &Value::Null));

    for days in [59, 9, 7] {
        days_left(&world, days);
        assert_quiet(run_in(&world, "down"));
        let last = status(&world)["last_run"].clone();
        assert_eq!(
            (&last["exit"], &last["reported"]),
            (&3.into(), &false.into()),
            "{days}"
        );
        assert!(
            last["message"]
                .as_str()
                .unwrap()
                .contains("@wreckshop.records"),
            "{last}"
        );
    }
    assert!(!heard.exists());

    days_left(&world, 6);
    let _ = run_in(&world, "down")
        .assert_code(3)
        .assert_says("@wreckshop.records");
    assert_eq!(status(&world)["last_run"]["reported"], true);
    let shown: Value = serde_json::from_slice(&std::fs::read(&heard).unwrap()).unwrap();
    assert_eq!(shown["accounts"][0]["outcome"], "failed");
    assert_eq!(shown["accounts"][0]["error"]["exit"], 3);
}

#[test]
fn trouble_that_needs_a_person_is_reported_at_each_run() {
    let world = world();
    world.connect();
    let heard = listens(&world, 0);
    for times in 1..=2 {
        let _ = run_in(&world, "revoked")
            .assert_code(4)
            .assert_says("@wreckshop.records");
        let text = std::fs::read_to_string(&heard).unwrap();
        let shown = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let codes: Vec<_> = shown
            .map(|one| one.unwrap()["accounts"][0]["error"]["exit"].clone())
            .collect();
        assert_eq!(codes, vec![Value::from(4); times]);
    }
    // A run by hand does not call it: the person sees the failure.
    let line = ["--scenario", "revoked", "refresh", "--all"];
    let _ = world.sandbox(&line).run().assert_code(4);
    assert_eq!(
        std::fs::read_to_string(&heard)
            .unwrap()
            .matches("schema")
            .count(),
        2
    );
}

#[test]
fn a_failure_of_the_whole_run_is_reported_as_one_document() {
    let world = world();
    world.connect();
    let heard = listens(&world, 0);
    let line = ["refresh", "--all", "--quiet", "--scheduled"];
    let run = world
        .sandbox(&line)
        .env("IGCONNECT_API_VERSION", "nonsense");
    let _ = run
        .run()
        .assert_code(2)
        .assert_says("IGCONNECT_API_VERSION");
    let shown: Value = serde_json::from_slice(&std::fs::read(&heard).unwrap()).unwrap();
    assert_eq!(shown["error"]["exit"], 2);
}

#[test]
fn a_failing_or_missing_on_failure_command_leaves_the_exit_code() {
    let world = world();
    world.connect();
    let _ = listens(&world, 3);
    let output = run_in(&world, "revoked").assert_code(4);
    let _ = output
        .assert_says("the command of on_failure failed: ")
        .assert_says("ended with code 3");
    for (text, words) in [
        (
            "on_failure = '/no/such/command at all'\n",
            "cannot be started",
        ),
        ("on_failure = 'mail | cat'\n", "no shell reads this"),
        ("on_failure = []\n", "the command is empty"),
    ] {
        configure(&world, text);
        let _ = run_in(&world, "revoked").assert_code(4).assert_says(words);
        // `schedule install` reports it before.
        let output = world
            .sandbox(&["schedule", "install", "--print", "--with", "cron"])
            .run();
        let _ = output.assert_fails(2).assert_says("on_failure");
    }
}

#[test]
fn a_hanging_on_failure_command_ends_with_igconnect() {
    let world = world();
    world.connect();
    let pid = world.folder("HOME").join("pid");
    let text = format!(
        "#!/bin/sh\nsleep 600 &\necho $! > '{0}.new'\nmv '{0}.new' '{0}'\nwait\n",
        pid.display()
    );
    let script = world.script("hang", &text);
    configure(
        &world,
        &format!("on_failure = {:?}\n", script.to_str().unwrap()),
    );
    let line = [
        "--scenario",
        "revoked",
        "refresh",
        "--all",
        "--quiet",
        "--scheduled",
    ];
    let running = world.sandbox(&line).spawn();
    let hanging = until("the command", || {
        std::fs::read_to_string(&pid)
            .ok()?
            .trim()
            .parse::<u32>()
            .ok()
    });
    running.signal(Signal::TERM);
    let _ = running.finish().assert_code(4);
    until("its end", || {
        let state = std::fs::read_to_string(format!("/proc/{hanging}/stat"));
        state
            .map_or(true, |state| state.contains(") Z "))
            .then_some(())
    });
}

#[test]
fn the_flag_is_for_all_accounts_alone_and_hidden() {
    let world = world();
    let _ = world
        .sandbox(&["refresh", "--scheduled"])
        .run()
        .assert_code(2);
    let help = world.command(&["refresh", "--help"]).run().assert_code(0);
    assert!(!help.stdout().contains("--scheduled"));
    // No account is connected: nothing to do is not a failure.
    assert_quiet(run_in(&world, "agrees"));
}

#[test]
fn the_variables_that_a_task_sets_are_those_of_its_run() {
    let world = world();
    let folder = world.folder("HOME").join("another place");
    let run = |set: &str| {
        let line = ["refresh", "--all", "--quiet", "--scheduled", "--set", set];
        world.sandbox(&line).run()
    };
    let set = format!("IGCONNECT_DATA_DIR={}", folder.display());
    assert_quiet(run(&set));
    let last_run = "worlds/sandbox/schedule-last-run.json";
    assert!(folder.join(last_run).exists());
    assert!(status(&world)["last_run"].is_null());
    // A secret would be in the list of processes.
    for wrong in ["IGCONNECT_TOKEN=canary", "PATH=/tmp", "NO_PROXY"] {
        let output = run(wrong).assert_code(2);
        let _ = output.assert_says("use NAME=VALUE");
    }
    // A variable that the run refuses.
    let _ = run("IGCONNECT_STORE=nowhere").assert_code(2);
}
