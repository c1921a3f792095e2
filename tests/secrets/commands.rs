//! No command gives a secret away, at any verbosity.

use std::collections::BTreeSet;
use std::fs;

use super::setup::{VOICES, assert_no_leaks, watch_tokens};
use crate::harness::accounts::LINA;
use crate::harness::{Canaries, World};

#[test]
fn no_command_prints_a_secret_at_any_verbosity() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let secret = canaries.make_app_secret();
    let mut known = BTreeSet::new();
    world.connect_two();
    watch_tokens(&world, &mut canaries, &mut known);
    // The log is on standard error, which is searched.
    world.set_env("IGCONNECT_LOG", "trace");
    world.set_env(
        "IGCONNECT_SEAL_KEY_FILE",
        world.given("seal", "").with_file_name("seal.key"),
    );
    let commands: [&[&str]; 26] = [
        &["store", "show"],
        &["store", "check", "--all"],
        &["store", "move", "--to", "sealed", "--all", "--dry-run"],
        &["store", "move", "--to", "sealed", "--all", "--yes"],
        &["store", "move", "--to", "file", "--all", "--yes"],
        &["history"],
        &["history", "--all", "--since", "30d"],
        &["history", "--all", "--format", "csv"],
        &["status"],
        &["status", "--all"],
        &["status", "--verify"],
        &["status", "--verify", "--scenario", "app-removed"],
        &["list"],
        &["refresh", "--dry-run", "--all"],
        &["refresh", "--all", "--force"],
        &["token", "@unknown"],
        &["run", LINA, "--", "true"],
        &["run", LINA, "--", "/no/such/program"],
        &["use", LINA],
        &["app", "list"],
        &["app", "add", "--id", "1029384756102938"],
        &["login", "--port", "0", "--app", "default"],
        &[
            "login",
            "--port",
            "0",
            "--scenario",
            "denies",
            "--app",
            "default",
        ],
        &["app", "remove", "default"],
        &["disconnect"],
        &["sandbox", "--list"],
    ];
    for voice in VOICES {
        for command in commands {
            let output = world
                .sandbox(&[voice, command].concat())
                .env("IGCONNECT_SANDBOX_APP_SECRET", &secret)
                .env("RUST_LOG", "trace")
                .env("RUST_BACKTRACE", "full")
                .run();
            assert!(
                output.stderr().contains("\"event\":\"begin\""),
                "nothing was logged\n{}",
                output.report()
            );
            output.assert_never_warns("a bug in igconnect");
            watch_tokens(&world, &mut canaries, &mut known);
        }
    }
    // Retries take long, so these run at the two most verbose levels only.
    for scenario in [
        "down",
        "garbled",
        "checkpoint",
        "answer:me_err_cannot_parse",
    ] {
        for voice in [&["-vv"][..], &["--json", "-vv"]] {
            let refresh = ["--scenario", scenario, "refresh", LINA];
            let output = world.sandbox(&[voice, &refresh].concat()).run();
            assert_ne!(output.code(), 0, "{}", output.report());
        }
    }
    // A log in a file is searched with all other files.
    let log = world.folder("HOME").join("igconnect.log");
    for command in commands {
        let run = world.sandbox(&[&["-vv"], command].concat());
        let run = run.env("IGCONNECT_LOG", format!("trace,{}", log.display()));
        let _ = run.env("IGCONNECT_SANDBOX_APP_SECRET", &secret).run();
        watch_tokens(&world, &mut canaries, &mut known);
    }
    let logged = fs::read_to_string(&log).unwrap();
    assert!(logged.matches("\"event\":\"begin\"").count() >= commands.len());
    for voice in VOICES {
        world.connect_two();
        watch_tokens(&world, &mut canaries, &mut known);
        let _ = world
            .sandbox(&[voice, &["token", LINA]].concat())
            .prints_a_secret()
            .run()
            .assert_code(0);
        let _ = world
            .sandbox(&[voice, &["disconnect", LINA, "--yes", "--revoke"]].concat())
            .run()
            .code();
    }
    assert_no_leaks(&world, &canaries);
}
