//! Moves that are interrupted or fail: nothing is lost, and nothing stays behind.

use std::fs;

use super::setup::SERVICE;
use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::Account;
#[cfg(unix)]
use crate::harness::faulty_keyring::{Fault, FaultyKeyring};
use crate::harness::files::Files;
use crate::harness::mode::write_private;

#[cfg(unix)]
#[test]
fn a_keyring_that_cannot_keep_it_leaves_the_account_where_it_was() {
    let world = World::new();
    let Some(mut keyring) = FaultyKeyring::start(&world) else {
        return;
    };
    let login = world.sandbox(&["login", "--port", "0"]);
    let _ = login.env("IGCONNECT_STORE", "file").run().assert_code(0);
    let before = world.secrets();
    for fault in [
        Fault::Locked,
        Fault::ReadOnly,
        Fault::Truncating,
        Fault::Blanking,
        Fault::Ambiguous,
        Fault::DiesChanging,
    ] {
        keyring.fall_ill(fault);
        let _ = world.moves("keyring", &[]).assert_fails(6);
        keyring.heal();
        assert_eq!(world.secrets(), before, "{fault:?}");
        let _ = world.sandbox(&["refresh"]).run().assert_code(0);
        let mut left = keyring.entries();
        left.retain(|name, _| name.starts_with("acct/"));
        assert!(left.is_empty(), "{fault:?}: {:?}", left.keys());
    }
    let _ = world.moves("keyring", &[]).assert_code(0);
    assert!(world.secrets().is_empty());
}

#[cfg(unix)]
#[test]
fn a_read_only_keyring_is_reported_and_emptied_later() {
    let world = World::new();
    let Some(mut keyring) = FaultyKeyring::start(&world) else {
        return;
    };
    world.seals();
    world.connect();
    keyring.fall_ill(Fault::ReadOnly);
    let moved = world.moves("sealed", &[]).assert_code(6);
    let _ = moved.assert_says("it was moved, but its copy in the keyring was not deleted");
    assert_eq!(world.account_json()["token"]["store"], "sealed");
    let _ = world
        .sandbox(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
    // To be forgotten it must be forgotten there too.
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(6);
    keyring.heal();
    let shown = world.shows();
    assert_eq!(shown["accounts"][0]["other_store"], "keyring");
    assert_eq!(shown["leftovers"][0]["kind"], "copy");
    let _ = world.moves("sealed", &[]).assert_code(0);
    assert!(keyring.entries().is_empty());
    assert_eq!(world.shows()["leftovers"], serde_json::json!([]));
}

/// What a helper does first that keeps nothing of the account with this id.
const HALF_BROKEN: &str = r#"[ "$1" != store ] || {
    cat >given
    case $(cat given) in *ID*) rm given; exit 1 ;; esac
    exec <given
    rm given
}"#;

#[cfg(unix)]
#[test]
fn one_account_that_cannot_be_copied_does_not_stop_the_others() {
    let world = World::new();
    world.connect_two();
    let broken = HALF_BROKEN.replace("ID", &format!("acct/{WRECKSHOP}"));
    world.keeps_in_files("own", &broken);
    let output = world
        .moves("command:own", &["--all", "--json"])
        .assert_code(6);
    let rows = output.json()["accounts"].clone();
    for (row, outcome) in rows.as_array().unwrap().iter().zip(["moved", "failed"]) {
        assert_eq!(row["outcome"], outcome, "{row}");
        assert_eq!(row["error"].is_object(), outcome == "failed");
    }
    assert_eq!(world.secrets()[0].0, format!("acct/{WRECKSHOP}/a"));
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
    world.keeps_in_files("own", "");
    let _ = world.moves("command:own", &["--all"]).assert_code(0);
    assert!(world.secrets().is_empty());
}

/// A move that was killed: the account is recorded in `store`, and `other` may have a copy.
fn between(store: &str, other: &str) -> impl Fn(&mut Account) {
    move |account| {
        account.store = store.into();
        account.other_store = Some(other.into());
    }
}

