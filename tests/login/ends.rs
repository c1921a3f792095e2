//! Every way a login can end without an account, and that nothing of it is left.

use std::net::TcpListener;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::process::Signal;

use super::people::{accounts, assert_nothing_stored};
#[cfg(unix)]
use crate::harness::SecretService;
use crate::harness::login::{Login, assert_port_gets_free};
use crate::harness::{World, until};

/// The time a login waits for its answer is five minutes: what ends this soon did not wait, on however slow a machine.
const LONG_BEFORE_THE_TIMEOUT: Duration = Duration::from_secs(120);

#[cfg(unix)]
#[test]
fn an_answer_that_never_comes_ends_at_the_deadline() {
    let world = World::new();
    let mut login = Login::in_sandbox(&world, &["--timeout", "1s"]);
    let port = login.port();
    assert!(login.running().alive() > 0);
    until("the end of it and all it started", || {
        (login.running().alive() == 0).then_some(())
    });
    let output = login.finish().assert_code(8);
    assert!(
        (Duration::from_secs(1)..LONG_BEFORE_THE_TIMEOUT).contains(&output.took()),
        "{}",
        output.report()
    );
    assert!(output.stderr().contains("no answer came within 1 second"));
    // What to check, where the browser stayed at Instagram.
    output.assert_warns("/callback is often not registered in the Meta app");
    output.assert_warns("tester invitation");
    output.assert_warns("igconnect help setup");
    assert_port_gets_free(port);
    assert_nothing_stored(&world);
}

#[test]
fn a_browser_that_never_came_is_named() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &["--timeout", "1s"]);
    let output = login.finish().assert_code(8);
    output.assert_warns("no browser visited the login");
    output.assert_warns("igconnect --sandbox login --no-browser");
}

#[cfg(unix)]
#[test]
fn a_signal_while_waiting_ends_cleanly_and_at_once() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 143)] {
        let world = World::new();
        let mut login = Login::in_sandbox(&world, &[]);
        let port = login.port();
        let sent = Instant::now();
        login.running().signal(signal);
        let output = login.finish().assert_code(code);
        assert!(
            sent.elapsed() < LONG_BEFORE_THE_TIMEOUT,
            "{}",
            output.report()
        );
        output.assert_never_warns("panicked");
        assert_port_gets_free(port);
        assert_nothing_stored(&world);
    }
}

#[cfg(unix)]
#[test]
fn stopped_and_continued_a_login_goes_on() {
    let world = World::new();
    let mut login = Login::in_sandbox(&world, &[]);
    login.running().signal(Signal::TSTP);
    login.running().signal(Signal::CONT);
    login.agree();
    let _ = login.finish().assert_code(0);
    assert_eq!(accounts(&world).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_crashed_login_leaves_no_core_dump() {
    let world = World::new();
    let shell = |line: &str| world.program("sh", &["-c", &format!("ulimit -c unlimited; {line}")]);
    if !shell("kill -ABRT $$").run().left_a_core() {
        // This machine writes no core dump.
        return;
    }
    // Not QUIT, which is ignored behind the `&` of a shell, nor SEGV, which Rust takes for its own.
    for signal in [Signal::ABORT, Signal::TRAP] {
        let binary = world.binary().display();
        let login = shell(&format!(
            "exec {binary} --sandbox login --port 0 --browser true"
        ));
        let mut login = Login::waiting(&world, login);
        login.running().signal(signal);
        let output = login.finish().assert_code(128 + signal.as_raw());
        assert!(!output.left_a_core(), "{}", output.report());
    }
}

#[cfg(unix)]
#[test]
fn a_killed_login_leaves_nothing_half() {
    let world = World::new();
    let mut login = Login::in_sandbox(&world, &[]);
    let port = login.port();
    login.running().signal(Signal::KILL);
    let _ = login.finish().assert_code(137);
    assert_port_gets_free(port);
    assert_nothing_stored(&world);
    let again = ["--sandbox", "login", "--port", "0"];
    let _ = world.command(&again).run().assert_code(0);
    assert_eq!(accounts(&world).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_taken_port_is_named_and_no_browser_starts() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let world = World::new();
        let opened = world.folder("TMPDIR").join("opened");
        world.script(
            "a-browser",
            &format!("#!/bin/sh\ntouch {}\n", opened.display()),
        );
        let held = TcpListener::bind(address).unwrap();
        let port = held.local_addr().unwrap().port().to_string();
        let arguments = [
            "--sandbox",
            "login",
            "--browser",
            "a-browser",
            "--port",
            &port,
        ];
        let output = world.command(&arguments).run().assert_code(9);
        output.assert_warns(&format!("port {port} is taken"));
        output.assert_warns("--port");
        assert!(!opened.exists(), "a browser was started");
        assert_nothing_stored(&world);
    }
}

#[test]
fn a_second_login_on_the_same_port_fails_and_the_first_continues() {
    let world = World::new();
    let first = Login::in_sandbox(&world, &[]);
    let port = first.port().to_string();
    let second = ["--sandbox", "login", "--port", &port, "--json"];
    let output = world.command(&second).run().assert_code(9);
    assert_eq!(output.json()["error"]["code"], "busy");
    assert_eq!(output.json()["error"]["exit"], 9);
    assert!(first.agree().text().contains("is connected.</h1>"));
    let _ = first.finish().assert_code(0);
}

#[test]
fn two_logins_on_two_ports_each_take_their_own_answer_alone() {
    let world = World::new();
    let one = Login::in_sandbox(&world, &["--as", "one"]);
    let two = Login::in_sandbox(&world, &["--as", "two"]);
    let stray = one.redirect_uri();
    let answer = two.answer();
    let mut crossed = stray.clone();
    crossed.set_query(answer.query());
    assert_eq!(one.visitor().get(&crossed).status(), 400);
    assert_eq!(two.visitor().visit(&answer).status(), 200);
    let _ = two.finish().assert_code(0);
    assert_eq!(one.agree().status(), 200);
    let _ = one.finish().assert_code(0);
}

#[test]
fn denied_in_the_browser_says_so_in_both_places() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &["--scenario", "denies"]);
    let page = login.agree();
    assert!(page.text().contains("<h1>Access denied.</h1>"));
    let output = login.finish().assert_code(8);
    assert!(
        output
            .stderr()
            .contains("error: access was denied in the browser")
    );
    assert_nothing_stored(&world);
}

