//! Which names are offered, and what is read for it.

use super::typist::{offered, rename, world};
use crate::harness::{World, need};

#[test]
fn names_are_those_of_the_cache_the_configuration_and_the_sandbox() {
    let world = world();
    rename(&world, "wreckshop.records", Some("shop"));
    assert_eq!(
        offered(&world, &["status", ""]),
        ["shop", "wreckshop.records"]
    );
    assert_eq!(offered(&world, &["status", "sh"]), ["shop"]);
    assert_eq!(offered(&world, &["history", "sh"]), ["shop"]);
    assert_eq!(offered(&world, &["use", "@w"]), ["@wreckshop.records"]);
    assert_eq!(offered(&world, &["refresh", "178"]), ["17841400000000017"]);
    assert_eq!(offered(&world, &["store", "move", "sh"]), ["shop"]);
    let stores = ["keyring", "sealed", "file"];
    assert_eq!(offered(&world, &["store", "move", "--to", ""]), stores);
    assert_eq!(
        offered(&world, &["--scenario", "app-"]),
        ["app-removed", "app-limit"]
    );
    let config = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds/sandbox/config.toml");
    std::fs::write(
        config,
        "[apps.mine]\nid = \"1\"\n[apps.\"$(id)\"]\nid = \"2\"\n",
    )
    .unwrap();
    assert_eq!(offered(&world, &["login", "--app", ""]), ["mine"]);
    assert_eq!(offered(&world, &["app", "remove", ""]), ["mine"]);
}

#[test]
fn the_flag_of_the_sandbox_on_the_line_leads_to_its_accounts() {
    let world = world();
    world.set_env("IGCONNECT_SANDBOX", "0");
    assert!(
        offered(&world, &["status", ""])
            .iter()
            .all(|word| word.starts_with('-'))
    );
    assert_eq!(
        offered(&world, &["--sandbox", "status", ""]),
        ["wreckshop.records"]
    );
}

#[test]
fn completions_offer_nothing_in_a_broken_world() {
    let world = world();
    std::fs::write(world.database(), "no database").unwrap();
    assert!(
        offered(&world, &["status", ""])
            .iter()
            .all(|word| word.starts_with('-'))
    );
    assert_eq!(offered(&world, &["stat"]), ["status"]);
    world.set_env("IGCONNECT_INSTAGRAM", "nonsense");
    assert_eq!(offered(&world, &["stat"]), ["status"]);
    assert_eq!(offered(&world, &["no-such-command", "x"]).len(), 0);
    let _ = world
        .command(&["--"])
        .env("_IGCONNECT_COMPLETE", "bash")
        .run()
        .assert_code(0);
}

#[test]
fn only_the_cache_is_asked() {
    let world = world();
    if !need("strace") {
        return;
    }
    let binary = world.binary();
    // The bus has no keyring, so a question to it would be seen.
    world
        .database()
        .change(|account| account.store = "keyring".into());
    let bus = format!("unix:path={}", world.given("bus", "").display());
    let output = world
        .program("strace", &["-f", "-e", "trace=network,execve,openat"])
        .arg(binary)
        .arg("--")
        .arg("igconnect")
        .arg("status")
        .arg("")
        .env("_IGCONNECT_COMPLETE", "bash")
        .env("IGCONNECT_STORE", "keyring")
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .run()
        .assert_code(0);
    assert!(
        output.stdout().starts_with("wreckshop.records\t"),
        "{}",
        output.report()
    );
    for never in ["socket(", "connect(", "/secrets", "sealed.sqlite"] {
        output.assert_never_warns(never);
    }
    assert!(output.stderr().contains("igconnect.sqlite"));
    assert_eq!(output.stderr().matches("execve(").count(), 1);
}

#[test]
fn a_script_is_part_of_the_answer_as_json() {
    let world = World::new();
    let output = world
        .command(&["completions", "fish", "--json"])
        .run()
        .assert_code(0);
    assert!(
        output.json()["script"]
            .as_str()
            .unwrap()
            .contains("complete --command igconnect")
    );
    let _ = world.command(&["completions", "tcsh"]).run().assert_code(2);
}