#[test]
fn another_token_in_the_wanted_store_is_neither_used_nor_lost() {
    let world = World::new();
    world.seals();
    world.connect();
    let kept = Files::of(&world.data());
    let login = || {
        let login = world.sandbox(&["login", "--port", "0"]);
        let _ = login.env("IGCONNECT_STORE", "sealed").run().assert_code(0);
    };
    login();
    // A life of its own, of a higher generation, which this machine has forgotten.
    login();
    let theirs = world.account_json()["token"]["fingerprint"].clone();
    let sealed = fs::read(world.data().join("sealed.sqlite")).unwrap();
    kept.put_back(&world.data());
    write_private(&world.data().join("sealed.sqlite"), sealed);
    let state = || {
        let fingerprint = world.account_json()["token"]["fingerprint"].clone();
        let entries = world.sealed_entries();
        (fingerprint, world.secrets(), entries)
    };
    let before = state();
    let output = world.moves("sealed", &[]).assert_code(6);
    let _ = output.assert_says("the sealed file has a different token of this account");
    assert_eq!(state(), before);
    let leftover = world.shows()["leftovers"][0].clone();
    assert_eq!(
        (&leftover["store"], &leftover["kind"]),
        (&"sealed".into(), &"account".into())
    );
    // As the hint says.
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
    let found = world
        .sandbox(&["refresh", "--all"])
        .env("IGCONNECT_STORE", "sealed");
    let _ = found.run().assert_code(0);
    assert_eq!(world.account_json()["token"]["fingerprint"], theirs);
}

#[test]
fn a_disconnect_empties_both_stores_of_an_unfinished_move() {
    let world = World::new();
    world.seals();
    for (store, other) in [("sealed", "file"), ("file", "sealed")] {
        world.connect();
        let secrets = world.secrets();
        let _ = world.moves("sealed", &[]).assert_code(0);
        // As if it had been killed before or after the switch.
        let (name, content) = &secrets[0];
        fs::write(world.plain_file(name), content).unwrap();
        world.database().change(between(store, other));
        let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
        assert!(world.secrets().is_empty());
        assert_eq!(world.sealed_entries(), []);
    }
}

#[cfg(unix)]
#[test]
fn a_keyring_entry_of_another_service_is_ignored() {
    let world = World::new();
    let Some(keyring) = FaultyKeyring::start(&world) else {
        return;
    };
    keyring.add("igconnect", &format!("acct/{WRECKSHOP}/a"), "a real one");
    let login = world.sandbox(&["login", "--port", "0"]);
    let _ = login.env("IGCONNECT_STORE", "file").run().assert_code(0);
    let _ = world.moves("keyring", &[]).assert_code(0);
    let kept = &keyring.entries()[&format!("acct/{WRECKSHOP}/a")];
    assert_eq!(kept.len(), 2, "{SERVICE} beside the real one");
}

#[cfg(unix)]
#[test]
fn a_login_to_a_third_store_leaves_nothing_in_the_two_before() {
    let world = World::new();
    world.seals();
    world.connect();
    let secrets = world.secrets();
    let _ = world.moves("sealed", &[]).assert_code(0);
    // As if the move had been killed before its end.
    let (name, content) = &secrets[0];
    fs::write(world.plain_file(name), content).unwrap();
    world.database().change(between("sealed", "file"));
    world.keeps_in_files("own", "");
    let login = world.sandbox(&["login", "--port", "0"]);
    let _ = (login.env("IGCONNECT_STORE", "command:own").run()).assert_code(0);
    assert!(world.secrets().is_empty());
    assert_eq!(world.sealed_entries(), []);
    let account = world.shows()["accounts"][0].clone();
    assert_eq!(account["store"], "command:own");
    assert_eq!(account["other_store"], serde_json::Value::Null);
}

#[test]
fn the_copy_of_a_lost_token_is_kept() {
    let world = World::new();
    world.seals();
    world.connect();
    let before = world.account_json();
    let _ = world.moves("sealed", &[]).assert_code(0);
    // As if it had been killed between the copy and the switch, and the old store been wiped since.
    world.database().change(between("file", "sealed"));
    let _ = world.sandbox(&["refresh"]).run().assert_code(9);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let after = world.account_json();
    assert_eq!(after["token"]["store"], "sealed");
    assert_eq!(
        after["token"]["fingerprint"],
        before["token"]["fingerprint"]
    );
    // The same after the switch.
    world.database().change(between("file", "sealed"));
    let _ = world.moves("file", &[]).assert_code(9);
    let _ = world.moves("file", &[]).assert_code(0);
    assert_eq!(world.secrets().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_move_to_the_sealed_file_without_a_keyring_says_where_else_its_key_may_be() {
    let world = World::new();
    world.connect();
    let before = world.secrets();
    let moved = world.moves("sealed", &[]).assert_fails(6);
    let _ = (moved.assert_says("the key of the sealed file is in the keyring"))
        .assert_says("IGCONNECT_SEAL_WITH=file, credential or passphrase");
    assert_eq!(world.secrets(), before);
}
