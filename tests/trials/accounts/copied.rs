//! A token or App Secret that was copied, at every place that takes one.

use crate::harness::World;
use crate::harness::process::Run;

const BLANKS: [&str; 6] = ["", "\n", "\r\n", "  ", "\u{feff}", "\t\n"];

/// What is around the value, and a word of the reason why it is refused.
const WRAPPED: [(&str, &str, &str); 11] = [
    ("\"", "\"", "quotation marks"),
    ("'", "'", "quotation marks"),
    ("access_token=", "", "equals sign"),
    ("", "#_", "#_"),
    ("{\"access_token\":\"", "\"}", "braces"),
    ("Bearer ", "", "Bearer"),
    ("TOKEN=", "", "equals sign"),
    ("?access_token=", "", "equals sign"),
    ("access_token:", "", "does not belong there"),
    ("$", "", "does not belong there"),
    ("", ",", "does not belong there"),
];

/// Each way in, with the value in its place.
fn ways_in(world: &World, value: &str) -> Vec<Run> {
    let file = world.given("token", value);
    let verify = || world.sandbox(&["status", "--verify"]);
    vec![
        verify().env("IGCONNECT_SANDBOX_TOKEN", value),
        verify().env("IGCONNECT_SANDBOX_TOKEN_FILE", file),
        world.sandbox(&["login", "--with-token"]).stdin(value),
    ]
}

/// The same for an App Secret: while it is set up, and from the environment at a login.
fn ways_in_of_a_secret(world: &World, value: &str) -> Vec<Run> {
    let file = world.given("secret", value);
    let add = ["app", "add", "--id", "1029384756102938"];
    let add = || world.sandbox(&add).stdin("");
    let login = || {
        let login = world.sandbox(&["login", "--port", "0", "--quiet"]);
        login.env("IGCONNECT_SANDBOX_APP_ID", "1029384756102938")
    };
    vec![
        world
            .sandbox(&["app", "add", "--id", "1029384756102938"])
            .stdin(value),
        add().env("IGCONNECT_SANDBOX_APP_SECRET", value),
        add().env("IGCONNECT_SANDBOX_APP_SECRET_FILE", &file),
        login().env("IGCONNECT_SANDBOX_APP_SECRET", value),
        login().env("IGCONNECT_SANDBOX_APP_SECRET_FILE", &file),
    ]
}

#[test]
fn what_copying_adds_at_the_ends_of_a_token_is_left_out() {
    let world = World::new();
    world.connect();
    let token = world.token("@wreckshop.records");
    for blank in BLANKS {
        for run in ways_in(&world, &format!("{blank}{token}{blank}")) {
            let _ = run.run().assert_code(0);
        }
    }
}

#[test]
fn what_else_was_copied_with_a_token_is_named_and_never_guessed() {
    let world = World::new();
    world.connect();
    let token = world.token("@wreckshop.records");
    for (before, after, reason) in WRAPPED {
        for run in ways_in(&world, &format!("{before}{token}{after}")) {
            let output = run.run().assert_code(2);
            output.assert_warns(reason);
            output.assert_never_warns(&token);
        }
    }
}

#[test]
fn an_app_secret_is_read_the_same_way() {
    let secret = "5a9db0c05a9db0c05a9db0c05a9db0c0";
    for blank in BLANKS {
        let world = World::new();
        for run in ways_in_of_a_secret(&world, &format!("{blank}{secret}{blank}")) {
            let _ = run.run().assert_code(0);
        }
    }
    for (before, after, reason) in WRAPPED {
        let world = World::new();
        for run in ways_in_of_a_secret(&world, &format!("{before}{secret}{after}")) {
            let output = run.run().assert_code(2);
            output.assert_warns(reason);
            output.assert_never_warns(secret);
        }
    }
}

#[cfg(unix)]
#[test]
fn what_refresh_hands_over_is_accepted_when_a_store_gives_it_back() {
    let world = World::new();
    world.connect_in("backdated");
    world.script("keep", "#!/bin/sh\ncat > \"$HOME/kept\"\n");
    let _ = world
        .sandbox(&["refresh", "--hand-to", "keep"])
        .run()
        .assert_code(0);
    let kept = std::fs::read_to_string(world.folder("HOME").join("kept")).unwrap();
    assert_eq!(kept, world.token("@wreckshop.records"));
    let verify = world
        .sandbox(&["status", "--verify"])
        .env("IGCONNECT_SANDBOX_TOKEN", kept);
    let _ = verify.run().assert_code(0);
}

#[test]
fn the_same_dashboard_token_again_changes_nothing_that_is_known() {
    let world = World::new();
    world.connect();
    let token = world.token("@wreckshop.records");
    let known = |world: &World| {
        let account = &world.database().accounts()[0];
        (
            account.issued_at,
            account.expires_at,
            account.scopes.clone(),
        )
    };
    let before = known(&world);
    for _ in 0..2 {
        let login = world
            .sandbox(&["login", "--with-token"])
            .stdin(token.as_str());
        let _ = login.run().assert_code(0);
        assert_eq!(known(&world), before);
    }
    let _ = world.sandbox(&["status"]).run().assert_code(0);
}

#[test]
fn a_known_expiry_that_a_living_token_contradicts_is_not_kept() {
    let world = World::new();
    world.connect();
    let token = world.token("@wreckshop.records");
    world.database().expire_in(-60);
    let login = world
        .sandbox(&["login", "--with-token"])
        .stdin(token.as_str());
    let _ = login.run().assert_code(0);
    // Instagram has just accepted the token, so it is not expired.
    let status = world.sandbox(&["status", "--json"]).run().assert_code(3);
    assert_eq!(status.json()["accounts"][0]["state"], "unverified");
}
