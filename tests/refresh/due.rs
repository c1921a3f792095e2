//! Which tokens are refreshed, and what is written about it.

use jiff::Timestamp;
use serde_json::Value;

use super::setup::account;
use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::database::{DAY, Profile, now};
use crate::status::contract::{ACCOUNT_KEYS, assert_keys};

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

#[test]
fn a_due_token_is_refreshed() {
    let world = World::new();
    world.connect_in("backdated");
    let (token, secrets) = (world.token("@wreckshop.records"), world.secrets());
    // `token` renews what is due, so the state is that after a renewal already.
    assert_eq!(world.state("@wreckshop.records"), "connected");
    assert_eq!(secrets.len(), 1, "the old token is gone");
    assert!(String::from_utf8_lossy(&secrets[0].1).contains(&token));

    let world = World::new();
    world.connect_in("backdated");
    let before = world.secrets();
    let output = world.sandbox(&["refresh"]).run().assert_code(0);
    let words = "@wreckshop.records: refreshed, valid until ";
    assert!(output.stdout().starts_with(words), "{}", output.report());
    assert_eq!(output.stderr(), "");
    assert_ne!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "connected");
}

#[test]
fn json_has_the_outcome_of_each_account() {
    let world = World::new();
    world.connect_two();
    let output = world
        .sandbox(&["--scenario", "agrees", "refresh", "--all", "--json"])
        .run()
        .assert_code(0);
    let accounts = output.json()["accounts"].clone();
    for (account, id, outcome) in [
        (&accounts[0], LINA, "not_due"),
        (&accounts[1], WRECKSHOP, "renewed"),
    ] {
        let mut keys = [&ACCOUNT_KEYS[..], &["error", "outcome"]].concat();
        keys.sort_unstable();
        assert_keys(account, &keys);
        assert_eq!(
            (&account["id"], &account["outcome"], &account["error"]),
            (&id.into(), &outcome.into(), &Value::Null)
        );
    }
}

#[test]
fn a_refresh_is_in_the_history_and_the_journal_is_empty() {
    let world = World::new();
    world.connect_in("backdated");
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let database = world.database();
    assert_eq!(database.events(), ["connected", "refreshed"]);
    for event in database.history() {
        assert_eq!((event.cause, event.followers_count), (None, Some(1234)));
    }
    assert_eq!(database.account(WRECKSHOP).generation, 2);
    database.assert_sound();
}

#[test]
fn the_same_token_again_and_a_token_that_replaces_its_forerunner_are_both_fine() {
    for scenario in ["same-token", "old-token-dies"] {
        let world = World::new();
        world.connect_in("backdated");
        let refresh = ["--scenario", scenario, "refresh", "--json"];
        let output = world.sandbox(&refresh).run().assert_code(0);
        assert_eq!(account(&output)["outcome"], "renewed", "{scenario}");
        assert_eq!(world.secrets().len(), 1, "{scenario}");
        let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    }
}

#[test]
fn a_token_that_is_not_due_keeps_its_date_and_gets_a_fresh_profile() {
    let world = World::new();
    world.connect();
    let database = world.database();
    database.change_rows(|profile: &mut Profile| {
        profile.fetched_at = 5;
        profile.followers_count = Some(1);
    });
    let before = world.secrets();
    let output = world.sandbox(&["refresh"]).run().assert_code(0);
    let expires_at = database.account(WRECKSHOP).expires_at.unwrap();
    let due = time(expires_at - 10 * DAY).strftime("%Y-%m-%d");
    let words = format!(": needs no refresh until {due}, valid until ");
    assert!(output.stdout().contains(&words), "{}", output.report());
    assert_eq!(world.secrets(), before);
    let profile = &database.profiles()[0];
    assert_eq!(profile.followers_count, Some(1234));
    assert!(profile.fetched_at > 5);
}

#[test]
fn if_expires_within_changes_when_a_token_is_due() {
    let world = World::new();
    world.connect();
    world.database().change(|account| {
        account.issued_at = Some(now() - 40 * DAY);
        account.expires_at = Some(now() + 20 * DAY);
    });
    let outcome = |within: &str| {
        let refresh = [
            "refresh",
            "--dry-run",
            "--json",
            "--if-expires-within",
            within,
        ];
        account(&world.sandbox(&refresh).run().assert_code(0))["outcome"].clone()
    };
    assert_eq!(outcome("19d"), "not_due");
    assert_eq!(outcome("21d"), "renewed");
}

#[test]
fn force_refreshes_tokens_older_than_a_day_only() {
    let world = World::new();
    world.connect_in("backdated");
    let issue = |hours: i64| {
        let database = world.database();
        database.change(|account| account.issued_at = Some(now() - hours * 3600));
    };
    world.database().expire_in(59 * DAY);
    issue(23);
    let issued_at = world.database().account(WRECKSHOP).issued_at.unwrap();
    let opens = time(issued_at + DAY).strftime("%Y-%m-%d %H:%M");
    let before = world.secrets();
    let young = world.sandbox(&["refresh", "--force"]).run().assert_code(0);
    assert_eq!(
        young.stdout(),
        format!(
            "@wreckshop.records: cannot be refreshed until {opens} UTC: its token is less than 24 hours old\n"
        )
    );
    assert_eq!(world.secrets(), before);
    // What the store says of the token is recorded again with each answer of Instagram, so its age is set back again.
    issue(23);
    let json = world
        .sandbox(&["refresh", "--force", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(account(&json)["outcome"], "too_young");
    assert_eq!(account(&json)["error"], Value::Null);

    issue(25);
    let old = world
        .sandbox(&["refresh", "--force", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(account(&old)["outcome"], "renewed");
    assert_ne!(world.secrets(), before);
}

#[test]
fn an_expired_token_is_not_sent_anywhere() {
    let world = World::new();
    world.connect_in("backdated");
    world.database().expire_in(-60);
    let before = world.secrets();
    for force in [&["refresh"][..], &["refresh", "--force"]] {
        let output = world.sandbox(force).run().assert_fails(4);
        let _ = output
            .assert_says("@wreckshop.records: the token expired, and Instagram does not refresh expired tokens")
            .assert_says("Log in again: igconnect --sandbox login");
    }
    assert_eq!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "expired");
}
