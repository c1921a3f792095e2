//! A username belongs to one account at one time.

use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::run::{SHELL, variable};

/// Both accounts were seen with the name of the first; `seen` is when each was seen last.
fn with_one_name(seen: [Option<i64>; 2]) -> World {
    let world = World::new();
    world.connect_two();
    world.database().change(|account| {
        account.username = "wreckshop.records".into();
        account.alias = None;
        account.verified_at = if account.id == WRECKSHOP {
            seen[0]
        } else {
            seen[1]
        };
    });
    world
}

#[test]
fn the_account_that_was_seen_last_with_a_username_holds_it() {
    for (seen, holder) in [([Some(2), Some(1)], WRECKSHOP), ([Some(1), Some(2)], LINA)] {
        let world = with_one_name(seen);
        let shell = format!("echo {}", variable("INSTAGRAM_USER_ID"));
        let account = ["run", "@wreckshop.records"];
        let line = [&account, &SHELL[1..], &[&shell]].concat();
        world
            .sandbox(&line)
            .run()
            .assert_code(0)
            .assert_prints(holder);
    }
}

#[test]
fn a_sighting_takes_the_username_from_every_other_account() {
    let world = with_one_name([Some(1), Some(2)]);
    let verify = world.sandbox(&["status", "--verify", WRECKSHOP]);
    let _ = verify.run().assert_code(0);
    let list = world
        .sandbox(&["list", "--json"])
        .run()
        .assert_code(0)
        .json();
    let name = |id: &str| {
        let accounts = list["accounts"].as_array().unwrap();
        accounts.iter().find(|account| account["id"] == id).unwrap()["username"].clone()
    };
    assert_eq!(name(WRECKSHOP), "wreckshop.records");
    assert_eq!(name(LINA), serde_json::Value::Null);
    // The other one is shown and found by its id.
    world
        .sandbox(&["list"])
        .run()
        .assert_code(0)
        .assert_prints(LINA);
    world
        .sandbox(&["status", LINA])
        .run()
        .assert_code(0)
        .assert_prints(LINA);
    let disconnect = world.sandbox(&["disconnect", "@wreckshop.records", "--yes"]);
    let _ = disconnect.run().assert_code(0);
    assert_eq!(world.database().accounts()[0].id, LINA);
    // It learns its own name again.
    let _ = world
        .sandbox(&["status", "--verify", LINA])
        .run()
        .assert_code(0);
    assert_eq!(world.database().accounts()[0].username, "lina.draws");
}

#[test]
fn a_username_that_may_be_either_accounts_is_refused_with_both_ids() {
    for seen in [
        [None, None],
        [Some(1), Some(1)],
        [None, Some(2)],
        [Some(2), None],
    ] {
        let world = with_one_name(seen);
        for command in [
            &["token", "@wreckshop.records"][..],
            &["token", "wreckshop.records"],
            &["run", "@wreckshop.records", "--", "true"],
            &["disconnect", "@wreckshop.records", "--yes"],
        ] {
            let output = world.sandbox(command).run().assert_fails(2);
            let output = output.assert_says(WRECKSHOP).assert_says(LINA);
            let _ = output.assert_says("by its id");
        }
        assert_eq!(world.database().accounts().len(), 2);
    }
}

#[test]
fn one_of_three_accounts_with_a_name_that_was_never_seen_may_hold_it() {
    let world = with_one_name([Some(2), Some(1)]);
    let mut third = world.database().accounts().remove(0);
    (third.id, third.is_default, third.verified_at) = ("17841400000000099".into(), false, None);
    world.database().add([third]);
    let output = world.sandbox(&["disconnect", "@wreckshop.records", "--yes"]);
    let output = output.run().assert_fails(2);
    let _ = output.assert_says("17841400000000099");
    assert_eq!(world.database().accounts().len(), 3);
}

#[test]
fn a_name_that_was_taken_is_null_in_every_document() {
    let world = with_one_name([Some(1), Some(2)]);
    let verify = world.sandbox(&["status", "--verify", WRECKSHOP]);
    let _ = verify.run().assert_code(0);
    for command in [
        &["list"][..],
        &["status", LINA],
        &["history", LINA],
        &["token", LINA],
        &["store", "show"],
        &["store", "check", "--all"],
        &["refresh", LINA, "--dry-run"],
        &["disconnect", LINA, "--yes"],
    ] {
        let run = world.sandbox(&[command, &["--json"]].concat());
        let run = if command[0] == "token" {
            run.prints_a_secret()
        } else {
            run
        };
        let document = run.run().assert_code(0).json();
        let accounts = document["accounts"].as_array().cloned();
        let accounts = accounts.unwrap_or_else(|| vec![document.clone()]);
        let found: Vec<_> = accounts.iter().filter(|it| it["id"] == LINA).collect();
        assert_eq!(found.len(), 1, "{command:?} {document}");
        assert!(found[0]["username"].is_null(), "{command:?} {document}");
        assert!(found[0].get("username").is_some(), "{command:?} {document}");
    }
}
