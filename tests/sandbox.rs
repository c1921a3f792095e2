//! `sandbox`, and the data of each sandbox: apart from the others and from the real one.

#[cfg(unix)]
use rustix::process::Signal;

use crate::harness::login::Login;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::process::Running;
use crate::harness::{World, assert_snapshot};

/// A sandbox on a port of its own, and its address.
fn sandbox_at(world: &World, arguments: &[&str]) -> (Running, String) {
    let command = [&["sandbox"], arguments].concat();
    let mut running = world.command(&command).spawn();
    let line = running.stderr_line("its address", |line| line.contains("IGCONNECT_INSTAGRAM"));
    let address = line.split('=').nth(1).unwrap();
    let address = address.trim().trim_matches('"'); // as PowerShell quotes it
    let address = address.split_whitespace().next().unwrap().to_owned();
    (running, address)
}

/// Logs in to a sandbox as its usual person.
#[track_caller]
fn login(world: &World, address: &str) {
    let login = world
        .command(&["login", "--no-browser", "--port", "0"])
        .env("IGCONNECT_INSTAGRAM", address)
        .env("IGCONNECT_SANDBOX_APP_ID", igconnect::sandbox::APP_ID)
        .env(
            "IGCONNECT_SANDBOX_APP_SECRET",
            igconnect::sandbox::APP_SECRET,
        );
    let login = Login::waiting(world, login);
    login.agree();
    let _ = login.finish().assert_code(0);
}

fn list(world: &World, address: &str) -> String {
    let run = world.command(&["list"]).env("IGCONNECT_INSTAGRAM", address);
    run.run().assert_code(0).stdout().to_owned()
}

#[test]
fn the_sandbox_works_on_a_system_without_trusted_certificates() {
    let world = World::new();
    let none = world.given("none.pem", "");
    world.set_env("SSL_CERT_FILE", none);
    world.connect();
}

#[test]
fn other_commands_reach_a_running_sandbox() {
    let world = World::new();
    let (_sandbox, address) = sandbox_at(&world, &[]);
    login(&world, &address);
    let command = |arguments: &[&str]| {
        world
            .command(arguments)
            .env("IGCONNECT_INSTAGRAM", &address)
    };
    let status = command(&["status", "--verify"]).run().assert_code(0);
    assert!(
        status.stdout().starts_with("@wreckshop.records"),
        "{}",
        status.report()
    );
    let token = command(&["token"]).prints_a_secret().run().assert_code(0);
    assert!(token.stdout().starts_with("IGAA"));
    let _ = command(&["refresh"]).run().assert_code(0);
    let _ = command(&["disconnect", "--yes"]).run().assert_code(0);
}

#[cfg(unix)] // asks for real tokens, in what is the Credential Manager of this user on Windows
#[test]
fn worlds_see_nothing_of_each_other() {
    let world = World::new();
    let (first, second) = (sandbox_at(&world, &[]), sandbox_at(&world, &[]));
    login(&world, &first.1);
    world.connect_two();
    assert_eq!(list(&world, &first.1).lines().count(), 1);
    assert_eq!(list(&world, &second.1), "");
    assert_eq!(world.sandbox(&["list"]).run().stdout().lines().count(), 2);
    assert_eq!(
        world.command(&["list"]).run().stdout(),
        "",
        "the real world"
    );
    for command in [
        &["token"][..],
        &["status"],
        &["refresh"],
        &["disconnect", "--yes"],
        &["run", "--", "true"],
    ] {
        let _ = world
            .command(command)
            .run()
            .assert_fails(4)
            .assert_says("no account is connected");
        let other = world.command(command).env("IGCONNECT_INSTAGRAM", &second.1);
        let _ = other.run().assert_fails(4);
    }
    let _ = world
        .sandbox(&["disconnect", "--all", "--yes"])
        .run()
        .assert_code(0);
    assert_eq!(
        list(&world, &first.1).lines().count(),
        1,
        "the other world keeps its account"
    );
}

#[cfg(unix)]
#[test]
fn a_sandbox_that_ended_is_an_unreachable_instagram() {
    let world = World::new();
    let (sandbox, address) = sandbox_at(&world, &[]);
    login(&world, &address);
    sandbox.signal(Signal::INT);
    let _ = sandbox.finish().assert_code(0);
    let command = |arguments: &[&str]| {
        world
            .command(arguments)
            .env("IGCONNECT_INSTAGRAM", &address)
            .run()
    };
    let _ = command(&["refresh"])
        .assert_fails(3)
        .assert_says("Instagram cannot be reached");
    let _ = command(&["status"]).assert_code(0);
    let revoke = command(&["disconnect", "--yes", "--revoke"]).assert_code(0);
    assert!(
        revoke
            .stdout()
            .contains("it is unknown whether the token was revoked")
    );
}

