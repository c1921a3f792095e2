//! A server that is sealed, silent, restarted, or has another clock.

use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use super::setup::{FOLDER, assert_reported, assert_works, connected};
use crate::harness::accounts::WRECKSHOP;
use crate::harness::faulty::Deaf;
use crate::harness::front::Front;
use crate::harness::{OpenBao, World, until};

#[test]
fn a_sealed_server_is_reported_and_loses_nothing() {
    let Some((world, server)) = connected(OpenBao::start_on_disk) else {
        return;
    };
    server.seal();
    assert_reported(&world, 6, "the OpenBao server is sealed");
    let doctor = world.sandbox(&["doctor"]).run().assert_code(6);
    doctor.assert_prints("is sealed");
    server.unseal();
    server.wait_for_engine();
    assert_works(&world);
}

#[test]
fn a_silent_server_is_waited_for_once() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let deaf = Deaf::new();
    let held = Front::plain(server.port);
    held.hold();
    world.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", held.port()));
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(6);
    assert_eq!(held.held(), 1, "it was asked more than once");
    for address in [Some(format!("http://127.0.0.1:{}", deaf.port())), None] {
        match &address {
            Some(address) => world.set_env("BAO_ADDR", address),
            None => {
                world.set_env("BAO_ADDR", &server.address);
                server.signal(Signal::STOP);
            }
        }
        let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(6);
        let _ = world.sandbox(&["status"]).run().assert_code(0);
        let _ = world.sandbox(&["doctor"]).run().assert_code(6);
    }
    server.signal(Signal::CONT);
    assert_works(&world);
}

#[test]
fn a_refresh_waits_for_a_server_that_restarts() {
    let world = World::new();
    let Some(mut server) = OpenBao::start_on_disk(&world) else {
        return;
    };
    server.serve(&world);
    let (sandbox, port) = crate::harness::front::sandbox(&world, "backdated");
    let front = Front::plain(port);
    world.set_env(
        "IGCONNECT_INSTAGRAM",
        format!("http://127.0.0.1:{}", front.port()),
    );
    let team = format!("igconnect-127.0.0.1-{}", front.port());
    let login = crate::harness::login::Login::waiting(
        &world,
        world.command(&["login", "--port", "0", "--browser", "true"]),
    );
    login.agree();
    let _ = login.finish().assert_code(0);
    // The server is killed while Instagram is asked, so the new token meets no server at first.
    front.hold();
    thread::scope(|scope| {
        let refresh = scope.spawn(|| world.command(&["refresh"]).run());
        until("a renewal on its way", || (front.held() > 0).then_some(()));
        server.kill();
        front.pass_on();
        until("a renewal", || {
            (!front.asked_for("GET /refresh_access_token").is_empty()).then_some(())
        });
        server.start_again();
        let _ = refresh.join().unwrap().assert_code(0);
    });
    assert_eq!(front.asked_for("GET /refresh_access_token").len(), 1);
    let status = world.command(&["status", "--json"]).run().assert_code(0);
    assert_eq!(status.json()["accounts"][0]["state"], "connected");
    assert_eq!(server.names(&team).len(), 2, "{:?}", server.names(&team));
    drop(sandbox);
}

#[test]
fn a_clock_that_is_hours_off_changes_nothing_between_machines() {
    if !crate::harness::need("faketime") {
        return;
    }
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let path = format!("secret/data/{FOLDER}/claim.{WRECKSHOP}");
    let holder = json!({ "writer": "machine-9", "home": "another", "run": "1" });
    let claim = json!({ "data": { "holder": holder, "removed_by": null } });
    for offset in ["-2h", "+2h"] {
        server.expect("POST", &path, Some(claim.clone()));
        let gone = world.at_clock(offset, &["--sandbox", "disconnect", "--yes"]);
        let gone = gone.timeout(Duration::from_secs(90)).run();
        // It waits until the claim is over by the server's clock: neither at once nor in vain.
        assert!(
            gone.took() > Duration::from_secs(20),
            "{offset}: {}",
            gone.report()
        );
        let _ = gone.assert_code(0);
        world.connect_in("backdated");
    }
}
