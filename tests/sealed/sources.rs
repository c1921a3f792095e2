//! Where the key comes from: each source, on real parts, carries an account from login to disconnect.

use std::fs;

use crate::harness::World;
use crate::harness::mode;
use crate::harness::process::Run;
use crate::harness::sealed_file::SealedFile;
#[cfg(unix)]
use crate::harness::{SecretService, need};

const LOGIN: &[&str] = &["--scenario", "backdated", "login", "--port", "0"];

const PASSPHRASE: &str = "correct horse battery staple";

/// login, status, token, refresh, disconnect, each as `run` starts it.
#[track_caller]
fn travel(world: &World, run: impl Fn(&World, &[&str]) -> Run) {
    let login = run(world, LOGIN).run().assert_code(0);
    login.assert_prints("in the sealed file");
    let status = run(world, &["status", "--json"]).run().assert_code(0);
    assert_eq!(status.json()["accounts"][0]["token"]["store"], "sealed");
    let token = |world| {
        let output = run(world, &["token"]).prints_a_secret().run();
        output.assert_code(0).stdout().to_owned()
    };
    // Due, so the first one renews it.
    let (first, second) = (token(world), token(world));
    assert!(first.starts_with("IGAA") && first == second);
    let _ = run(world, &["refresh"]).run().assert_code(0);
    let _ = run(world, &["disconnect", "--yes"]).run().assert_code(0);
    let _ = run(world, &["status"]).run().assert_code(4);
    assert!(world.secrets().is_empty(), "nothing in plain text");
}

#[test]
fn a_key_file_is_made_at_the_first_login_for_this_user_alone_and_never_again() {
    let world = World::new();
    let sealed = SealedFile::with_key_file(&world);
    let _ = world.sandbox(&["status"]).run().assert_code(4);
    assert!(!sealed.path.exists() && !sealed.key.exists());
    travel(&world, |world, arguments| world.sandbox(arguments));
    let key = fs::read_to_string(&sealed.key).unwrap();
    assert_eq!(key.len(), 65);
    mode::assert_is(&sealed.key, 0o600);
    mode::assert_is(&sealed.path, 0o600);
    travel(&world, |world, arguments| world.sandbox(arguments));
    assert_eq!(fs::read_to_string(&sealed.key).unwrap(), key);
    // A new file beside the same key takes that.
    fs::remove_file(&sealed.path).unwrap();
    travel(&world, |world, arguments| world.sandbox(arguments));
    assert_eq!(fs::read_to_string(&sealed.key).unwrap(), key);
}

