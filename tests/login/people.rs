//! The sandbox's people, and what is stored of them.

use serde_json::Value;

use crate::harness::World;

/// Who the sandbox's people are, in the order of its page.
pub(crate) const FIRST: (&str, &str) = ("wreckshop.records", "17841400000000017");

pub(crate) const SECOND: (&str, &str) = ("lina.draws", "17841400000000025");

/// The accounts of the sandbox's world, as `list` tells them, without what every second changes.
#[track_caller]
pub(crate) fn accounts(world: &World) -> Vec<Value> {
    let output = world
        .command(&["--sandbox", "list", "--json"])
        .run()
        .assert_code(0);
    let mut accounts = output.json()["accounts"].as_array().unwrap().clone();
    for account in &mut accounts {
        let _ = account["token"]["expires_in_seconds"].take();
    }
    accounts
}

/// Fails unless nothing is connected and no secret is kept in the sandbox's world.
#[track_caller]
pub(crate) fn assert_nothing_stored(world: &World) {
    assert_eq!(accounts(world), Vec::<Value>::new());
    let secrets = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds/sandbox/secrets");
    let left = std::fs::read_dir(secrets).map_or(0, Iterator::count);
    assert_eq!(left, 0, "secrets were left");
}
