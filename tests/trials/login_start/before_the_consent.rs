//! What cannot work is said before the person goes to the consent page.

use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::process::Command;

use crate::harness::World;
use crate::harness::faulty::{Faulty, Step};
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::Login;
use crate::harness::visitor::request_for;
#[cfg(unix)]
use crate::harness::{need, on_a_machine_of_its_own};
use crate::login::people::accounts;

const LOGIN: [&str; 4] = ["--sandbox", "login", "--port", "0"];

/// A browser that leaves a note when it is started.
#[cfg(unix)]
fn noting_browser(world: &World, name: &str) -> std::path::PathBuf {
    let note = world.folder("TMPDIR").join("opened");
    world.script(name, &format!("#!/bin/sh\ntouch {}\n", note.display()));
    note
}

#[cfg(unix)]
fn make_read_only(folder: &std::path::Path) {
    let folder = folder.to_str().unwrap();
    for arguments in [
        &["--bind", folder, folder][..],
        &["-o", "remount,ro,bind", folder],
    ] {
        assert!(
            Command::new("mount")
                .args(arguments)
                .status()
                .unwrap()
                .success()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_cannot_be_written_is_noticed_before_the_browser_starts() {
    let this = "trials::login_start::before_the_consent::a_data_folder_that_cannot_be_written_is_noticed_before_the_browser_starts";
    if !on_a_machine_of_its_own(this, &[]) {
        return;
    }
    for is_connected in [true, false] {
        let world = World::new();
        if is_connected {
            world.connect();
        }
        let note = noting_browser(&world, "a-browser");
        make_read_only(&world.folder("XDG_DATA_HOME"));
        let output = world.command(&[&LOGIN[..], &["--browser", "a-browser"]].concat());
        let output = output.env("IGCONNECT_STORE", "file").run().assert_code(7);
        assert!(!note.exists(), "{}", output.report());
    }
}

#[cfg(unix)]
#[test]
fn a_port_that_needs_privileges_is_named_with_the_reason_and_the_fix() {
    let this = "trials::login_start::before_the_consent::a_port_that_needs_privileges_is_named_with_the_reason_and_the_fix";
    if !on_a_machine_of_its_own(this, &[]) {
        return;
    }
    let world = World::new();
    for (command, code) in [
        (
            &["--sandbox", "login", "--redirect-uri", "https://localhost/"][..],
            7,
        ),
        (
            &[
                "--sandbox",
                "login",
                "--redirect-uri",
                "https://localhost:80/cb",
            ],
            7,
        ),
    ] {
        let bounded = [
            "--bounding-set=-net_bind_service",
            world.binary().to_str().unwrap(),
        ];
        let output = world
            .program("setpriv", &[&bounded[..], command].concat())
            .run();
        let output = output.assert_code(code);
        output.assert_warns("cannot be opened");
        output.assert_warns("ports below 1024 only with privileges");
        output.assert_warns("--redirect-uri https://localhost:8723/callback");
    }
}

#[cfg(unix)] // only Linux says whose the port is
#[test]
fn a_taken_port_is_named_with_the_program_that_holds_it() {
    let world = World::new();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let output = world
        .command(&["--sandbox", "login", "--port", &port])
        .run();
    let output = output.assert_code(9);
    let holder = format!("(process {})", std::process::id());
    output.assert_warns(&format!("port {port} is taken by "));
    output.assert_warns(&holder);
}

#[cfg(unix)]
#[test]
fn a_machine_with_ipv6_alone_can_log_in() {
    let this = "trials::login_start::before_the_consent::a_machine_with_ipv6_alone_can_log_in";
    if !on_a_machine_of_its_own(this, &[]) {
        return;
    }
    let gone = Command::new("ip")
        .args(["address", "del", "127.0.0.1/8", "dev", "lo"])
        .status();
    assert!(gone.unwrap().success());
    let world = World::new();
    world.set_env("IGCONNECT_INSTAGRAM", "http://[::1]:9");
    for name in ["IGCONNECT_APP", "IGCONNECT_SANDBOX_APP"] {
        world.set_env(format!("{name}_ID"), "1029384756102938");
        world.set_env(format!("{name}_SECRET"), "5a9db0c05a9db0c05a9db0c05a9db0c0");
    }
    let login = ["login", "--port", "0", "--no-browser", "--timeout", "2s"];
    let login = Login::waiting(&world, world.command(&login));
    assert!(TcpStream::connect((Ipv6Addr::LOCALHOST, login.port())).is_ok());
    let _ = login.finish().assert_code(8);
}

#[cfg(unix)]
#[test]
fn a_browser_with_a_blank_in_its_path_is_started_and_a_missing_one_is_said() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let note = noting_browser(&world, "my browser");
    let path = world.root().join("programs/my browser");
    let path = path.to_str().unwrap();
    for browser in [
        path.to_owned(),
        format!("'{path}' --new %s"),
        format!("{path} --new %s"),
    ] {
        let run = world
            .command(&["login", "--port", "0"])
            .env("BROWSER", &browser);
        let login = Login::waiting(&world, run);
        assert!(note.exists(), "{browser}");
        std::fs::remove_file(&note).unwrap();
        let _ = login.agree();
        let _ = login.finish().assert_code(0);
    }
    for (name, more) in [
        ("BROWSER", &[][..]),
        ("--browser", &["--browser", "/no such/program"]),
    ] {
        let run = world.command(&[&["login", "--port", "0"], more].concat());
        let login = Login::waiting(&world, run.env("BROWSER", "/no such/program"));
        let _ = login.agree();
        let output = login.finish().assert_code(0);
        output.assert_warns(&format!("the browser in {name} cannot be started"));
    }
}

#[test]
fn a_browser_may_send_far_more_header_than_is_needed() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let answer = login.answer();
    // Localhost has one jar of cookies for all ports.
    let cookies = format!("Cookie: {}\r\n", "session=0123456789abcdef; ".repeat(4000));
    let headers: String = (0..150)
        .map(|n| format!("X-Extension-{n}: y\r\n"))
        .collect();
    let request = request_for(&answer);
    let request = request.replacen("\r\n\r\n", &format!("\r\n{cookies}{headers}\r\n"), 1);
    let reply = login.visitor().say("localhost", login.port(), request);
    assert_eq!(reply.status(), 303, "{}", reply.text());
    let _ = login.visitor().visit(&answer.join("/outcome").unwrap());
    let _ = login.finish().assert_code(0);
}

#[test]
fn a_username_outside_the_alphabet_of_instagram_is_not_connected() {
    let world = World::new();
    let name = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let said = std::sync::Arc::clone(&name);
    let server = Faulty::start(move |_| {
        let username = said.lock().unwrap();
        let body = format!(r#"{{"user_id":"17841400000000017","username":{username}}}"#);
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        vec![Step::Say((head + &body).into_bytes())]
    });
    world.set_env(
        "IGCONNECT_INSTAGRAM",
        format!("http://127.0.0.1:{}", server.port()),
    );
    for (username, code) in [
        (r#""""#, 3),
        (r#""two words""#, 3),
        (r#""=cmd""#, 3),
        (r#""a\u202eb""#, 3),
        (r#""ｓhop""#, 3),
        (r###""##[error]x""###, 3),
        (r#""../../x""#, 3),
        (r#""wreckshop.records_1""#, 0),
    ] {
        *name.lock().unwrap() = username.to_owned();
        let login = world
            .command(&["login", "--with-token"])
            .stdin("IGAAcanary0123456789\n");
        let _ = login.run().assert_code(code);
    }
    assert_eq!(
        world.command(&["list", "--json"]).run().json()["accounts"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_tilde_in_a_path_is_the_home_folder() {
    let world = World::new();
    let run = world
        .command(&LOGIN)
        .env("IGCONNECT_DATA_DIR", "~/else where");
    let _ = run.run().assert_code(0);
    let home = world.folder("HOME");
    assert!(
        home.join("else where/worlds/sandbox/igconnect.sqlite")
            .exists()
    );
    assert!(!home.join("~").exists());
}

#[cfg(unix)]
#[test]
fn a_qr_code_has_its_own_colours_and_the_steps_after_the_consent_are_shown() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    let uri = ["--redirect-uri", "https://elsewhere.example/cb"];
    let login = [
        &[
            "--sandbox",
            "login",
            "--no-browser",
            "--qr",
            "--timeout",
            "1s",
        ],
        &uri[..],
    ]
    .concat();
    let output = world
        .on_a_terminal(&login, &[])
        .env("COLUMNS", "120")
        .run()
        .assert_code(8);
    output.assert_prints("\u{1b}[38;5;16m\u{1b}[48;5;231m");
    output.assert_prints("It begins with https://elsewhere.example/cb?code=");
    let output = world.on_a_terminal(&LOGIN, &[]).run().assert_code(0);
    output.assert_prints("Exchanging the code for a token");
    assert_eq!(accounts(&world).len(), 1);
}
