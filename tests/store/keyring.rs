//! A keyring that is locked, stuck, dead or missing: what needs it says so in time, what does not is not disturbed,
//! and no token is lost or written in the open.

use std::os::unix::net::UnixListener;

use crate::harness::files::Files;
use crate::harness::process::Running;
use crate::harness::{SecretService, World};

/// Commands that need the keyring, on an account that is in it and due.
const NEED_IT: [&[&str]; 7] = [
    &["refresh"],
    &["refresh", "--all"],
    &["token"],
    &["run", "--", "echo", "ran"],
    &["disconnect", "--yes"],
    &["disconnect", "--all", "--yes"],
    &["status", "--verify"],
];

const NEED_IT_NOT: [&[&str]; 5] = [
    &["status"],
    &["status", "--all", "--json"],
    &["list"],
    &["refresh", "--dry-run"],
    &["use", "wreckshop.records"],
];

/// A login also works without any keyring, so it is judged apart.
const LOGIN: &[&str] = &["--quiet", "login", "--port", "0"];

enum Order {
    AllAtOnce,
    OneByOne,
}

/// What a fault must make of the commands: 6 with these words, or nothing at all where they do without a keyring.
#[track_caller]
fn judge(world: &World, order: Order, commands: &[&[&str]], words: &str, bus: Option<&str>) {
    let run = |command: &[&str]| {
        let run = world.sandbox(command);
        match bus {
            Some(bus) => run.env("DBUS_SESSION_BUS_ADDRESS", bus),
            None => run,
        }
    };
    let data = Files::of(&world.folder("XDG_DATA_HOME").join("igconnect"));
    // Each with a copy of the data: they would wait for each other's lock, and a disconnect would end the others.
    let start = |place: usize, command: &[&str]| {
        let copy = world.folder("TMPDIR").join(place.to_string());
        data.put_back(&copy);
        run(command).env("IGCONNECT_DATA_DIR", copy).spawn()
    };
    let check = |running: Running| {
        let output = running.finish().assert_code(6).assert_says(words);
        let calm = output.stderr().lines().count() <= 3;
        assert!(
            calm && !["IGAA", "ran"]
                .iter()
                .any(|word| output.stdout().contains(word)),
            "{}",
            output.report()
        );
    };
    let running = commands
        .iter()
        .enumerate()
        .map(|(place, command)| start(place, command));
    match order {
        // A stuck keyring does not answer, so each command waits until its deadline.
        Order::AllAtOnce => running.collect::<Vec<_>>().into_iter().for_each(check),
        // A locked one asks one person after the other.
        Order::OneByOne => running.for_each(check),
    }
    for command in NEED_IT_NOT {
        let _ = run(command).run().assert_code(0);
    }
    assert_not_asked(world);
    let status = run(&["status", "--json"]).run().json();
    assert_eq!(
        status["accounts"][0]["state"], "expiring",
        "a silent store changes no state"
    );
}

/// Fails if a command that does without a keyring connects to the bus.
#[track_caller]
fn assert_not_asked(world: &World) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus");
    let bus = UnixListener::bind(&path).unwrap();
    bus.set_nonblocking(true).unwrap();
    for command in NEED_IT_NOT {
        let run = world.sandbox(command);
        let run = run.env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", path.display()),
        );
        let _ = run.run().assert_code(0);
        assert!(bus.accept().is_err(), "{command:?} looked for a keyring");
    }
}

/// A due account in a keyring, and its token.
fn begin(world: &World) -> Option<(SecretService, String)> {
    let keyring = SecretService::start(world)?;
    world.connect_in("backdated");
    let token = the_token(&keyring)?;
    Some((keyring, token))
}

fn the_token(keyring: &SecretService) -> Option<String> {
    let a = keyring.lookup("igconnect-sandbox", "acct/17841400000000017/a");
    a.or_else(|| keyring.lookup("igconnect-sandbox", "acct/17841400000000017/b"))
}

fn everyone() -> Vec<&'static [&'static str]> {
    NEED_IT.into_iter().chain([LOGIN]).collect()
}

#[test]
fn a_token_reaches_the_keyring_with_a_label_that_says_what_it_is_and_no_file() {
    let world = World::new();
    let Some((keyring, _)) = begin(&world) else {
        return;
    };
    let entries = keyring.search_all("igconnect-sandbox");
    assert_eq!(entries.len(), 1);
    assert_eq!(
        entries[0].label,
        "igconnect: Instagram token of account 17841400000000017"
    );
    assert!(world.secrets().is_empty());
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(
        keyring.search_all("igconnect-sandbox").len(),
        1,
        "the old token is gone"
    );
}

#[test]
fn a_locked_keyring_is_reported_and_loses_nothing() {
    let world = World::new();
    let Some((keyring, _)) = begin(&world) else {
        return;
    };
    keyring.lock();
    judge(
        &world,
        Order::OneByOne,
        &everyone(),
        "the secret store is locked",
        None,
    );
    if keyring.provider.shows_what_is_locked() {
        assert_eq!(keyring.search_all("igconnect-sandbox").len(), 1);
    }
    assert!(world.secrets().is_empty(), "no plain text in its place");
}

