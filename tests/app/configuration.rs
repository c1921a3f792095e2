//! Apps in `config.toml`: listed, changed, removed, and refused where the file is broken.

use std::fs;

use super::setup::{ADD, DEFAULT_URI, ID, NOTHING, begin, config};
use crate::harness::keeper::REAL;
use crate::harness::mode;
use crate::harness::{Canaries, World};

#[test]
fn apps_are_listed_changed_and_removed_and_the_persons_comments_stay() {
    let Some((world, _, secret)) = begin() else {
        return;
    };
    let file = config(&world);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "# mine\nstore = \"keyring\" # the usual one\n\n[apps.shop] # the shop's\nid = \"999999\"\n").unwrap();
    let add = world.command(&[
        "app",
        "add",
        "second",
        "--id",
        ID,
        "--redirect-uri",
        "https://my.example/cb",
    ]);
    let output = add.stdin(secret.as_str()).run().assert_code(0);
    let _ = output.assert_says("\n  https://my.example/cb\n");
    let list = world.command(&["app", "list"]).run().assert_code(0);
    assert_eq!(
        list.stdout(),
        format!("second\t{ID}\thttps://my.example/cb\nshop\t999999\t{DEFAULT_URI}\n")
    );
    let json = world
        .command(&["app", "list", "--json"])
        .run()
        .assert_code(0)
        .json();
    assert_eq!(
        json["apps"][0],
        serde_json::json!({"name": "second", "id": ID, "redirect_uri": "https://my.example/cb"})
    );
    let removed = world
        .command(&["app", "remove", "second"])
        .run()
        .assert_code(0);
    assert_eq!(
        removed.stdout(),
        format!("Removed app second with Instagram App ID {ID}\n")
    );
    assert_eq!(world.secret_names_of(REAL), NOTHING);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "# mine\nstore = \"keyring\" # the usual one\n\n[apps.shop] # the shop's\nid = \"999999\"\n"
    );
    let _ = world
        .command(&["app", "remove", "second"])
        .run()
        .assert_fails(2)
        .assert_says("no app second is set up");
}

#[test]
fn a_broken_configuration_names_the_file_and_the_line_and_is_not_overwritten() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let secret = canaries.make("secret in the wrong place", "IGAA", 64);
    let file = config(&world);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for (text, line, words) in [
        ("store = \"keyring\"\n[apps\n".to_owned(), 2, ""),
        (
            "\n\nnonsense = 1\n".to_owned(),
            3,
            "unknown field `nonsense`",
        ),
        ("[apps.shop]\nid = 12345\n".to_owned(), 2, "invalid type"),
        (
            format!("[apps.shop]\nid = \"12345\"\nsecret = \"{secret}\"\n"),
            3,
            "unknown field `secret`",
        ),
        (format!("# a\napps = \"{secret}\"\n"), 2, "invalid type"),
        (format!("store = {secret}\n"), 1, ""),
    ] {
        let given = world.given("config.toml", &text);
        mode::set(&given, 0o600);
        for command in [
            &["app", "list"][..],
            &ADD,
            &["app", "remove", "shop"],
            &["login"],
        ] {
            let run = world
                .command(command)
                .env("IGCONNECT_CONFIG", &given)
                .run()
                .assert_fails(2);
            let _ = run.assert_says(&format!("config.toml line {line}: {words}"));
        }
        // Before anything is asked for or kept, also where the environment says in which store.
        let add = world.command(&ADD).env("IGCONNECT_CONFIG", &given);
        let add = add.env("IGCONNECT_STORE", "command:missing").run();
        let _ = (add.assert_fails(2)).assert_says(&format!("config.toml line {line}: {words}"));
        assert_eq!(fs::read_to_string(&given).unwrap(), text);
        // What needs no configuration works on.
        let _ = world
            .command(&["list"])
            .env("IGCONNECT_CONFIG", &given)
            .run()
            .assert_code(0);
    }
    fs::write(&file, b"\xff\xfe").unwrap();
    let _ = world
        .command(&["app", "list"])
        .run()
        .assert_fails(2)
        .assert_says("it is not UTF-8 text");
    world.assert_no_leaks(&canaries);
}

#[test]
fn an_app_id_or_uri_in_the_configuration_that_cannot_be_is_refused() {
    let world = World::new();
    let file = config(&world);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for (text, words) in [
        (
            "[apps.a]\nid = \"12\"\n",
            "is not a number of 5 to 20 digits",
        ),
        (
            "[apps.a]\nid = \"123456\"\nredirect_uri = \"http://x/\"\n",
            "must begin with https://",
        ),
        (
            "store = \"paper\"\n[apps.a]\nid = \"123456\"\n",
            "is not a known store",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let login = world.command(&["login"]).without_env("IGCONNECT_STORE");
        let _ = login.run().assert_fails(2).assert_says(words);
    }
}
