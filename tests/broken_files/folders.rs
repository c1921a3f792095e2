//! Data folders that are something else, or that others can read or write.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;

use super::setup::{LOGIN, READERS, WRITERS, all_refuse, set_mode};
#[cfg(unix)]
use super::setup::{as_anybody, give_away, mode_of};
use crate::harness::World;

#[cfg(unix)] // what is below a file is missing on Windows, as below a missing folder
#[test]
fn a_data_folder_that_is_a_file_is_refused() {
    let world = World::new();
    let file = world.given("file", "");
    for command in READERS.iter().chain(&[LOGIN]) {
        let run = world
            .sandbox(command)
            .env("IGCONNECT_DATA_DIR", &file)
            .run();
        let _ = run.assert_fails(7).assert_says("not a directory");
    }
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_is_a_link_is_not_written_through() {
    let world = World::new();
    world.connect();
    let (folder, elsewhere) = (
        world.sandbox_folder(),
        world.folder("HOME").join("elsewhere"),
    );
    fs::rename(&folder, &elsewhere).unwrap();
    symlink(&elsewhere, &folder).unwrap();
    all_refuse(&world, &WRITERS, "it is a symbolic link");
}

#[cfg(unix)]
#[test]
fn folders_others_can_write_are_refused_and_files_they_can_read_are_closed() {
    let world = World::new();
    world.connect();
    let folder = world.sandbox_folder();
    for mode in [0o777, 0o770, 0o722] {
        set_mode(&folder, mode);
        all_refuse(
            &world,
            READERS.iter().chain(&WRITERS).chain([&LOGIN]),
            "other users ",
        );
        assert_eq!(mode_of(&folder), mode);
    }
    set_mode(&folder, 0o755);
    set_mode(world.database().path(), 0o644);
    let _ = world.sandbox(&["status"]).run().assert_code(0);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(
        (mode_of(&folder), mode_of(world.database().path())),
        (0o700, 0o600)
    );
}

#[cfg(unix)]
#[test]
fn everything_made_is_private_under_any_umask() {
    for umask in ["000", "022", "077", "0777"] {
        let world = World::new();
        let binary = world.binary().to_str().unwrap();
        let line = format!("umask {umask}; exec {binary} --sandbox login --port 0");
        let _ = world.program("sh", &["-c", &line]).run().assert_code(0);
        let mut folders = vec![world.folder("XDG_DATA_HOME").join("igconnect")];
        while let Some(folder) = folders.pop() {
            assert_eq!(
                mode_of(&folder),
                0o700,
                "{} under {umask}",
                folder.display()
            );
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => assert_eq!(mode_of(&path), 0o600, "{} under {umask}", path.display()),
                }
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn the_files_of_another_user_are_refused() {
    // Only root can give files away.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let world = World::new();
    world.connect();
    give_away(world.database().path());
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "it belongs to another user",
    );
    let world = World::new();
    world.connect();
    give_away(&world.sandbox_folder());
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "it belongs to another user",
    );
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_can_still_be_read() {
    let world = World::new();
    world.connect();
    let folder = world.sandbox_folder();
    set_mode(world.database().path(), 0o400);
    set_mode(&folder.join("locks"), 0o500);
    set_mode(&folder, 0o500);
    let as_user = as_anybody(&world);
    let run = |command: &[&str]| as_user(&[&["--sandbox"], command].concat()).run();
    let _ = run(&["status"]).assert_code(0);
    let _ = run(&["list", "--json"]).assert_code(0);
    for command in [&["refresh"][..], &["disconnect", "--yes"]] {
        let output = run(command).assert_fails(7);
        assert!(!output.stderr().contains("panic"));
    }
}

#[cfg(unix)]
#[test]
fn a_data_folder_that_cannot_be_made_fails_before_the_consent() {
    let world = World::new();
    let folder = world.folder("HOME").join("closed");
    fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o500);
    let as_user = as_anybody(&world);
    let login = as_user(&["--quiet", "--sandbox", "login", "--port", "0"]);
    let output = login.env("IGCONNECT_DATA_DIR", folder.join("data")).run();
    assert!([6, 7].contains(&output.code()), "{}", output.report());
    let _ = output.assert_says("permission denied");
}
