//! The keyring that tests start.

use std::thread;
use std::time::Duration;

use super::fails::fails;
use crate::harness::{SecretService, World};

#[test]
fn keeps_what_it_is_given() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    assert_eq!(keyring.lookup("igconnect", "one"), None);
    keyring.store(
        "the first",
        "igconnect",
        "one",
        "first secret\nin two lines",
    );
    keyring.store("the second", "igconnect", "two", "second secret");
    assert_eq!(
        keyring.lookup("igconnect", "one").as_deref(),
        Some("first secret\nin two lines")
    );
    let mut found = keyring.search_all("igconnect");
    found.sort_by(|left, right| left.label.cmp(&right.label));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].label, "the first");
    assert_eq!(found[0].attributes["username"], "one");
    assert_eq!(found[1].attributes["service"], "igconnect");
    assert!(keyring.search_all("something else").is_empty());
}

#[test]
fn is_reached_by_the_programs_of_its_world() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let attributes = ["service", "igconnect", "username", "one"];
    let _ = world
        .program(
            "secret-tool",
            &["store", "--label=x"]
                .iter()
                .chain(&attributes)
                .collect::<Vec<_>>(),
        )
        .stdin("secret")
        .run()
        .assert_code(0);
    assert_eq!(
        keyring.lookup("igconnect", "one").as_deref(),
        Some("secret")
    );
    let other = World::new();
    let mut lookup = vec!["lookup"];
    lookup.extend(attributes);
    let output = other
        .program("secret-tool", &lookup)
        .env("DBUS_SESSION_BUS_ADDRESS", keyring.address())
        .run()
        .assert_code(0);
    assert_eq!(output.stdout(), "secret");
}

#[test]
fn shows_no_secret_when_locked() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    keyring.store("x", "igconnect", "one", "secret");
    keyring.lock();
    assert_eq!(keyring.lookup("igconnect", "one"), None);
    if keyring.provider.shows_what_is_locked() {
        assert_eq!(keyring.search_all("igconnect").len(), 1);
    }
}

#[test]
fn is_silent_when_stopped_and_answers_when_it_goes_on() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    keyring.store("x", "igconnect", "one", "secret");
    keyring.stop();
    let lookup = ["lookup", "service", "igconnect", "username", "one"];
    let asking = world.program("secret-tool", &lookup).spawn();
    let heard = fails(|| {
        drop(
            world
                .program("secret-tool", &lookup)
                .timeout(Duration::from_millis(400))
                .run(),
        )
    });
    assert!(heard.contains("did not end"), "{heard}");
    keyring.cont();
    assert_eq!(asking.finish().assert_code(0).stdout(), "secret");
}

#[test]
fn can_be_killed_and_does_not_restart() {
    let world = World::new();
    let Some(mut keyring) = SecretService::start(&world) else {
        return;
    };
    keyring.store("x", "igconnect", "one", "secret");
    keyring.kill();
    assert_eq!(keyring.lookup("igconnect", "one"), None);
    assert!(no_provider(&world, keyring.address()));
}

#[test]
fn can_be_absent_from_a_session() {
    let world = World::new();
    let Some(bus) = SecretService::bus_without_provider(&world) else {
        return;
    };
    assert!(no_provider(&world, bus.address()));
}

#[test]
fn is_not_seen_from_another_session() {
    let sessions = 4;
    let together = std::sync::Barrier::new(sessions);
    thread::scope(|scope| {
        for number in 0..sessions {
            let together = &together;
            scope.spawn(move || {
                let world = World::new();
                let keyring = SecretService::start(&world);
                let secret = format!("secret {number}");
                keyring.iter().for_each(|keyring| {
                    keyring.store("x", "igconnect", &format!("user {number}"), &secret)
                });
                together.wait();
                let Some(keyring) = keyring else { return };
                let found = keyring.search_all("igconnect");
                assert_eq!(found.len(), 1, "{found:?}");
                assert_eq!(
                    keyring.lookup("igconnect", &format!("user {number}")),
                    Some(secret)
                );
            });
        }
    });
}

/// What a program meets that asks for secrets on this bus.
fn no_provider(world: &World, address: &str) -> bool {
    let lookup = ["lookup", "service", "igconnect", "username", "one"];
    let output = world
        .program("secret-tool", &lookup)
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .run()
        .assert_code(1);
    output
        .stderr()
        .contains("org.freedesktop.secrets was not provided")
}
