//! A secret that was deleted behind the program's back: it is noticed, named, and remembered.

use crate::harness::database::DAY;
use crate::harness::faulty_keyring::{Fault, FaultyKeyring};
use crate::harness::{SecretService, World};

#[test]
fn a_wiped_keyring_is_named_with_the_time_it_was_noticed() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    world.connect();
    assert_eq!(
        world.account_json()["reason_since"],
        serde_json::Value::Null
    );
    drop(keyring);
    // Another one, in which nothing is.
    let Some(_empty) = SecretService::start(&world) else {
        return;
    };
    let verify = || world.sandbox(&["status", "--verify", "--json"]).run();
    let account = verify().assert_code(4).json()["accounts"][0].clone();
    assert_eq!(account["state"], "needs_login");
    assert_eq!(account["reason"], "the secret is gone from the keyring");
    assert!(account["reason_since"].is_string(), "{account}");
    // Noticed again is not noticed later.
    let three_days_ago = |at: i64| at - 3 * DAY;
    world
        .database()
        .change(|account| account.trouble_at = account.trouble_at.map(three_days_ago));
    let since = world.account_json()["reason_since"].clone();
    let again = verify().assert_code(4).json()["accounts"][0].clone();
    assert_eq!(again["reason_since"], since);
    let offline = world.sandbox(&["status"]).run().assert_code(4);
    let words = "log in again: the secret is gone from the keyring (noticed 3 days ago)";
    offline.assert_prints(words);
    let token = world.sandbox(&["token"]).run().assert_fails(4);
    let _ = token.assert_says("the secret is gone from the keyring");
    world.connect();
    let account = world.account_json();
    assert_eq!(account["state"], "connected");
    assert_eq!(account["reason_since"], serde_json::Value::Null);
}

#[test]
fn a_silent_keyring_makes_the_state_unknown() {
    let world = World::new();
    let Some(mut keyring) = FaultyKeyring::start(&world) else {
        return;
    };
    world.connect();
    keyring.fall_ill(Fault::Locked);
    let verify = ["status", "--verify", "--json"];
    let asked = world.sandbox(&verify).run().assert_code(6).json();
    let account = &asked["accounts"][0];
    assert_eq!(account["state"], "unknown");
    assert_eq!(account["reason"], "the keyring does not answer");
    assert_eq!(account["reason_since"], serde_json::Value::Null);
    keyring.heal();
    assert_eq!(world.account_json()["state"], "connected");
}
