//! The sandbox as real clients meet it, and what never reaches it.

#[cfg(unix)]
use rustix::process::Signal;

use crate::harness::World;
use crate::harness::front::SandboxBehindFront;

const REAL_TOKEN: &str = "IGAAREALTOKENREALTOKENREALTOKEN";
const REAL_SECRET: &str = "deadbeefdeadbeefdeadbeefdeadbeef";

#[test]
fn no_secret_of_the_real_instagram_is_sent_to_a_test_server() {
    let world = World::new();
    let sandbox = SandboxBehindFront::start(&world, "backdated");
    world.connect_person("wreckshop.records");
    for (name, value) in [
        ("IGCONNECT_TOKEN", REAL_TOKEN),
        ("IGCONNECT_APP_SECRET", REAL_SECRET),
    ] {
        world.set_env(name, value);
    }
    for command in [
        &["status", "--verify"][..],
        &["refresh"],
        &["app", "check"],
        &["login", "--begin"],
        &["run", "--", "true"],
    ] {
        let output = world.command(command).run().assert_code(0);
        output.assert_warns("this is a test world, so it ignores IGCONNECT_TOKEN");
        assert_eq!(output.stderr().matches("ignores").count(), 1);
    }
    world.connect_person("lina.draws");
    let asked = sandbox.front.asked();
    assert!(asked.len() > 6);
    for asked in asked {
        assert!(!asked.request.contains(REAL_TOKEN) && !asked.request.contains(REAL_SECRET));
    }
    // Its own token is used.
    let token = world
        .command(&["token", "@wreckshop.records"])
        .prints_a_secret()
        .run();
    let verify = world.command(&["status", "--verify", "--json"]);
    let verify = verify.env("IGCONNECT_SANDBOX_TOKEN", token.stdout().trim());
    let json = verify.run().assert_code(0).json();
    assert_eq!(json["accounts"][0]["token"]["store"], "env");
}

#[cfg(unix)]
#[test]
fn a_sandbox_says_in_json_where_it_is_and_ends_well_by_a_signal() {
    let world = World::new();
    for signal in [Signal::INT, Signal::TERM] {
        let mut sandbox = world.command(&["sandbox", "--json"]).spawn();
        let line = sandbox.stdout_line("its document", |line| line.contains("address"));
        let document: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = document["address"].as_str().unwrap();
        let list = world.command(&["app", "check"]);
        let list = list
            .env("IGCONNECT_INSTAGRAM", address)
            .env(
                "IGCONNECT_SANDBOX_APP_ID",
                document["app_id"].as_str().unwrap(),
            )
            .env(
                "IGCONNECT_SANDBOX_APP_SECRET",
                document["app_secret"].as_str().unwrap(),
            );
        let _ = list.run().assert_code(0);
        sandbox.signal(signal);
        let _ = sandbox.finish().assert_code(0);
    }
}
