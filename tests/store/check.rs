//! `store show` and `store check`: what is said of stores and entries, and with which code.

use std::fs;

use super::moving::setup::SERVICE;
#[cfg(unix)]
use crate::harness::SecretService;
use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::database::Change;
use crate::harness::keeper::{SANDBOX, write_entry};
use crate::harness::sealed_file::SealedFile;

#[track_caller]
fn check(world: &World, code: i32) -> serde_json::Value {
    let line = ["store", "check", "--json"];
    let output = world.sandbox(&line).run().assert_code(code);
    output.json()
}

#[test]
fn each_state_of_an_entry_has_its_word_and_its_code() {
    let world = World::new();
    assert_eq!(check(&world, 0)["accounts"], serde_json::json!([]));
    world.connect();
    let well = check(&world, 0);
    assert_eq!(well["accounts"][0]["entry"], "well");
    let file = world.plain_file(&format!("acct/{WRECKSHOP}/a"));
    let entry = fs::read_to_string(&file).unwrap();
    let judge = |word: &str, code: i32| {
        let found = check(&world, code)["accounts"][0].clone();
        assert_eq!(found["entry"], word);
        assert_eq!(found["error"]["exit"], code);
    };
    fs::write(&file, &entry[..entry.len() - 9]).unwrap();
    judge("damaged", 4);
    fs::remove_file(&file).unwrap();
    judge("gone", 4);
    fs::write(&file, &entry).unwrap();
    let database = world.database();
    database.change(|account| account.generation = 7);
    judge("other", 3);
    database.change(|account| {
        account.generation = 1;
        account.fingerprint = Some("aaaa-bbbb".into());
    });
    judge("other", 3);
    database.interrupt(WRECKSHOP, "refresh");
    judge("changing", 3);
    database.delete_rows::<Change>();
    database.change(|account| account.store = "of tomorrow".into());
    judge("unknown", 6);
    let state = world.account_json()["state"].clone();
    assert_eq!(state, "connected", "a check records nothing");
    let shown = world.sandbox(&["store", "show", "--json"]).run();
    let shown = shown.assert_code(6).json();
    assert_eq!(shown["accounts"][0]["entry"], "unknown");
}

#[test]
fn an_entry_of_a_newer_program_is_code_7() {
    let world = World::new();
    world.connect();
    let file = world.plain_file(&format!("acct/{WRECKSHOP}/a"));
    let text = fs::read_to_string(&file).unwrap();
    let json = text
        .split_once(':')
        .unwrap()
        .1
        .replacen("\"v\":1", "\"v\":2", 1);
    fs::write(&file, write_entry(&json)).unwrap();
    assert_eq!(check(&world, 7)["accounts"][0]["entry"], "unknown");
    world.seals();
    let before = world.secrets();
    let _ = world.moves("sealed", &[]).assert_code(7);
    assert_eq!(world.secrets(), before);
}

#[cfg(unix)]
#[test]
fn an_unreachable_keyring_leaves_entries_unknown() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    world.connect();
    let checked = check(&world, 0);
    assert_eq!(checked["stores"][0]["round_trip"], "well");
    keyring.lock();
    let checked = check(&world, 6);
    assert_eq!(checked["stores"][0]["round_trip"], "failed");
    assert_eq!(checked["accounts"][0]["entry"], "unknown");
    let show = world.sandbox(&["store", "show", "--json"]);
    let show = show
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        .run();
    let shown = show.assert_code(6).json();
    assert_eq!(shown["stores"][0]["accounts"], serde_json::Value::Null);
    assert_eq!(shown["accounts"][0]["entry"], "unknown");
    let words = world.sandbox(&["store", "show"]);
    let words = words
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        .run();
    let words = words
        .assert_code(6)
        .assert_says("no secret store was found on this machine");
    words.assert_prints("cannot be read now");
}

#[cfg(unix)]
#[test]
fn an_entry_without_an_account_is_a_leftover() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    world.connect();
    let entry = keyring
        .lookup(SERVICE, &format!("acct/{WRECKSHOP}/a"))
        .unwrap();
    for name in ["acct/17/b", "app/1029384756102938", "probe/12", "new/12"] {
        keyring.store("x", SERVICE, name, "a secret");
    }
    keyring.store("x", SERVICE, &format!("acct/{WRECKSHOP}/b"), &entry);
    let leftovers = world.shows()["leftovers"].clone();
    let mut found: Vec<_> = (leftovers.as_array().unwrap().iter())
        .map(|left| {
            (
                left["kind"].as_str().unwrap(),
                left["name"].as_str().unwrap(),
            )
        })
        .collect();
    found.sort_unstable();
    let expected = [
        ("account", "17"),
        ("app_secret", "1029384756102938"),
        ("slot", WRECKSHOP),
        ("trial", "probe/12"),
        ("unknown", "new/12"),
    ];
    assert_eq!(found, expected);
    let plain = world.sandbox(&["store", "show"]).run().assert_code(0);
    let lines = plain
        .stdout()
        .lines()
        .filter(|line| line.starts_with("leftover\t"));
    assert_eq!(lines.count(), 5);
    let _ = world.sandbox(&["store", "check"]).run().assert_code(0);
    assert!(keyring.lookup(SERVICE, "probe/12").is_none());
    for kept in ["acct/17/b", "new/12"] {
        assert!(keyring.lookup(SERVICE, kept).is_some(), "{kept}");
    }
}

#[test]
fn only_the_next_store_check_deletes_the_entry_of_a_killed_one() {
    let world = World::new();
    world.connect();
    let trial = world.plain_file("probe/12");
    fs::write(&trial, "a dummy").unwrap();
    let sealed = SealedFile::with_key_file(&world);
    world.connect();
    sealed.set_entry("probe/12", b"sealed under another name");
    let trials = |world: &World| {
        let leftovers = world.shows()["leftovers"].clone();
        let all = leftovers.as_array().unwrap().iter();
        all.filter(|left| left["kind"] == "trial").count()
    };
    assert_eq!(trials(&world), 2);
    let _ = world.sandbox(&["store", "check"]).run().assert_code(0);
    assert_eq!(trials(&world), 0);
    assert!(!trial.exists());
    assert!(!sealed.names(SANDBOX).contains(&"probe/12".to_owned()));
    let token = world.sandbox(&["token"]).prints_a_secret().run();
    let _ = token.assert_code(0);
}

#[test]
fn an_older_cache_is_read_as_it_is_and_a_newer_one_is_left_alone() {
    let world = World::new();
    world.connect_two();
    let database = world.database();
    database.change_one("lina", |account| {
        account.trouble = Some("token_refused".into())
    });
    database.downgrade();
    let _ = world.sandbox(&["status"]).run().assert_code(0);
    let of_lina = world.sandbox(&["status", LINA, "--json"]).run();
    let of_lina = of_lina.assert_code(4).json()["accounts"][0].clone();
    assert_eq!(of_lina["reason_since"], serde_json::Value::Null);
    for line in [
        &["list"][..],
        &["store", "show"],
        &["store", "check", "--all"],
    ] {
        let _ = world.sandbox(line).run().assert_code(0);
    }
    assert_eq!(database.version(), 1);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(database.version(), 2);
    database.set_version(3);
    let before = fs::read(world.database()).unwrap();
    for line in [
        &["store", "show"][..],
        &["store", "check"],
        &["store", "move", "--to", "keyring", "--all", "--yes"],
    ] {
        let _ = world.sandbox(line).run().assert_fails(7);
    }
    assert_eq!(fs::read(world.database()).unwrap(), before);
}