#[test]
fn the_configuration_names_store_and_key_file_and_doctor_tries_them() {
    let world = World::new();
    world.names_no_store();
    fs::create_dir_all(world.sandbox_folder()).unwrap();
    let config = "store = \"sealed\"\nseal_with = \"file\"\nseal_key_file = \"keys/seal.key\"\n";
    fs::write(world.sandbox_folder().join("config.toml"), config).unwrap();
    fs::create_dir(world.sandbox_folder().join("keys")).unwrap();
    assert_eq!(
        doctor(&world),
        "a sealed file, not there yet; the first login creates it"
    );
    assert!(!world.sandbox_folder().join("sealed.sqlite").exists());
    let _ = world.sandbox(LOGIN).run().assert_code(0);
    assert!(world.sandbox_folder().join("keys/seal.key").exists());
    assert_eq!(
        doctor(&world),
        "the sealed file writes, reads and deletes a test entry"
    );
    let _ = world
        .sandbox(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
}

/// What `doctor` says of the store.
#[track_caller]
fn doctor(world: &World) -> String {
    let report = world.sandbox(&["doctor", "--json"]).run().json();
    let mut checks = report["checks"].as_array().unwrap().iter();
    let store = checks.find(|check| check["name"] == "store").unwrap();
    store["message"].as_str().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn without_a_keyring_and_without_a_choice_a_login_says_where_a_key_may_be() {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    let login = world.sandbox(LOGIN).run().assert_fails(6);
    let _ = (login.assert_says("the key of the sealed file is in the keyring"))
        .assert_says("IGCONNECT_SEAL_WITH=file, credential or passphrase): igconnect help stores");
    assert_eq!(
        doctor(&world),
        "a sealed file, not there yet; the first login creates it"
    );
    let _sealed = SealedFile::with_key_file(&world);
    let _ = world.sandbox(LOGIN).run().assert_code(0);
}

#[cfg(unix)]
#[test]
fn one_entry_of_the_keyring_is_the_key_where_nothing_else_was_chosen() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    world.set_env("IGCONNECT_STORE", "sealed");
    travel(&world, |world, arguments| world.sandbox(arguments));
    let entries = keyring.search_all("igconnect-sandbox");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].label, "igconnect: key of the sealed file");
    assert_eq!(entries[0].attributes["username"], "seal-key");
    // Its key opens the file from a key file too.
    let _ = world.sandbox(LOGIN).run().assert_code(0);
    let key = keyring.lookup("igconnect-sandbox", "seal-key").unwrap();
    let file = world.given("seal.key", key);
    mode::set(&file, 0o600);
    let token = world
        .sandbox(&["token"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let token = token.env("IGCONNECT_SEAL_KEY_FILE", file);
    let _ = token.prints_a_secret().run().assert_code(0);
    let alone = world
        .sandbox(&["token"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let _ = alone.run().assert_fails(6);
}

#[test]
fn a_credential_of_systemd_is_found_in_its_folder() {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    let key = "0123456789abcdefABCDEF0123456789".repeat(2);
    let credential = world.given("igconnect-seal-key", key);
    // As systemd lays it there: to be read, and not by mode ours alone.
    mode::set(&credential, 0o440);
    world.set_env("CREDENTIALS_DIRECTORY", credential.parent().unwrap());
    travel(&world, |world, arguments| world.sandbox(arguments));
    let _ = world.sandbox(LOGIN).run().assert_code(0);
    let outside = world
        .sandbox(&["token"])
        .without_env("CREDENTIALS_DIRECTORY");
    let _ = (outside.run().assert_fails(6))
        .assert_says("the key of the sealed file is missing from the systemd credential");
}

/// The program with a pipe that has the passphrase.
#[cfg(unix)]
fn by_pipe(world: &World, arguments: &[&str], passphrase: &str) -> Run {
    let script = r#"exec 3< <(printf '%s\n' "$1"); shift; IGCONNECT_PASSPHRASE_FD=3 "$@""#;
    let run = world.program("bash", &["-c", script, "bash", passphrase]);
    let run = run.arg(world.binary()).arg("--sandbox");
    let arguments = arguments.iter();
    arguments.fold(run, |run, argument| run.arg(*argument))
}

#[cfg(unix)]
#[test]
fn a_passphrase_comes_by_a_file_descriptor() {
    if !need("bash") {
        return;
    }
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    travel(&world, |world, arguments| {
        by_pipe(world, arguments, PASSPHRASE)
    });
    let _ = by_pipe(&world, LOGIN, PASSPHRASE).run().assert_code(0);
    let wrong = by_pipe(&world, &["token"], "incorrect horse").run();
    let wrong = wrong.assert_fails(6);
    let _ = wrong.assert_says("this is not the passphrase of the sealed file");
    for (name, value) in [("TERM", "dumb"), ("IGCONNECT_PASSPHRASE_FD", "9")] {
        let unasked = world
            .sandbox(&["token"])
            .env(name, value)
            .run()
            .assert_fails(2);
        let _ = unasked.assert_says("the passphrase of the sealed file is needed");
    }
    let number = world
        .sandbox(&["token"])
        .env("IGCONNECT_PASSPHRASE_FD", "three");
    let _ = number.run().assert_fails(2);
}

#[cfg(unix)]
#[test]
fn the_descriptor_with_the_passphrase_is_kept_from_the_command_that_runs_and_others_are_not() {
    if !need("bash") {
        return;
    }
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    let _ = by_pipe(&world, LOGIN, PASSPHRASE).run().assert_code(0);
    let passphrase = world.given("passphrase", PASSPHRASE);
    let other = world.given("other", "of the caller's own");
    let script = r#"exec 7<"$1" 8<"$2" 9<"$2"; shift 2; IGCONNECT_PASSPHRASE_FD=8 "$@""#;
    let run = world.program("bash", &["-c", script, "bash"]);
    let run = run.arg(&other).arg(&passphrase).arg(world.binary());
    let command = "cat <&7; cat <&8 || cat /dev/fd/8; cat <&9";
    let arguments = ["--sandbox", "run", "--", "bash", "-c", command];
    let run = arguments
        .iter()
        .fold(run, |run, argument| run.arg(*argument));
    let output = run.run();
    let output = output.assert_code(0);
    output.assert_warns("8: Bad file descriptor");
    assert_eq!(output.stdout(), format!("of the caller's own{PASSPHRASE}"));
}

#[cfg(unix)]
#[test]
fn a_passphrase_is_asked_for_on_a_terminal_twice_for_a_new_file() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    world.set_env("IGCONNECT_SEAL_WITH", "passphrase");
    let typed = format!("{PASSPHRASE}\r");
    let login = [&["--sandbox"], LOGIN].concat();
    let talk = [
        ("New passphrase for the sealed file (stays hidden)", &*typed),
        ("Repeat the passphrase (stays hidden)", &*typed),
    ];
    let output = world.on_a_terminal(&login, &talk).run().assert_code(0);
    output.assert_never_prints("horse");
    output.assert_never_prints("passphrase is short");
    world.set_env("IGCONNECT_SEAL_WITH", "");
    let asked = [("Passphrase of the sealed file (stays hidden)", &*typed)];
    let status = world.on_a_terminal(&["--sandbox", "status", "--verify"], &asked);
    let _ = status.run().assert_code(0);
    let _ = world.sandbox(&["status"]).run().assert_code(0);
}

#[cfg(unix)]
#[test]
fn a_passphrase_of_less_than_12_characters_is_called_short_when_it_is_chosen() {
    if !need("expect") {
        return;
    }
    // Characters count, not bytes.
    for (passphrase, is_short) in [
        ("elevenchars", true),
        ("twelve_chars", false),
        ("ééééééé", true),
    ] {
        let world = World::new();
        world.set_env("IGCONNECT_STORE", "sealed");
        world.set_env("IGCONNECT_SEAL_WITH", "passphrase");
        let typed = format!("{passphrase}\r");
        let talk = [
            ("New passphrase for the sealed file (stays hidden)", &*typed),
            ("Repeat the passphrase (stays hidden)", &*typed),
        ];
        let login = [&["--sandbox"], LOGIN].concat();
        let output = world.on_a_terminal(&login, &talk).run().assert_code(0);
        let warns = output.stdout().contains("this passphrase is short");
        assert_eq!(warns, is_short, "{}", output.report());
        let asked = [("Passphrase of the sealed file (stays hidden)", &*typed)];
        let status = world.on_a_terminal(&["--sandbox", "status", "--verify"], &asked);
        status.run().assert_code(0).assert_never_prints("is short");
    }
}
