//! What the tests of this folder start from.

use crate::harness::{OpenBao, World};

pub const FOLDER: &str = "igconnect-sandbox";

/// A world with one account, due, on a server. `None` where the tests do without.
#[track_caller]
pub fn connected(start: impl FnOnce(&World) -> Option<OpenBao>) -> Option<(World, OpenBao)> {
    let world = World::new();
    let server = start(&world)?;
    server.serve(&world);
    world.connect_in("backdated");
    Some((world, server))
}

/// Fails unless a command that needs the store ends so, and `status` and `list` are as ever.
#[track_caller]
pub fn assert_reported(world: &World, code: i32, words: &str) {
    let asked: [&[&str]; 4] = [
        &["status", "--verify"],
        &["refresh"],
        &["disconnect", "--yes"],
        &["list", "--from-store"],
    ];
    for arguments in asked {
        let ended = world.sandbox(arguments).run();
        let said = ended.stderr().contains(words);
        assert!(
            ended.code() == code && said,
            "expected {code}: {words}\n{}",
            ended.report()
        );
    }
    let offline = world.sandbox(&["status", "--json"]).run().assert_code(0);
    assert_eq!(offline.json()["accounts"][0]["state"], "expiring");
    assert!(!offline.json()["accounts"][0]["profile"]["fetched_at"].is_null());
    let _ = world.sandbox(&["list"]).run().assert_code(0);
}

/// Fails unless the account works again, with the token that it had or a renewal of it.
#[track_caller]
pub fn assert_works(world: &World) {
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert!(world.token("wreckshop.records").starts_with("IGAA"));
}

pub const ALL: &str =
    "path \"secret/*\" { capabilities = [\"create\", \"read\", \"update\", \"delete\", \"list\"] }";

/// The configuration of the sandbox's world.
pub fn configure(world: &World, text: &str) {
    std::fs::write(world.sandbox_folder().join("config.toml"), text).unwrap();
}
