//! `app add`: where the App Secret comes from, and what is refused.

use std::fs;
use std::path::PathBuf;

use super::setup::{ADD, DEFAULT_URI, ID, NOTHING, begin, config};
use crate::harness::World;
use crate::harness::keeper::{Keeps, REAL};
use crate::harness::mode;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::process::Run;

#[track_caller]
fn assert_added(world: &World, secret: &str, run: Run) {
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
    mode::assert_is(config(world), 0o600);
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
        mode::set(&file, 0o600);
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

#[cfg(unix)]
#[test]
fn a_secret_is_not_read_from_a_file_that_others_can_write() {
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
    for mode in [0o622, 0o620, 0o666] {
        mode::set(&file, mode);
        let _ = add(&file)
            .assert_fails(7)
            .assert_says("other users can write it");
        // It is the person's to close.
        mode::assert_is(&file, mode);
    }
    mode::set(&file, 0o600);
    let _ = add(&file.with_file_name("missing"))
        .assert_fails(7)
        .assert_says("entity not found");
    let _ = add(&world.folder("HOME")).assert_fails(7);
    let long = world.given("long", "x".repeat(9000));
    mode::set(&long, 0o600);
    let _ = add(&long).assert_fails(7).assert_says("it is too large");
    let both = world
        .command(&ADD)
        .env("IGCONNECT_APP_SECRET_FILE", &file)
        .env("IGCONNECT_APP_SECRET", &secret);
    let _ = both
        .run()
        .assert_fails(2)
        .assert_says("cannot be used together");
    assert_eq!(world.secret_names_of(REAL), NOTHING);
    assert!(!config(&world).exists());
    world.assert_no_leaks(&canaries);
}

#[test]
fn an_impossible_app_secret_is_refused_and_not_repeated() {
    let Some((world, canaries, secret)) = begin() else {
        return;
    };
    for (text, words) in [
        (format!("{secret} {secret}"), "it contains a blank"),
        (format!("{secret}\n{secret}\n"), "it contains a blank"),
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
    let Some(world) = World::keeping(Keeps::REAL) else {
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

#[cfg(unix)]
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
    output.assert_prints(DEFAULT_URI);
    output.assert_prints("developers.facebook.com/apps");
    let kept = world.secret_of(REAL, &format!("app/{ID}"));
    assert_eq!(kept.as_deref(), Some(secret.as_bytes()));
    world.assert_no_leaks(&canaries);
}
