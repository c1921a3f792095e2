//! The database is a cache: without it, or with a damaged one, every account of the store is found again.

use std::fs;

use super::judge::assert_sound;
use super::scene::world;
use crate::harness::Output;
#[cfg(unix)]
use crate::harness::SecretService;
use crate::harness::World;
use crate::harness::database::Account;

const LOGIN: &[&str] = &["login", "--port", "0", "--as", "shop"];

const ID: &str = "17841400000000017";

fn connected() -> World {
    let world = world("file");
    let _ = world.command(LOGIN).run().assert_code(0);
    world
}

fn state(output: &Output) -> (String, String) {
    let account = output.json()["accounts"][0].clone();
    let text = |name: &str| account[name].as_str().unwrap_or_default().to_owned();
    (text("id"), text("state"))
}

#[test]
fn without_the_database_each_command_that_changes_something_finds_the_account() {
    for command in [
        &["refresh"][..],
        &["refresh", "--all"],
        &["refresh", ID],
        &["status", "--verify"],
        &["token"],
        &["run", "--", "true"],
        &["disconnect", "--yes"],
        &["login", "--begin"],
        LOGIN,
    ] {
        let world = connected();
        fs::remove_file(world.database()).unwrap();
        let blind = world.command(&["status"]).run().assert_code(4);
        blind.assert_warns("refresh --all");
        let _ = world
            .command(command)
            .prints_a_secret()
            .run()
            .assert_code(0);
        assert_sound(&world);
        let status = world.command(&["status", "--json"]).run();
        match command {
            ["disconnect", ..] => drop(status.assert_code(4)),
            // Instagram has not been asked yet.
            ["login", "--begin"] => {
                assert_eq!(state(&status), (ID.into(), "unverified".into()));
                let _ = status.assert_code(3);
            }
            _ => assert_eq!(state(&status), (ID.into(), "connected".into())),
        }
    }
}

#[test]
fn a_damaged_database_is_set_aside_and_rebuilt() {
    let world = connected();
    let database = world.database();
    let whole = fs::read(&database).unwrap();
    let mut damages: Vec<(String, Vec<u8>)> = vec![
        ("text".into(), b"this is not a database\n".repeat(500)),
        ("one byte".into(), vec![0]),
        ("no header".into(), whole[100..].to_vec()),
        ("cut in a page".into(), whole[..whole.len() - 1000].to_vec()),
        ("cut after the first page".into(), whole[..4096].to_vec()),
    ];
    for page in (0..whole.len()).step_by(4096) {
        let mut flipped = whole.clone();
        flipped[page + 1..page + 40]
            .iter_mut()
            .for_each(|byte| *byte ^= 0xff);
        damages.push((format!("page at {page}"), flipped));
    }
    for (what, bytes) in damages {
        fs::write(&database, bytes).unwrap();
        let ended = world.command(&["refresh", "--all", "--json"]).run();
        assert_eq!(ended.code(), 0, "{what}: {}", ended.report());
        assert_eq!(state(&ended), (ID.into(), "connected".into()), "{what}");
        assert_sound(&world);
    }
    let aside = fs::read_dir(world.data()).unwrap().filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy()
            .starts_with("igconnect.sqlite.corrupt-")
    });
    assert!(aside.count() > 0);
}

#[test]
fn a_bit_flipped_anywhere_loses_no_account() {
    let world = connected();
    let database = world.database();
    let whole = fs::read(&database).unwrap();
    for turn in 0..30 {
        let mut flipped = whole.clone();
        let at = turn * 31_337 % flipped.len();
        flipped[at] ^= 1 << (turn % 8);
        fs::write(&database, &flipped).unwrap();
        let ended = world.command(&["refresh", "--all", "--json"]).run();
        // A bit of the version makes it one of a newer program, and that stays as it is.
        if ended.code() == 7 && ended.report().contains("newer") {
            assert_eq!(fs::read(&database).unwrap(), flipped);
            continue;
        }
        assert_eq!(ended.code(), 0, "byte {at}: {}", ended.report());
        assert_eq!(
            state(&ended).1,
            "connected",
            "byte {at}: {}",
            ended.report()
        );
    }
}

#[test]
fn refresh_all_rebuilds_an_account_that_only_the_store_has() {
    let world = connected();
    world.database().delete_rows::<Account>();
    let _ = world.command(&["status"]).run().assert_code(4);
    let ended = world.command(&["refresh", "--all", "--json"]).run();
    assert_eq!(
        state(&ended),
        (ID.into(), "connected".into()),
        "{}",
        ended.report()
    );
}

#[test]
fn a_newer_database_stays_untouched() {
    let world = connected();
    let database = world.database();
    database.set_version(99);
    let before = fs::read(&database).unwrap();
    for command in [
        &["refresh", "--all"][..],
        &["disconnect", "--yes"],
        &["token"],
        LOGIN,
    ] {
        let _ = world.command(command).run().assert_code(7);
        assert_eq!(fs::read(&database).unwrap(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_real_keyring_names_the_accounts_too() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let login = ["--sandbox", "login", "--port", "0"];
    let _ = world.command(&login).run().assert_code(0);
    keyring.store("a stranger's", "igconnect-sandbox", "acct/1/c", "x");
    for command in [
        &["refresh", "--all"][..],
        &["token"],
        &["disconnect", "--yes"],
    ] {
        fs::remove_file(world.database()).unwrap();
        let command = [&["--sandbox"], command].concat();
        let _ = world
            .command(&command)
            .prints_a_secret()
            .run()
            .assert_code(0);
    }
    assert_eq!(keyring.search_all("igconnect-sandbox").len(), 1);
}
