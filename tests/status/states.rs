//! Each state with its word, its reason and its exit code.

use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::DAY;

use Change::{Expires, Interrupted, Trouble};

/// What makes a state in the cache.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// In so many days.
    Expires(Option<i64>),
    Trouble(&'static str),
    Interrupted(&'static str),
}

/// Each state: what makes it in the cache, its word, the exit code, and what the card says of it.
#[rustfmt::skip] // a table: a row is a line
const STATES: [(Change, &str, i32, &str); 13] = [
    (Expires(Some(11)), "connected", 0, "connected, 1"),
    (Expires(Some(9)), "expiring", 0, "expiring, "),
    (Expires(Some(-3)), "expired", 4, "expired 3 days ago"),
    (Trouble("password_changed"), "needs_login", 4, "log in again: the password was changed"),
    (Trouble("app_removed"), "needs_login", 4, "log in again: the app was removed"),
    (Trouble("secret_gone"), "needs_login", 4, "log in again: the secret is gone"),
    (Trouble("token_expired"), "needs_login", 4, "log in again: the token expired"),
    (Trouble("of a newer program"), "needs_login", 4, "log in again: Instagram no longer accepts"),
    (Trouble("checkpoint"), "unverified", 3, "unverified: Instagram asks for a security check"),
    (Trouble("unconfirmed"), "unverified", 3, "unverified: the account has to be confirmed"),
    (Expires(None), "unverified", 3, "unverified: expiry unknown until the first refresh"),
    (Interrupted("refresh"), "unverified", 3, "unverified: a refresh was interrupted"),
    (Interrupted("disconnect"), "unverified", 3, "unverified: a disconnect was interrupted"),
];

#[test]
fn each_state_has_its_word_its_code_and_its_reason() {
    let world = World::new();
    world.connect();
    let before = std::fs::read(world.database()).unwrap();
    for (change, word, code, words) in STATES {
        std::fs::write(world.database(), &before).unwrap();
        let database = world.database();
        match change {
            Expires(None) => database.change(|account| account.expires_at = None),
            Expires(Some(days)) => database.expire_in(days * DAY),
            Trouble(word) => database.set_trouble(word),
            Interrupted(operation) => database.interrupt(WRECKSHOP, operation),
        }
        let card = world.sandbox(&["status"]).run().assert_code(code);
        let second = card.stdout().lines().nth(1).unwrap();
        assert!(second.starts_with(words), "{change:?}: {second}");
        let json = world.sandbox(&["status", "--json"]).run().assert_code(code);
        let account = &json.json()["accounts"][0];
        assert_eq!(account["state"], word, "{change:?}");
        assert_eq!(
            account["reason"].is_null(),
            word == "connected",
            "{change:?}"
        );
        let all = world.sandbox(&["status", "--all", "--quiet"]).run();
        assert_eq!(all.code(), code, "{change:?}");
    }
}

#[test]
fn expires_within_is_exact_to_the_second() {
    let world = World::new();
    world.connect();
    world.database().expire_in(7 * DAY);
    let within = |duration: &str| {
        let run = world
            .sandbox(&["status", "--expires-within", duration])
            .run();
        run.code()
    };
    for (duration, code) in [
        ("6d", 0),
        ("167h", 0),
        ("10079m", 0),
        ("168h 5m", 5),
        ("8d", 5),
        ("2w", 5),
        ("0d", 0),
    ] {
        assert_eq!(within(duration), code, "{duration}");
    }
    world.database().expire_in(-1);
    assert_eq!(within("0d"), 4, "expired is more than expiring");
}

#[test]
fn senseless_times_in_the_cache_are_shown_and_harmless() {
    let world = World::new();
    world.connect();
    for (value, state) in [
        (0, "expired"),
        (-1, "expired"),
        // Issued in a year that is still to come: the clock is wrong, or this is.
        (253_402_207_200, "unverified"),
        (i64::MAX, "unverified"),
    ] {
        world.database().change(|account| {
            account.expires_at = Some(value);
            account.issued_at = Some(value);
            account.connected_at = 0;
            account.verified_at = Some(-9_999_999_999);
        });
        assert_eq!(world.state("@wreckshop.records"), state, "{value}");
        let card = world.sandbox(&["status"]).run();
        assert!(card.stderr().is_empty(), "{}", card.report());
    }
}
