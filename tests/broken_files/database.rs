//! A database that is something else, newer, damaged, or a link.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;

use super::setup::{LOGIN, READERS, WRITERS, all_refuse};
use crate::harness::World;

#[test]
fn an_unrelated_file_is_kept_beside_the_rebuilt_database() {
    let world = World::new();
    world.connect();
    let (database, secrets) = (world.database(), world.secrets());
    let bytes = fs::read(&database).unwrap();
    let half = bytes[..bytes.len() / 2 + 100].to_vec();
    for content in [
        b"no database at all, only a text".to_vec(),
        vec![0xff; 8192],
        half,
    ] {
        refused_by_readers_and_set_aside(&world, &content);
    }
    assert_eq!(world.secrets(), secrets, "no token was lost by it");
}

#[test]
fn a_database_of_another_program_is_kept_beside_the_rebuilt_one() {
    let world = World::new();
    world.connect();
    fs::remove_file(world.database()).unwrap();
    world.database().execute("CREATE TABLE something (else_)");
    let content = fs::read(world.database()).unwrap();
    refused_by_readers_and_set_aside(&world, &content);
}

/// Readers refuse such a file and leave it alone; a writer sets it aside, whole.
#[track_caller]
fn refused_by_readers_and_set_aside(world: &World, content: &[u8]) {
    fs::write(world.database(), content).unwrap();
    all_refuse(
        world,
        READERS
            .iter()
            .filter(|command| command.contains(&"status") || command.contains(&"list")),
        "igconnect.sqlite is damaged or is not igconnect's",
    );
    assert!(
        fs::read(world.database()).unwrap() == content,
        "a reader changed it"
    );
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(world.state("@wreckshop.records"), "connected");
    let aside = fs::read_dir(world.sandbox_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let aside: Vec<_> = aside
        .filter(|path| path.to_string_lossy().contains(".corrupt-"))
        .collect();
    assert!(
        aside.iter().any(|path| fs::read(path).unwrap() == content),
        "{aside:?}"
    );
    aside.iter().for_each(|path| fs::remove_file(path).unwrap());
}

#[test]
fn a_database_of_a_newer_igconnect_is_never_changed() {
    let world = World::new();
    world.connect();
    let database = world.database();
    database.set_version(database.version() + 1);
    database.execute("ALTER TABLE account ADD COLUMN mood TEXT");
    let before = fs::read(world.database()).unwrap();
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "was made by a newer igconnect",
    );
    let status = world.sandbox(&["status"]).run();
    let _ = status.assert_says("Update igconnect");
    assert!(
        fs::read(world.database()).unwrap() == before,
        "it was changed"
    );
}

#[test]
fn a_damaged_database_causes_no_panic_and_loses_no_token() {
    let world = World::new();
    world.connect();
    let (database, secrets) = (world.database(), world.secrets());
    let whole = fs::read(&database).unwrap();
    for page in 0..whole.len() / 4096 {
        for (start, filler) in [(0, 0xff), (0, 0), (8, 0x80), (100, 0xa5)] {
            let mut broken = whole.clone();
            // The header of the file is left alone on its first page, or it would be another file.
            let start = page * 4096 + if page == 0 { 100 + start } else { start };
            broken[start..(page + 1) * 4096].fill(filler);
            fs::write(&database, broken).unwrap();
            for command in [&["status", "@wreckshop.records"][..], &["list", "--json"]] {
                let output = world.sandbox(command).run();
                assert!([0, 4, 7].contains(&output.code()), "{}", output.report());
                let calm = !output.stderr().contains("panic") && !output.stderr().contains("a bug");
                assert!(
                    calm && output.stderr().lines().count() <= 3,
                    "{}",
                    output.report()
                );
                if command.contains(&"--json") {
                    let _ = output.json();
                }
            }
        }
    }
    assert_eq!(world.secrets(), secrets);
}

#[cfg(unix)]
#[test]
fn a_link_a_folder_or_a_pipe_in_the_place_of_the_database_is_refused() {
    let world = World::new();
    world.connect();
    let database = world.database();
    let elsewhere = world.folder("HOME").join("elsewhere");
    fs::rename(&database, &elsewhere).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    symlink(&elsewhere, &database).unwrap();
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "it is a symbolic link",
    );
    assert!(fs::read(&elsewhere).unwrap() == before);

    fs::remove_file(&database).unwrap();
    fs::create_dir(&database).unwrap();
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "it is not a file or folder as expected",
    );

    fs::remove_dir(&database).unwrap();
    let made = world.program("mkfifo", &[database.path()]).run();
    let _ = made.assert_code(0);
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "it is not a file or folder as expected",
    );
}

#[test]
fn an_empty_database_has_no_accounts() {
    let world = World::new();
    world.connect();
    fs::write(world.database(), "").unwrap();
    let _ = world.sandbox(&["list"]).run().assert_code(0);
    let _ = world.sandbox(&["status"]).run().assert_fails(4);
    world.connect();
    assert_eq!(world.state("@wreckshop.records"), "connected");
}
