//! `app`: the person's own Meta app. Its secret is in the keyring, the rest in `config.toml`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::harness::keeper::{Keeps, REAL};
use crate::harness::process::Run;
use crate::harness::{Canaries, World, need};

const ID: &str = "1234567890123456";
const ADD: [&str; 4] = ["app", "add", "--id", ID];
const NOTHING: [&str; 0] = [];
const DEFAULT_URI: &str = "https://localhost:8723/callback";

/// A world with a keyring, or the store of this run, and a secret to look out for.
fn begin() -> Option<(World, Canaries, String)> {
    let world = World::keeping(Keeps::Keyring)?;
    let mut canaries = Canaries::new();
    let secret = canaries.make("App Secret", "", 32);
    Some((world, canaries, secret))
}

fn config(world: &World) -> PathBuf {
    world
        .folder("XDG_CONFIG_HOME")
        .join("igconnect/config.toml")
}

#[track_caller]
fn assert_added(world: &World, secret: &str, run: Run<'_>) {
    let output = run.run().assert_code(0);
    assert_eq!(
        output.stdout(),
        format!("Added app default with Instagram App ID {ID}\n")
    );
    let lines: Vec<_> = output.stderr().lines().map(str::trim).collect();
    assert!(
        lines.contains(&DEFAULT_URI),
        "the exact redirect URI, alone on a line\n{}",
        output.report()
    );
    let kept = world.secret_of(REAL, &format!("app/{ID}"));
    assert_eq!(kept.as_deref(), Some(secret.as_bytes()));
    let text = fs::read_to_string(config(world)).unwrap();
    assert_eq!(
        text,
        format!("[apps.default]\nid = \"{ID}\"\nredirect_uri = \"{DEFAULT_URI}\"\n")
    );
    assert_eq!(
        config(world).metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn the_secret_comes_by_variable_by_stdin_or_by_file_and_is_kept_in_the_store_alone() {
    let Some((world, canaries, secret)) = begin() else {
        return;
    };
    assert_added(
        &world,
        &secret,
        world.command(&ADD).env("IGCONNECT_APP_SECRET", &secret),
    );
    for line in [
        secret.clone(),
        format!("{secret}\n"),
        format!("{secret}\r\n"),
    ] {
        assert_added(&world, &secret, world.command(&ADD).stdin(line.clone()));
        let file = world.given("secret", line);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_added(
            &world,
            &secret,
            world.command(&ADD).env("IGCONNECT_APP_SECRET_FILE", file),
        );
    }
    let by_variables = world.command(&["app", "add"]).env("IGCONNECT_APP_ID", ID);
    assert_added(
        &world,
        &secret,
        by_variables.env("IGCONNECT_APP_SECRET", &secret),
    );
    world.assert_no_leaks(&canaries);
    assert_eq!(
        world.secret_names_of(REAL).len(),
        1,
        "and nothing is left of trying the store"
    );
}

#[test]
fn a_file_that_others_can_read_or_that_is_a_link_is_no_place_for_a_secret() {
    let Some((world, canaries, secret)) = begin() else {
        return;
    };
    let file = world.given("secret", &secret);
    let add = |path: &PathBuf| {
        world
            .command(&ADD)
            .env("IGCONNECT_APP_SECRET_FILE", path)
            .run()
    };
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let _ = add(&file)
            .assert_fails(7)
            .assert_says("other users have access to it");
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            mode,
            "it is the person's to close"
        );
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let link = file.with_file_name("link");
    symlink(&file, &link).unwrap();
    let _ = add(&link)
        .assert_fails(7)
        .assert_says("it is a symbolic link");
    let _ = add(&file.with_file_name("missing"))
        .assert_fails(7)
        .assert_says("entity not found");
    let _ = add(&world.folder("HOME")).assert_fails(7);
    let long = world.given("long", "x".repeat(9000));
    fs::set_permissions(&long, fs::Permissions::from_mode(0o600)).unwrap();
    let _ = add(&long).assert_fails(7).assert_says("it is too large");
    let both = world
        .command(&ADD)
        .env("IGCONNECT_APP_SECRET_FILE", &file)
        .env("IGCONNECT_APP_SECRET", &secret);
    let _ = both.run().assert_fails(2).assert_says("exclude each other");
    assert_eq!(world.secret_names_of(REAL), NOTHING);
    assert!(!config(&world).exists());
    world.assert_no_leaks(&canaries);
}

#[test]
fn what_cannot_be_a_secret_is_refused_without_being_repeated() {
    let Some((world, canaries, secret)) = begin() else {
        return;
    };
    for (text, words) in [
        (format!("{secret} {secret}"), "it contains a blank"),
        (format!("{secret}\n{secret}\n"), "it contains a blank"),
        (format!(" {secret}"), "it contains a blank"),
        (format!("\u{feff}{secret}"), "it contains a blank"),
        (format!("{secret}\0"), "it contains a blank"),
        (secret.repeat(200), "longer than 4096 bytes"),
        ("\n".to_owned(), "it is empty"),
        (String::new(), "is needed"),
    ] {
        let output = world.command(&ADD).stdin(text).run().assert_fails(2);
        let _ = output.assert_says("App Secret").assert_says(words);
    }
    let _ = world
        .command(&ADD)
        .stdin(b"\xff\xfe\n".to_vec())
        .run()
        .assert_fails(2)
        .assert_says("is not text");
    let flag = world
        .command(&["app", "add", "--id", ID, "--secret", &secret])
        .run()
        .assert_fails(2);
    let _ = flag.assert_says("unexpected argument '--secret'");
    assert_eq!(world.secret_names_of(REAL), NOTHING);
    world.assert_no_leaks(&canaries);
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
        return;
    };
    let _ = world
        .command(&["app", "add"])
        .run()
        .assert_fails(2)
        .assert_says("Answer with --id");
    let _ = world
        .command(&ADD)
        .run()
        .assert_fails(2)
        .assert_says("IGCONNECT_APP_SECRET_FILE");
    let _ = world
        .command(&["login"])
        .run()
        .assert_fails(2)
        .assert_says("igconnect app add");
    let _ = world
        .command(&["login", "--app", "other"])
        .run()
        .assert_fails(2)
        .assert_says("no app other is set up");
}

#[test]
fn a_person_is_asked_for_both_and_the_secret_stays_hidden() {
    if !need("expect") {
        return;
    }
    let Some((world, canaries, secret)) = begin() else {
        return;
    };
    let answer = format!("{secret}\\r");
    let talk = [
        ("Instagram App ID (not the Meta app's id)", "12\\r"),
        (
            "is not a number of 5 to 20 digits",
            "\\b\\b1234567890123456\\r",
        ),
        ("Instagram App Secret (stays hidden)", answer.as_str()),
    ];
    let output = world
        .on_a_terminal(&["app", "add"], &talk)
        .run()
        .assert_code(0);
    assert!(output.stdout().contains(DEFAULT_URI), "{}", output.report());
    assert!(
        output.stdout().contains("developers.facebook.com/apps"),
        "{}",
        output.report()
    );
    let kept = world.secret_of(REAL, &format!("app/{ID}"));
    assert_eq!(kept.as_deref(), Some(secret.as_bytes()));
    world.assert_no_leaks(&canaries);
}

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
        fs::set_permissions(&given, fs::Permissions::from_mode(0o600)).unwrap();
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
        let add = add.env("IGCONNECT_STORE", "command:nobody").run();
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
            "names no store that igconnect has",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let login = world.command(&["login"]).without_env("IGCONNECT_STORE");
        let _ = login.run().assert_fails(2).assert_says(words);
    }
}
