//! A lost, wrong or broken key, and a file that was changed, cut, replaced by another or made by a newer
//! igconnect: each is reported in a sentence and changes nothing.

use std::fs::{self, OpenOptions};
#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::keeper::SANDBOX;
use crate::harness::mode;
use crate::harness::sealed_file::SealedFile;

/// Commands that need a token.
const NEED_IT: [&[&str]; 5] = [
    &["token"],
    &["refresh"],
    &["status", "--verify"],
    &["run", "--", "echo", "ran"],
    &["disconnect", "--yes"],
];

const LOGIN: &[&str] = &["--quiet", "login", "--port", "0"];

/// Two accounts in a sealed file, the default one due.
fn begin(world: &World) -> SealedFile {
    let sealed = SealedFile::with_key_file(world);
    world.connect_two();
    sealed
}

/// Fails unless every command says this with this code and leaves file and cache as they are.
#[track_caller]
fn judge(world: &World, sealed: &SealedFile, commands: &[&[&str]], code: i32, words: &str) {
    let before = (fs::read(&sealed.path).unwrap(), cached(world));
    for command in commands {
        let output = world.sandbox(command).run().assert_code(code);
        let output = output.assert_says(words);
        let calm = output.stderr().lines().count() <= 3
            && !["IGAA", "ran"]
                .iter()
                .any(|word| output.stdout().contains(word));
        assert!(calm, "{}", output.report());
    }
    assert!(before == (fs::read(&sealed.path).unwrap(), cached(world)));
}

/// What the cache says of the accounts.
fn cached(world: &World) -> serde_json::Value {
    let mut list = world.sandbox(&["list", "--json"]).run().json();
    for account in list["accounts"].as_array_mut().unwrap() {
        account["token"]["expires_in_seconds"].take();
    }
    list
}

fn write_key(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    mode::set(path, 0o600);
}

fn everyone() -> Vec<&'static [&'static str]> {
    NEED_IT.into_iter().chain([LOGIN]).collect()
}

#[test]
fn a_lost_wrong_or_broken_key_opens_nothing_and_is_not_replaced() {
    let world = World::new();
    let sealed = begin(&world);
    let right = fs::read_to_string(&sealed.key).unwrap();
    fs::remove_file(&sealed.key).unwrap();
    let lost = "the key of the sealed file is missing from the key file";
    judge(&world, &sealed, &everyone(), 6, lost);
    assert!(!sealed.key.exists(), "no new key for an old file");

    write_key(&sealed.key, &"0123456789abcdef".repeat(4));
    let wrong = "the key in the key file is not that of the sealed file";
    judge(&world, &sealed, &everyone(), 6, wrong);

    write_key(&sealed.key, &right[..20]);
    let broken = "the key file does not contain the key";
    judge(&world, &sealed, &everyone(), 6, broken);
    assert_eq!(fs::read_to_string(&sealed.key).unwrap(), right[..20]);

    if cfg!(unix) {
        write_key(&sealed.key, &right);
        mode::set(&sealed.key, 0o622);
        judge(&world, &sealed, &NEED_IT, 7, "other users can write it");
    }

    write_key(&sealed.key, &right);
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
}

#[test]
fn a_changed_swapped_or_copied_entry_is_never_used() {
    let world = World::new();
    let sealed = begin(&world);
    let whole = fs::read(&sealed.path).unwrap();
    let damaged = "sealed.sqlite is damaged or was changed";
    let name = format!("acct/{WRECKSHOP}/a");
    let mine = sealed.entry(&name);
    let mut flipped = mine.clone();
    flipped[50] = !flipped[50];
    for entry in [
        &sealed.entry(&format!("acct/{LINA}/a"))[..],
        &flipped,
        &mine[..mine.len() - 1],
        &[],
    ] {
        sealed.set_entry(&name, entry);
        judge(&world, &sealed, &NEED_IT, 7, damaged);
        fs::write(&sealed.path, &whole).unwrap();
    }
    sealed.set_source("nothing known");
    judge(&world, &sealed, &NEED_IT, 7, damaged);
    fs::write(&sealed.path, &whole).unwrap();
    // The entry of another sealed file with the same key.
    let elsewhere = World::new();
    let other = SealedFile::with_key_file(&elsewhere);
    write_key(&other.key, &fs::read_to_string(&sealed.key).unwrap());
    elsewhere.connect();
    sealed.set_entry(&name, &other.entry(&name));
    judge(&world, &sealed, &NEED_IT, 7, damaged);
    fs::write(&sealed.path, &whole).unwrap();
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
}

#[cfg(unix)]
#[test]
fn a_cut_newer_linked_or_unrelated_file_is_refused_and_unchanged() {
    let world = World::new();
    let sealed = begin(&world);
    let whole = fs::read(&sealed.path).unwrap();
    let damaged = "sealed.sqlite is damaged or was changed";
    for length in [0, 100, whole.len() as u64 / 2] {
        let file = OpenOptions::new().write(true).open(&sealed.path).unwrap();
        file.set_len(length).unwrap();
        judge(&world, &sealed, &NEED_IT, 7, damaged);
        fs::write(&sealed.path, &whole).unwrap();
    }
    fs::write(&sealed.path, [7; 5000]).unwrap();
    judge(&world, &sealed, &everyone(), 7, damaged);
    fs::write(&sealed.path, &whole).unwrap();

    sealed.set_version(2);
    judge(
        &world,
        &sealed,
        &everyone(),
        7,
        "was made by a newer igconnect",
    );
    fs::write(&sealed.path, &whole).unwrap();

    let aside = sealed.path.with_extension("aside");
    fs::rename(&sealed.path, &aside).unwrap();
    symlink(&aside, &sealed.path).unwrap();
    judge(&world, &sealed, &everyone(), 7, "it is a symbolic link");
    fs::rename(&aside, &sealed.path).unwrap();
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
}

#[test]
fn a_missing_sealed_file_needs_a_login() {
    let world = World::new();
    let sealed = begin(&world);
    fs::remove_file(&sealed.path).unwrap();
    let gone = world.sandbox(&["token"]).run().assert_fails(4);
    let _ = gone.assert_says("the secret is gone from the sealed file");
    assert!(!sealed.path.exists(), "nothing is made by reading");
    let _ = world.sandbox(LOGIN).run().assert_code(0);
    let _ = world
        .sandbox(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
}

#[test]
fn a_lost_cache_is_rebuilt_from_a_sealed_file_that_nothing_names() {
    let world = World::new();
    let _sealed = begin(&world);
    world.set_env("IGCONNECT_STORE", "");
    fs::remove_file(world.database()).unwrap();
    let refreshed = world
        .sandbox(&["refresh", "--all", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(refreshed.json()["accounts"].as_array().unwrap().len(), 2);
}

#[test]
fn processes_that_begin_at_once_share_one_key_and_one_file() {
    let world = World::new();
    let sealed = SealedFile::with_key_file(&world);
    let people = ["agrees", "wrong-account", "agrees", "wrong-account"];
    let running: Vec<_> = people
        .iter()
        .map(|who| {
            let login = ["--scenario", who, "login", "--port", "0", "--quiet"];
            world.sandbox(&login).spawn()
        })
        .collect();
    for login in running {
        let _ = login.finish().assert_code(0);
    }
    let mut names = sealed.names(SANDBOX);
    names.retain(|name| name.starts_with("acct/"));
    assert_eq!(names.len(), 2, "{names:?}");
    for account in [WRECKSHOP, LINA] {
        let _ = world.token(account);
    }
}
