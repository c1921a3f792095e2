//! A stored token that is missing, damaged or newer than the cache.

use super::setup::account;
use crate::harness::World;

#[test]
fn a_missing_token_needs_a_login() {
    let world = World::new();
    world.connect_in("backdated");
    world.lose_secrets();
    let output = world.sandbox(&["refresh"]).run().assert_fails(4);
    let _ = output.assert_says("@wreckshop.records: the secret is gone from the ");
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
}

#[test]
fn a_damaged_token_is_never_sent_and_needs_a_login() {
    let world = World::new();
    world.connect_in("backdated");
    for (name, content) in world.secrets() {
        let half = &content[..content.len() / 2];
        std::fs::write(world.plain_file(&name), half).unwrap();
    }
    let _ = world.sandbox(&["refresh"]).run().assert_fails(4);
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
}

#[test]
fn an_outdated_cache_is_repaired_from_the_store() {
    let world = World::new();
    world.connect_in("backdated");
    let old = std::fs::read(world.database()).unwrap();
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let secrets = world.secrets();
    std::fs::write(world.database(), old).unwrap();
    assert_eq!(world.state("@wreckshop.records"), "expiring");
    let output = world.sandbox(&["refresh", "--json"]).run().assert_code(0);
    assert_eq!(account(&output)["outcome"], "not_due");
    assert_eq!(world.secrets(), secrets);
    assert_eq!(world.database().accounts()[0].generation, 2);
}