#[test]
fn a_stuck_keyring_is_given_up_after_five_seconds_and_works_again_afterwards() {
    let world = World::new();
    let Some((keyring, token)) = begin(&world) else {
        return;
    };
    keyring.stop();
    let words = "the keyring did not answer within 5 seconds";
    judge(&world, Order::AllAtOnce, &everyone(), words, None);
    keyring.cont();
    assert_eq!(the_token(&keyring), Some(token));
    assert!(world.secrets().is_empty(), "no plain text in its place");
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
}

#[test]
fn a_killed_or_missing_keyring_is_reported() {
    let world = World::new();
    let Some((mut keyring, _)) = begin(&world) else {
        return;
    };
    keyring.kill();
    let words = "no secret store was found on this machine";
    judge(&world, Order::OneByOne, &NEED_IT, words, None);
    let other = World::new();
    let Some(bus) = SecretService::bus_without_provider(&other) else {
        return;
    };
    judge(
        &world,
        Order::OneByOne,
        &NEED_IT,
        words,
        Some(bus.address()),
    );
    judge(
        &world,
        Order::OneByOne,
        &NEED_IT,
        words,
        Some("unix:path=/nowhere"),
    );
    assert!(world.secrets().is_empty(), "no plain text in its place");
}

#[test]
fn the_sandbox_says_that_it_writes_plain_text_where_there_is_no_keyring() {
    let world = World::new();
    let output = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_code(0);
    let output = output.assert_says(
        "No keyring found: secrets of this test world go to a private file, in plain text.",
    );
    assert!(
        output
            .stdout()
            .contains("token: in a private file, in plain text (sandbox only)")
    );
    assert_eq!(world.secrets().len(), 1);
    let strict = world.sandbox(LOGIN).env("IGCONNECT_STORE", "keyring").run();
    let _ = strict.assert_fails(6);
}

#[test]
fn a_real_login_without_a_keyring_fails_before_anything_is_begun() {
    let world = World::new();
    world.script("xdg-open", "#!/bin/sh\n: >opened\n");
    let real = |store: &str| {
        world
            .command(&["login", "--browser", "xdg-open"])
            .env("IGCONNECT_APP_ID", "1234567890123456")
            .env("IGCONNECT_APP_SECRET", "0123456789abcdef0123456789abcdef")
            .env("IGCONNECT_STORE", store)
            .run()
    };
    let output = real("")
        .assert_fails(6)
        .assert_says("no secret store was found on this machine");
    let _ = output.assert_says("Start a keyring such as gnome-keyring");
    let file = real("file").assert_fails(2);
    let _ = file.assert_says("real tokens are not stored in a plain file");
    assert!(!world.folder("HOME").join("opened").exists(), "no browser");
    assert!(
        !world.folder("XDG_DATA_HOME").join("igconnect").exists(),
        "no file"
    );
}

#[test]
fn a_login_to_another_store_leaves_nothing_in_the_one_before() {
    let world = World::new();
    let Some((keyring, _)) = begin(&world) else {
        return;
    };
    let login = |store: &str| world.sandbox(LOGIN).env("IGCONNECT_STORE", store).run();
    let _ = login("file").assert_code(0);
    assert_eq!(keyring.search_all("igconnect-sandbox").len(), 0);
    assert_eq!(world.secrets().len(), 1);
    let _ = login("keyring").assert_code(0);
    assert_eq!(keyring.search_all("igconnect-sandbox").len(), 1);
    assert!(world.secrets().is_empty());
    // A failed deletion is reported, and nothing is lost.
    keyring.lock();
    let locked = world.sandbox(&["login", "--port", "0"]);
    let _ = (locked.env("IGCONNECT_STORE", "file").run())
        .assert_code(0)
        .assert_says("could not delete the old token of @wreckshop.records");
    assert_eq!(world.state("@wreckshop.records"), "connected");
}

#[test]
fn an_entry_that_another_program_wrote_is_never_sent() {
    let world = World::new();
    let Some((keyring, token)) = begin(&world) else {
        return;
    };
    for junk in [
        "IGAAjunkjunkjunkjunk",
        "{}",
        " ",
        "\u{fc}",
        &token[..token.len() - 5],
        &"x".repeat(9000),
    ] {
        // Some keep it beside an entry with more attributes, as two of the same name.
        keyring.clear("igconnect-sandbox", "acct/17841400000000017/a");
        keyring.store("x", "igconnect-sandbox", "acct/17841400000000017/a", junk);
        for command in [&["refresh"][..], &["token"]] {
            let output = world.sandbox(command).run();
            assert_eq!(output.stdout_bytes(), b"", "{}", output.report());
            let _ = output
                .assert_code(4)
                .assert_says("the secret is gone from the keyring");
        }
    }
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
}
