//! Each state with its word, its reason and its exit code.

use super::contract::DAY;
use crate::harness::{World, need};

/// Each state: what makes it in the cache, its word, the exit code, and what the card says of it.
const STATES: [(&str, &str, i32, &str); 13] = [
    (
        "UPDATE account SET expires_at = unixepoch() + 11 * 86400",
        "connected",
        0,
        "connected, 1",
    ),
    (
        "UPDATE account SET expires_at = unixepoch() + 9 * 86400",
        "expiring",
        0,
        "expiring, ",
    ),
    (
        "UPDATE account SET expires_at = unixepoch() - 3 * 86400",
        "expired",
        4,
        "expired, over since 3 days",
    ),
    (
        "UPDATE account SET trouble = 'password_changed'",
        "needs_login",
        4,
        "needs_login: the password was changed",
    ),
    (
        "UPDATE account SET trouble = 'app_removed'",
        "needs_login",
        4,
        "needs_login: the app was removed",
    ),
    (
        "UPDATE account SET trouble = 'secret_gone'",
        "needs_login",
        4,
        "needs_login: the secret is gone",
    ),
    (
        "UPDATE account SET trouble = 'token_expired'",
        "needs_login",
        4,
        "needs_login: the token expired",
    ),
    (
        "UPDATE account SET trouble = 'of a newer program'",
        "needs_login",
        4,
        "needs_login: Instagram no longer accepts",
    ),
    (
        "UPDATE account SET trouble = 'checkpoint'",
        "unverified",
        3,
        "unverified: Instagram asks for a check",
    ),
    (
        "UPDATE account SET trouble = 'unconfirmed'",
        "unverified",
        3,
        "unverified: the account must be confirmed",
    ),
    (
        "UPDATE account SET expires_at = NULL",
        "unverified",
        3,
        "unverified: nobody said when this token ends",
    ),
    (
        "INSERT INTO journal SELECT id, 'refresh', 2, 0 FROM account",
        "unverified",
        3,
        "unverified: a refresh was interrupted",
    ),
    (
        "INSERT INTO journal SELECT id, 'disconnect', 2, 0 FROM account",
        "unverified",
        3,
        "unverified: a disconnect was interrupted",
    ),
];

#[test]
fn each_state_has_its_word_its_code_and_its_reason() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    let before = std::fs::read(world.database()).unwrap();
    for (change, word, code, words) in STATES {
        std::fs::write(world.database(), &before).unwrap();
        world.sql(change);
        let card = world.sandbox(&["status"]).run().assert_code(code);
        let second = card.stdout().lines().nth(1).unwrap();
        assert!(second.starts_with(words), "{change}: {second}");
        let json = world.sandbox(&["status", "--json"]).run().assert_code(code);
        let account = &json.json()["accounts"][0];
        assert_eq!(account["state"], word, "{change}");
        assert_eq!(account["reason"].is_null(), word == "connected", "{change}");
        let all = world.sandbox(&["status", "--all", "--quiet"]).run();
        assert_eq!(all.code(), code, "{change}");
    }
}

#[test]
fn expires_within_is_exact_to_the_second() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    world.sql(&format!(
        "UPDATE account SET expires_at = unixepoch() + {}",
        7 * DAY
    ));
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
    world.sql("UPDATE account SET expires_at = unixepoch() - 1");
    assert_eq!(within("0d"), 4, "expired is more than expiring");
}

#[test]
fn senseless_times_in_the_cache_are_shown_and_harmless() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    for (value, state) in [
        ("0", "expired"),
        ("-1", "expired"),
        // Issued in a year that is still to come: the clock is wrong, or this is.
        ("253402207200", "unverified"),
        ("9223372036854775807", "unverified"),
    ] {
        world.sql(&format!("UPDATE account SET expires_at = {value}, issued_at = {value}, connected_at = 0, verified_at = -9999999999"));
        assert_eq!(world.state("@wreckshop.records"), state, "{value}");
        let card = world.sandbox(&["status"]).run();
        assert!(card.stderr().is_empty(), "{}", card.report());
    }
}