#[test]
fn a_page_without_a_way_back_ends_with_what_it_says() {
    for (scenario, said) in [
        ("personal-account", "only professional accounts"),
        ("insufficient-role", "no accepted role"),
        ("facebook-app-id", "not the Instagram App ID"),
        ("no-tester-role", "Instagram Tester"),
        ("wrong-secret", "App Secret"),
    ] {
        let world = World::new();
        let arguments = ["--sandbox", "login", "--port", "0", "--scenario", scenario];
        let output = world.command(&arguments).run().assert_code(8);
        output.assert_warns(said);
        assert_nothing_stored(&world);
    }
}

#[test]
fn a_network_failure_stores_nothing_and_says_when_to_try_again() {
    for scenario in [
        "rate-limited",
        "app-limit",
        "down",
        "html",
        "garbled",
        "redirect",
        "huge",
    ] {
        let world = World::new();
        let arguments = [
            "--sandbox",
            "login",
            "--port",
            "0",
            "--scenario",
            scenario,
            "--json",
        ];
        let output = world.command(&arguments).run().assert_code(3);
        let error = &output.json()["error"];
        assert_eq!(error["code"], "trouble");
        assert!(error["message"].is_string() && error["hint"].is_string());
        assert_nothing_stored(&world);
    }
}

#[cfg(unix)]
#[test]
fn in_the_real_world_nothing_begins_without_an_app_or_with_a_store_that_is_none() {
    let world = World::new();
    let output = world.command(&["login"]).run().assert_code(2);
    for next in [
        "no Meta app is set up",
        "igconnect app add",
        "igconnect --sandbox login",
    ] {
        assert!(
            output.stderr().contains(next),
            "{next}: {}",
            output.report()
        );
    }
    world.set_env("IGCONNECT_APP_ID", "1029384756102938");
    let output = world
        .command(&["login"])
        .env("IGCONNECT_STORE", "file")
        .run();
    let output = output.assert_code(2);
    output.assert_warns("plain file");
    let any_port = ["login", "--port", "0"];
    let output = world.command(&any_port).run().assert_code(2);
    output.assert_warns("registered");
    // Where no keyring is, a real token has no place, and so none is asked for.
    let _ = world.command(&["login"]).run().assert_code(6);
    let Some(_keyring) = SecretService::start(&world) else {
        return;
    };
    let output = world.command(&["login"]).run().assert_code(2);
    output.assert_warns("IGCONNECT_APP_SECRET");
    assert!(!world.folder("XDG_DATA_HOME").join("igconnect").exists());
}

#[cfg(unix)]
#[test]
fn no_account_is_connected_when_the_keyring_stops_during_the_consent() {
    let world = World::new();
    let Some(mut keyring) = SecretService::start(&world) else {
        return;
    };
    let login = Login::in_sandbox(&world, &[]);
    let answer = login.answer();
    keyring.kill();
    assert!(
        login
            .visitor()
            .visit(&answer)
            .text()
            .contains("<h1>Login not finished.</h1>")
    );
    let _ = login.finish().assert_code(6);
    assert_eq!(accounts(&world), Vec::<serde_json::Value>::new());
}
