//! Broken, foreign and unsafe files: told in a sentence, with code 7, and left as they are.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use crate::harness::process::Run;
use crate::harness::{World, need};

/// Commands that read the cache, and such as write it.
const READERS: [&[&str]; 4] = [&["status"], &["list"], &["token"], &["status", "--all"]];
const WRITERS: [&[&str]; 2] = [&["refresh"], &["disconnect", "--yes"]];
const LOGIN: &[&str] = &["--quiet", "login", "--port", "0"];

/// Fails unless every one of them ends with 7 and these words, as text and as JSON.
#[track_caller]
fn all_refuse<'a>(
    world: &World,
    commands: impl IntoIterator<Item = &'a &'a [&'a str]>,
    words: &str,
) {
    for command in commands {
        let _ = world
            .sandbox(command)
            .run()
            .assert_fails(7)
            .assert_says(words);
        let json = [&["--json"], *command].concat();
        // The failure of one account among several stands beside it, in the document of the command.
        let output = world.sandbox(&json).run().assert_code(7);
        let document = output.json();
        let error = match &document["error"] {
            serde_json::Value::Null => &document["accounts"][0]["error"],
            error => error,
        };
        assert!(error["exit"] == 7, "{}", output.report());
    }
}

#[test]
fn something_else_in_the_place_of_the_database_is_kept_beside_the_one_made_anew() {
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
fn a_database_of_another_program_is_kept_beside_the_one_made_anew() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    fs::remove_file(world.database()).unwrap();
    world.sql("CREATE TABLE something (else_)");
    let content = fs::read(world.database()).unwrap();
    refused_by_readers_and_set_aside(&world, &content);
}

/// Readers refuse what is in the place of the database and leave it alone; a writer puts it aside, whole.
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
fn a_database_of_a_newer_program_is_never_touched() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    let version: u32 = world.sql("PRAGMA user_version").parse().unwrap();
    world.sql(&format!(
        "PRAGMA user_version = {}; ALTER TABLE account ADD COLUMN mood TEXT",
        version + 1
    ));
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
fn no_bit_pattern_in_the_database_makes_it_panic_or_lose_a_token() {
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
        "it is of another kind than expected",
    );

    fs::remove_dir(&database).unwrap();
    let made = world.program("mkfifo", &[&database]).run();
    let _ = made.assert_code(0);
    all_refuse(
        &world,
        READERS.iter().chain(&WRITERS).chain([&LOGIN]),
        "it is of another kind than expected",
    );
}

#[test]
fn an_empty_database_is_one_in_which_nobody_is_connected() {
    let world = World::new();
    world.connect();
    fs::write(world.database(), "").unwrap();
    let _ = world.sandbox(&["list"]).run().assert_code(0);
    let _ = world.sandbox(&["status"]).run().assert_fails(4);
    world.connect();
    assert_eq!(world.state("@wreckshop.records"), "connected");
}

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

#[test]
fn what_others_may_write_to_is_refused_and_what_they_may_read_is_closed() {
    let world = World::new();
    world.connect();
    let folder = world.sandbox_folder();
    for mode in [0o777, 0o770, 0o722] {
        set_mode(&folder, mode);
        all_refuse(
            &world,
            READERS.iter().chain(&WRITERS).chain([&LOGIN]),
            "other users have access to it",
        );
        assert_eq!(mode_of(&folder), mode);
    }
    set_mode(&folder, 0o755);
    set_mode(&world.database(), 0o644);
    let _ = world.sandbox(&["status"]).run().assert_code(0);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(
        (mode_of(&folder), mode_of(&world.database())),
        (0o700, 0o600)
    );
}

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

#[test]
fn the_files_of_another_user_are_refused() {
    // Only root can give files away.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let world = World::new();
    world.connect();
    give_away(&world.database());
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

#[test]
fn what_cannot_be_written_can_still_be_read() {
    let world = World::new();
    world.connect();
    let folder = world.sandbox_folder();
    set_mode(&world.database(), 0o400);
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

#[test]
fn a_data_folder_that_nobody_can_make_is_told_before_the_consent() {
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

/// The program run by somebody to whom modes mean something: root passes over them, and becomes another user.
fn as_anybody<'w>(world: &'w World) -> impl Fn(&[&str]) -> Run<'w> {
    let root = rustix::process::geteuid().is_root();
    let binary = world.folder("HOME").join("igconnect");
    if root {
        // By another process: one that a test forks at this moment would hold our copy open for writing.
        let copied = Command::new("install")
            .arg(world.binary())
            .arg(&binary)
            .status();
        assert!(copied.is_ok_and(|status| status.success()));
        give_away(world.folder("HOME").parent().unwrap().parent().unwrap());
    }
    move |arguments| match root {
        true => {
            let binary = binary.to_str().unwrap();
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", binary];
            world.program("setpriv", &[&nobody, arguments].concat())
        }
        false => world.command(arguments),
    }
}

fn give_away(path: &Path) {
    chown(path, Some(65534), Some(65534)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

fn mode_of(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
