//! `use`: one account becomes the default one.

use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};

fn default_of(world: &World) -> String {
    let list = world.sandbox(&["list", "--json"]).run().json();
    let mut accounts = list["accounts"].as_array().unwrap().iter();
    let default = accounts.find(|account| account["default"] == true).unwrap();
    assert!(accounts.all(|account| account["default"] == false));
    default["username"].as_str().unwrap().to_owned()
}

#[test]
fn an_account_is_selected_by_username_id_or_alias_in_any_case() {
    let world = World::new();
    world.connect_two();
    assert_eq!(default_of(&world), "wreckshop.records");
    for (name, username) in [
        ("lina", "lina.draws"),
        ("@wreckshop.records", "wreckshop.records"),
        (LINA, "lina.draws"),
        (WRECKSHOP, "wreckshop.records"),
        ("@LINA.draws", "lina.draws"),
        ("wreckshop.records", "wreckshop.records"),
        ("LiNa", "lina.draws"),
        ("LiNa", "lina.draws"),
    ] {
        let output = world.sandbox(&["use", name]).run().assert_code(0);
        let words = format!("@{username}");
        assert!(
            output.stdout().starts_with(&words)
                && output.stdout().ends_with("is now the default account\n"),
            "{}",
            output.report()
        );
        assert_eq!(default_of(&world), username, "{name}");
    }
    let json = world
        .sandbox(&["use", "lina", "--json"])
        .run()
        .assert_code(0)
        .json();
    assert_eq!(
        (&json["accounts"][0]["id"], &json["accounts"][0]["default"]),
        (&LINA.into(), &true.into())
    );
}

#[test]
fn commands_use_the_default_account() {
    let world = World::new();
    world.connect_two();
    let status = |arguments: &[&str], env: &str| {
        let command = [&["status", "--json"], arguments].concat();
        let run = world.sandbox(&command).env("IGCONNECT_ACCOUNT", env).run();
        run.json()["accounts"][0]["username"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(status(&[], ""), "wreckshop.records");
    assert_eq!(status(&[], "lina"), "lina.draws");
    assert_eq!(
        status(&["--account", "lina"], "wreckshop.records"),
        "lina.draws"
    );
    assert_eq!(status(&["@wreckshop.records"], "lina"), "wreckshop.records");
    let _ = world.sandbox(&["use", "lina"]).run().assert_code(0);
    assert_eq!(status(&[], ""), "lina.draws");
}

#[test]
fn no_account_is_selected_by_another_name() {
    let world = World::new();
    world.connect_two();
    for name in [
        "@unknown",
        "lin",
        "wreckshop",
        "17841400000000018",
        "@lina",
        "a b",
        "@a/../b",
    ] {
        let output = world.sandbox(&["use", name]).run().assert_fails(4);
        let _ = output.assert_says(&format!("account {name} is not connected"));
    }
    for name in ["", "@"] {
        let _ = world.sandbox(&["use", name]).run().assert_fails(2);
    }
    let hostile = world
        .sandbox(&["use", "\u{202e}\u{1b}[2Jlina\n"])
        .run()
        .assert_fails(4);
    let _ = hostile.assert_says("account \\u{202e}\\u{1b}[2Jlina\\n is not connected");
    let _ = world
        .sandbox(&["status", "lina", "--account", "@wreckshop.records"])
        .run()
        .assert_fails(2);
    assert_eq!(default_of(&world), "wreckshop.records");
}
