//! A clock that is years off: nothing panics, nothing is lost, health is never guessed, and no living token is condemned
//! where a server can say what time it is.

use std::thread;

use crate::harness::Output;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::Login;
use crate::harness::{World, need};

#[track_caller]
fn calm(output: Output) -> Output {
    let said = output.stderr();
    let calm = !said.contains("panic") && !said.contains("a bug in igconnect");
    assert!(calm && output.code() != 101, "{}", output.report());
    output
}

/// Far behind, before what was recorded, and far ahead; with the codes of `status` and `token`. Before 1970 the sandbox
/// does not start.
const CLOCKS: [(&str, i32, i32); 7] = [
    ("@1969-12-31 00:00:00", 3, 7),
    ("@1970-01-01 00:00:05", 3, 3),
    ("@2001-01-01 00:00:00", 3, 3),
    ("@2038-01-19 03:14:06", 4, 4),
    ("@2106-02-07 06:28:14", 4, 4),
    ("@2300-01-01 00:00:00", 4, 4),
    ("@9999-12-29 00:00:00", 4, 4),
];

#[test]
fn no_clock_causes_a_panic_a_guess_or_a_lost_token() {
    if !need("faketime") {
        return;
    }
    // The sandbox is within the program and has the same clock, so no better one is known.
    thread::scope(|scope| {
        for (clock, status, token) in CLOCKS {
            scope.spawn(move || {
                let world = World::new();
                world.connect();
                let before = world.secrets();
                let run = |command: &[&str]| {
                    calm(
                        world
                            .at_clock(clock, &[&["--sandbox"], command].concat())
                            .run(),
                    )
                };
                let _ = run(&["token"]).assert_code(token);
                let _ = run(&["run", "--", "true"]).assert_code(token);
                let (state, reason) = match status {
                    3 => (
                        "unverified",
                        "this machine's clock is behind Instagram's last answer",
                    ),
                    _ => ("expired", "the token expired"),
                };
                let status = run(&["status", "--json"]).assert_code(status).json();
                assert_eq!(status["accounts"][0]["state"], state, "{clock}");
                assert_eq!(status["accounts"][0]["reason"], reason, "{clock}");
                let _ = run(&["list"]).assert_code(0);
                for command in [&["refresh", "--force"][..], &["status", "--verify"]] {
                    let code = run(command).code();
                    assert!([0, 3, 4, 7].contains(&code), "{clock} {command:?} {code}");
                }
                assert_eq!(world.secrets(), before, "{clock}");
                // Later the clock is right again.
                let _ = world.sandbox(&["refresh"]).run().assert_code(0);
                assert_eq!(world.state("@wreckshop.records"), "connected", "{clock}");
            });
        }
    });
}

#[test]
fn a_login_under_any_clock_succeeds_or_says_why_it_failed() {
    if !need("faketime") {
        return;
    }
    thread::scope(|scope| {
        for (clock, ..) in CLOCKS {
            scope.spawn(move || {
                let world = World::new();
                let login = ["--sandbox", "--quiet", "login", "--port", "0"];
                let output = calm(world.at_clock(clock, &login).run());
                assert!([0, 7].contains(&output.code()), "{}", output.report());
                assert_eq!(output.code() == 0, !world.secrets().is_empty(), "{clock}");
            });
        }
    });
}

/// A world with a due account, and an Instagram with the right time.
fn connected(world: &World) -> SandboxBehindFront {
    let instagram = SandboxBehindFront::start(world, "backdated");
    let login = ["login", "--port", "0", "--browser", "true"];
    let login = Login::waiting(world, world.command(&login));
    let _ = login.agree();
    let _ = login.finish().assert_code(0);
    instagram
}

#[test]
fn a_clock_ahead_makes_no_valid_token_expire() {
    if !need("faketime") {
        return;
    }
    let world = World::new();
    let instagram = connected(&world);
    let ahead = |command: &[&str]| calm(world.at_clock("+400d", command).run());
    // Offline only this clock is known.
    let _ = ahead(&["status"]).assert_code(4);
    let asked = instagram.front.asked().len();
    let refreshed = ahead(&["refresh"]).assert_code(0);
    refreshed.assert_prints("refreshed, valid");
    let _ = refreshed.assert_says("days ahead; set it");
    let first = &instagram.front.asked()[asked];
    assert!(first.line.starts_with("HEAD / "), "{}", first.line);
    assert!(!first.request.contains("IGAA"), "the time costs no token");
    let verified = ahead(&["status", "--verify", "--json"]).assert_code(0);
    assert_eq!(verified.json()["accounts"][0]["state"], "connected");
    for command in [&["token"][..], &["run", "--", "true"]] {
        let _ = ahead(command).assert_code(0);
    }
    let doctor = ahead(&["doctor"]);
    doctor.assert_prints(" days ahead");
    let _ = world.command(&["status"]).run().assert_code(0);
}

#[test]
fn a_clock_behind_leaves_a_token_unverified() {
    if !need("faketime") {
        return;
    }
    let world = World::new();
    let instagram = connected(&world);
    let behind = |command: &[&str]| calm(world.at_clock("-400d", command).run());
    let _ = behind(&["status"]).assert_code(3);
    let refreshed = behind(&["refresh"]).assert_code(0);
    let _ = refreshed.assert_says("days behind; set it");
    let _ = behind(&["token"]).assert_code(0);
    let _ = behind(&["status", "--verify"]).assert_code(0);
    drop(instagram);
    let _ = behind(&["token"])
        .assert_fails(3)
        .assert_says("Set the clock");
    let _ = behind(&["status"]).assert_code(3);
}

#[test]
fn a_token_expired_by_the_clock_of_the_server_is_not_sent() {
    let world = World::new();
    let instagram = connected(&world);
    let port = instagram.front.port();
    world.database_of(port).expire_in(-60);
    let asked = instagram.front.asked().len();
    for command in [&["refresh"][..], &["token"]] {
        let output = world.command(command).run().assert_fails(4);
        let _ = output.assert_says("the token expired");
    }
    for asked in &instagram.front.asked()[asked..] {
        assert!(asked.line.starts_with("HEAD / "), "{}", asked.line);
    }
}

#[test]
fn a_clock_that_is_set_while_a_login_waits_changes_nothing() {
    if !need("faketime") {
        return;
    }
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let preload = world.clock_library();
    for jump in ["+90d", "-3000d"] {
        let clock = world.given("clock", "+0");
        let login = world
            .command(&[
                "login",
                "--port",
                "0",
                "--browser",
                "true",
                "--timeout",
                "50s",
            ])
            .env("LD_PRELOAD", &preload)
            .env("FAKETIME_TIMESTAMP_FILE", &clock)
            .env("FAKETIME_NO_CACHE", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let login = Login::waiting(&world, login);
        std::fs::write(&clock, jump).expect("the clock's file");
        let _ = login.agree();
        let _ = calm(login.finish()).assert_code(0);
        let status = world.command(&["status"]).run().assert_code(0);
        status.assert_prints("connected, 60 days left");
    }
}
