//! A token that the App Dashboard made: read from stdin, proved by `/me`, never exchanged.

use super::people::{FIRST, accounts};
use crate::harness::World;
use crate::harness::front::SandboxBehindFront;

/// A long-lived token as the dashboard makes it, without a login here.
fn token(scenario: &str) -> String {
    let elsewhere = World::new();
    elsewhere.connect_in(scenario);
    let (_, entry) = elsewhere.secrets().pop().unwrap();
    let entry = String::from_utf8(entry).unwrap();
    let token = entry.split("\"token\":\"").nth(1).unwrap();
    token.split('"').next().unwrap().to_owned()
}

#[test]
fn a_dashboard_token_is_verified_and_never_exchanged() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let login = world.command(&["login", "--with-token", "--as", "shop", "--json"]);
    let output = login
        .stdin(format!("{}\r\n", token("agrees")))
        .run()
        .assert_code(0);
    let account = &output.json()["accounts"][0];
    assert_eq!(
        (&account["id"], &account["alias"]),
        (&FIRST.1.into(), &"shop".into())
    );
    assert_eq!(account["state"], "unverified");
    assert!(account["token"]["expires_at"].is_null() && account["token"]["issued_at"].is_null());
    assert!(account["profile"]["followers_count"].is_number());
    output.assert_warns("The token's expiry is unknown");
    let asked = instagram.front.asked();
    assert_eq!(asked.len(), 1, "only /me");
    // Its end is unknown, and unknown is not healthy.
    let _ = world.command(&["status"]).run().assert_code(3);
    let _ = world
        .command(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
}

#[test]
fn the_first_refresh_reveals_when_the_token_expires() {
    let world = World::new();
    let token = token("backdated");
    let login = world.sandbox(&["login", "--with-token"]);
    let _ = login.stdin(token).run().assert_code(0);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let account = &accounts(&world)[0];
    assert_eq!(account["state"], "connected");
    assert!(account["token"]["expires_at"].is_string());
}

#[test]
fn a_token_too_young_to_refresh_is_reported() {
    let world = World::new();
    let login = world.sandbox(&["login", "--with-token"]);
    let _ = login.stdin(token("agrees")).run().assert_code(0);
    let output = world.sandbox(&["refresh"]).run().assert_code(3);
    output.assert_warns("Try again tomorrow");
    assert_eq!(accounts(&world)[0]["state"], "unverified");
}

#[test]
fn an_invalid_token_is_refused_and_not_repeated() {
    let world = World::new();
    for (stdin, words) in [
        ("", "it is empty"),
        ("two words\n", "a blank, a line break or another character"),
        ("IGAAone\nIGAAtwo\n", "a line break"),
        ("EAAGm0PX4ZCpsBAKverylong\n", "Facebook Login"),
    ] {
        let output = world
            .sandbox(&["login", "--with-token"])
            .stdin(stdin)
            .run()
            .assert_code(2);
        output.assert_warns(words);
        assert!(!output.stderr().contains("IGAAone") && !output.stderr().contains("EAAGm"));
    }
    let long = "I".repeat(1_000_000);
    let _ = world
        .sandbox(&["login", "--with-token"])
        .stdin(long)
        .run()
        .assert_code(2);
    let dead = world
        .sandbox(&["login", "--with-token"])
        .stdin("IGAAmadeup\n")
        .run()
        .assert_code(8);
    dead.assert_warns("code 190");
    assert_eq!(accounts(&world).len(), 0);
}

#[cfg(unix)]
#[test]
fn on_a_terminal_it_is_asked_for_unseen() {
    let world = World::new();
    let token = token("agrees");
    let typed = format!("{token}\\r");
    let talk = [("It stays hidden", typed.as_str())];
    if !crate::harness::need("expect") {
        return;
    }
    let output = world
        .on_a_terminal(&["--sandbox", "login", "--with-token"], &talk)
        .run();
    let output = output.assert_code(0);
    output.assert_never_prints(&token);
}
