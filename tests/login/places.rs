//! Where the person sits: over SSH, in a container, in Windows' Linux, without IPv6, before a text browser, with a phone.

use std::process::Command;

use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::{Login, certificate};
use crate::harness::mode;
#[cfg(unix)]
use crate::harness::on_a_machine_of_its_own;

/// A login that finds no browser in an environment like this.
fn elsewhere(world: &World, environment: &[(&str, &str)], more: &[&str]) -> Login {
    let run = world.command(&[&["login", "--port", "0"], more].concat());
    let run = environment
        .iter()
        .fold(run, |run, (name, value)| run.env(*name, *value));
    Login::waiting(world, run)
}

fn says(environment: &[(&str, &str)], words: &[&str]) {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let login = elsewhere(&world, environment, &[]);
    assert_eq!(login.agree().status(), 200);
    let output = login.finish().assert_code(0);
    for words in words {
        assert!(
            output.stderr().contains(words),
            "no {words:?}\n{}",
            output.report()
        );
    }
    assert_eq!(
        output.stderr().matches("/oauth/authorize?").count(),
        1,
        "{}",
        output.report()
    );
}

#[cfg(unix)]
#[test]
fn over_ssh_no_browser_starts_and_the_tunnel_is_explained() {
    let ssh = [
        ("SSH_CONNECTION", "192.0.2.7 50022 192.0.2.9 22"),
        ("SSH_TTY", "/dev/pts/3"),
    ];
    says(&ssh, &["This is an SSH session", "ssh -L "]);
}

#[cfg(unix)]
#[test]
fn a_login_in_a_container_says_how_to_reach_it() {
    says(&[("container", "podman")], &["This is a container"]);
}

#[cfg(unix)]
#[test]
fn a_text_browser_is_not_started() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let note = world.folder("TMPDIR").join("started");
    world.script("w3m", &format!("#!/bin/sh\ntouch {}\n", note.display()));
    let login = elsewhere(&world, &[("BROWSER", "w3m:/usr/bin/lynx %s")], &[]);
    assert_eq!(login.agree().status(), 200);
    let _ = login.finish().assert_code(0);
    assert!(!note.exists(), "a text browser was started");
}

#[cfg(unix)]
#[test]
fn in_wsl_the_browser_of_windows_is_opened() {
    for program in ["wslview", "rundll32.exe"] {
        let world = World::new();
        let _instagram = SandboxBehindFront::start(&world, "agrees");
        let note = world.folder("TMPDIR").join("started");
        let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >{}\n", note.display());
        world.script(program, &script);
        let login = elsewhere(&world, &[("WSL_DISTRO_NAME", "Debian")], &[]);
        assert_eq!(login.agree().status(), 200);
        let _ = login.finish().assert_code(0);
        let arguments = std::fs::read_to_string(&note).unwrap();
        assert!(
            arguments
                .lines()
                .last()
                .unwrap()
                .starts_with("https://localhost:"),
            "{arguments}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_qr_code_is_drawn_where_there_is_room() {
    let world = World::new();
    let drawn = |columns: &str| {
        let uri = "https://elsewhere.example/cb";
        let login = [
            "--sandbox",
            "login",
            "--no-browser",
            "--qr",
            "--timeout",
            "1s",
            "--redirect-uri",
            uri,
        ];
        world
            .on_a_terminal(&login, &[])
            .env("COLUMNS", columns)
            .run()
            .assert_code(8)
    };
    if !crate::harness::need("expect") {
        return;
    }
    // The square in three corners of every code: its upper half, and its middle.
    let corner = ["█▀▀▀▀▀█", "█ ███ █"];
    let shows = |output: &crate::harness::Output, part| output.stdout().matches(part).count() >= 3;
    let wide = drawn("120");
    assert!(
        corner.iter().all(|part| shows(&wide, part)),
        "{}",
        wide.report()
    );
    let narrow = drawn("40");
    assert!(
        !corner.iter().any(|part| shows(&narrow, part)),
        "{}",
        narrow.report()
    );
    narrow.assert_prints("too narrow");
}

#[test]
fn your_own_certificate_is_served_and_its_key_may_not_be_writable_by_others() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let cert = world.given("own.pem", made.cert.pem());
    let key = world.given("own-key.pem", made.signing_key.serialize_pem());
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let own = ["--cert", cert, "--key", key];
    if cfg!(unix) {
        mode::set(key, 0o622);
        let open = [&["login", "--port", "0"], &own[..]].concat();
        let open = world.command(&open).run().assert_code(7);
        open.assert_warns("other users can write it");
        mode::set(key, 0o600);
    }
    let login = elsewhere(&world, &[], &own);
    let visitor = crate::harness::visitor::Visitor::trusting(std::path::Path::new(cert));
    let back = visitor.consent(login.authorize());
    assert_eq!(visitor.visit(&back).status(), 200);
    let _ = login.finish().assert_code(0);
    assert!(
        !certificate(&world).exists(),
        "one of igconnect's own was made"
    );
    let _ = world
        .command(&["login", "--cert", cert])
        .run()
        .assert_code(2);
}

#[cfg(unix)]
#[test]
fn without_ipv6_the_answer_comes_over_ipv4() {
    if !on_a_machine_of_its_own(
        "login::places::without_ipv6_the_answer_comes_over_ipv4",
        &[],
    ) {
        return;
    }
    let gone = Command::new("ip")
        .args(["-6", "address", "del", "::1/128", "dev", "lo"])
        .status();
    assert!(gone.unwrap().success());
    let world = World::new();
    let _ = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_code(0);
}