#[cfg(unix)]
#[test]
fn a_sandbox_ends_well_by_every_signal() {
    let world = World::new();
    for (signal, code) in [(Signal::INT, 0), (Signal::TERM, 0), (Signal::HUP, 0)] {
        let (sandbox, _) = sandbox_at(&world, &["--port", "0"]);
        sandbox.signal(signal);
        let _ = sandbox.finish().assert_code(code);
    }
}

#[test]
fn a_taken_port_is_named() {
    let world = World::new();
    let (_sandbox, address) = sandbox_at(&world, &[]);
    let port = address.rsplit(':').next().unwrap();
    let output = world
        .command(&["sandbox", "--port", port])
        .run()
        .assert_fails(9);
    let _ = output.assert_says(&format!("port {port} is not available"));
}

#[test]
fn only_a_bare_loopback_address_replaces_instagram() {
    let world = World::new();
    for address in [
        "https://graph.instagram.com",
        "http://graph.instagram.com",
        "http://127.0.0.1.evil.example:80",
        "http://127.0.0.1@evil.example",
        "http://evil.example#@127.0.0.1",
        "http://evil.example?127.0.0.1",
        "http://localhost:8080",
        "http://localhost.evil.example:8080",
        "http://10.0.0.1:8080",
        "http://0.0.0.0:8080",
        "http://[::]:8080",
        "http://[::ffff:10.0.0.1]:8080",
        "http://169.254.169.254",
        "http://user:password@127.0.0.1:8080",
        "http://127.0.0.1:8080/v25.0",
        "http://127.0.0.1:8080/?x=1",
        "http://127.0.0.1:8080/#x",
        "https://127.0.0.1:8080",
        "ftp://127.0.0.1:8080",
        "file:///etc/passwd",
        "data:,http://127.0.0.1:8080",
        "127.0.0.1:8080",
        "http://127.0.0.1:99999",
        "http://",
        " ",
        "http://127.0.0.1:80\u{202e}",
        "http://127。0。0。2.evil.example",
    ] {
        for command in [
            &["list"][..],
            &["status"],
            &["token"],
            &["refresh", "--all"],
            &["login", "--port", "0"],
        ] {
            let run = world
                .command(command)
                .env("IGCONNECT_INSTAGRAM", address)
                .run();
            let _ = run
                .assert_fails(2)
                .assert_says("error: IGCONNECT_INSTAGRAM ");
        }
    }
    let both = world
        .command(&["list"])
        .env("IGCONNECT_INSTAGRAM", "http://127.0.0.1:9")
        .env("IGCONNECT_SANDBOX", "1");
    let _ = both
        .run()
        .assert_fails(2)
        .assert_says("cannot be used together");
}

#[test]
fn the_variable_does_what_the_flag_does() {
    let world = World::new();
    let login = world
        .command(&["login", "--port", "0"])
        .env("IGCONNECT_SANDBOX", "1");
    let _ = login.run().assert_code(0);
    assert_eq!(world.sandbox(&["list"]).run().stdout().lines().count(), 1);
    let down = world
        .command(&["status", "--verify"])
        .env("IGCONNECT_SANDBOX", "1")
        .env("IGCONNECT_SCENARIO", "down");
    let _ = down.run().assert_code(3);
    let off = world
        .command(&["list"])
        .env("IGCONNECT_SANDBOX", "0")
        .run()
        .assert_code(0);
    assert_eq!(off.stdout(), "");
}

#[cfg(unix)]
#[test]
fn every_scenario_is_listed_with_what_happens_in_it() {
    let world = World::new();
    let list = world.command(&["sandbox", "--list"]).run().assert_code(0);
    let named: String = (list.stdout().lines())
        .filter(|line| !line.starts_with("answer:"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_snapshot("sandbox-list.txt", &named);
    let json = world
        .command(&["sandbox", "--list", "--json"])
        .run()
        .assert_code(0)
        .json();
    let scenarios = json["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), list.stdout().lines().count());
    assert_eq!(scenarios[0]["name"], "agrees");
    for arguments in [
        &["--scenario", "agree"][..],
        &["--scenario", ""],
        &["--scenario", "Agrees"],
    ] {
        let _ = world
            .command(&[&["sandbox"], arguments].concat())
            .run()
            .assert_fails(2)
            .assert_says("no such scenario");
    }
    if need("expect") {
        let table = world
            .on_a_terminal(&["sandbox", "--list"], &[])
            .run()
            .assert_code(0);
        assert!(
            table
                .stdout()
                .lines()
                .all(|line| line.trim_end().chars().count() <= 100)
        );
    }
}
