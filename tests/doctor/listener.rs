//! Port and certificate of the callback listener.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use super::setup::{assert_check, check, doctor, world};

#[test]
fn a_busy_port_is_a_warning_that_names_it() {
    let world = world();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    world.set_env(
        "IGCONNECT_REDIRECT_URI",
        format!("https://localhost:{port}/callback"),
    );
    let output = doctor(&world).run().assert_code(0);
    assert_check(
        &output,
        "listener",
        "warning",
        &format!("port {port} is taken"),
    );
    drop(holder);
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "listener", "ok", &format!("port {port} is free"));
    world.set_env("IGCONNECT_REDIRECT_URI", "https://my.example/callback");
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "listener", "ok", "not needed");
    output.assert_never_prints("my.example");
}

#[test]
fn the_certificate_is_judged_as_it_is() {
    let world = world();
    assert_check(
        &doctor(&world).run().assert_code(0),
        "certificate",
        "ok",
        "not there yet",
    );
    let made = world
        .command(&["certificate", "--json"])
        .run()
        .assert_code(0)
        .json();
    let fingerprint = made["certificate"]["sha256_fingerprint"].as_str().unwrap();
    assert_check(
        &doctor(&world).run().assert_code(0),
        "certificate",
        "ok",
        fingerprint,
    );
    let file = Path::new(made["certificate"]["path"].as_str().unwrap());
    fs::write(file, "no certificate").unwrap();
    let output = doctor(&world).run().assert_code(7);
    assert_check(
        &output,
        "certificate",
        "failed",
        "no certificate with its key",
    );
}

#[test]
fn a_listener_that_was_called_is_closed_again() {
    let world = world();
    let _ = doctor(&world).run().assert_code(0);
    let environment = doctor(&world).run().assert_code(0);
    let (_, message) = check(&environment, "listener");
    let port: u16 = message.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
