//! However many accounts there are, and however much is known of them, no command holds it all at once.

use crate::harness::World;
use crate::harness::database::{Event, Profile, now};
use crate::harness::process::Output;

/// So many accounts, each with a biography of so many bytes: together far more than any command is given below.
const ACCOUNTS: i64 = 400;
const BIOGRAPHY_BYTES: usize = 100_000;

/// The data of a process that may not hold a third of it (bash: `ulimit -d`).
const DATA_MAX_KIB: u32 = 14_000;

/// A world of accounts of which very much is known, and of whose tokens only one is in the store.
fn crowded() -> World {
    let world = World::new();
    world.connect();
    world.connect_many(ACCOUNTS);
    let database = world.database();
    database.change(|account| account.generation = 1);
    let ids: Vec<_> = database
        .accounts()
        .into_iter()
        .map(|account| account.id)
        .collect();
    let without_profile = ids.iter().filter(|id| id.starts_with('2'));
    database.add_profiles(without_profile.map(|id| Profile {
        account_id: id.clone(),
        biography: Some("0".repeat(BIOGRAPHY_BYTES)),
        fetched_at: now(),
        ..Profile::default()
    }));
    database.add_history(ids.iter().map(|id| Event {
        account_id: id.clone(),
        at: now(),
        kind: "verified".into(),
        ..Event::default()
    }));
    world
}

/// What a command says of all of them while it may hold only few.
fn in_little_memory(world: &World, line: &[&str], code: i32) -> Output {
    let limited = format!("ulimit -d {DATA_MAX_KIB}; exec \"$0\" --sandbox \"$@\"");
    let binary = world.binary().to_str().unwrap();
    let output = world.program("sh", &[&["-c", &limited, binary][..], line].concat());
    let output = output.run().assert_code(code);
    if line.contains(&"--json") {
        let told = output.json()["accounts"].as_array().unwrap().len();
        assert_eq!(told, ACCOUNTS as usize + 1, "{line:?}");
    } else {
        let told = output.stdout().lines().count();
        assert!(told > ACCOUNTS as usize, "{line:?}: {told} lines");
    }
    output
}

#[test]
fn very_much_that_is_known_of_all_is_told_in_little_memory() {
    let world = crowded();
    for line in [
        &["list"][..],
        &["list", "--json"],
        &["status", "--all", "--json"],
        &["history", "--all"],
        &["history", "--all", "--json"],
        &["history", "--all", "--format", "csv"],
        &["refresh", "--all", "--dry-run"],
        &["refresh", "--all", "--dry-run", "--json"],
    ] {
        let _ = in_little_memory(&world, line, 0);
    }
}

#[test]
fn what_is_done_with_all_is_done_in_little_memory() {
    let world = crowded();
    // Of all but one the secret is gone, which is learned of each.
    for line in [
        &["status", "--verify", "--all", "--json"][..],
        &["refresh", "--all", "--json"],
        &["refresh", "--all", "--dry-run", "--json"],
    ] {
        let _ = in_little_memory(&world, line, 4);
    }
    let _ = in_little_memory(&world, &["disconnect", "--all", "--yes", "--json"], 0);
    assert_eq!(world.database().accounts(), []);
}
