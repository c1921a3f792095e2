//! Every file and folder that igconnect makes. Anything else at its path is reported with code 7, not followed, not waited
//! for, and left as it is.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use crate::harness::World;

/// Everything below the data folder that a login or a refresh opens.
const FILES: [&str; 7] = [
    "certificate/listener-authority.pem",
    "certificate/listener-certificate.pem",
    "certificate/listener-key.pem",
    "worlds/sandbox/config.toml",
    "worlds/sandbox/igconnect.sqlite",
    "worlds/sandbox/locks/17841400000000017.lock",
    "worlds/sandbox/secrets/acct.17841400000000017.a",
];

const FOLDERS: [&str; 4] = [
    "certificate",
    "worlds/sandbox",
    "worlds/sandbox/locks",
    "worlds/sandbox/secrets",
];

/// What is at the path instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Link,
    DanglingLink,
    Pipe,
    Socket,
    Folder,
    Device,
    Untrusted,
}

const THINGS: [Thing; 7] = [
    Thing::Link,
    Thing::DanglingLink,
    Thing::Pipe,
    Thing::Socket,
    Thing::Folder,
    Thing::Device,
    Thing::Untrusted,
];

/// A world with a connected account, one thing out of its place.
struct Misplaced {
    world: World,
    place: PathBuf,
    elsewhere: PathBuf,
}

impl Misplaced {
    /// `None` where only root could put it there.
    fn new(place: &str, thing: Thing) -> Option<Self> {
        let is_root = rustix::process::geteuid().is_root();
        if !is_root && matches!(thing, Thing::Device | Thing::Untrusted) {
            return None;
        }
        let world = World::new();
        world.connect();
        let place = world.folder("XDG_DATA_HOME").join("igconnect").join(place);
        let elsewhere = world.folder("HOME").join("elsewhere");
        match place.exists() {
            true => fs::rename(&place, &elsewhere).unwrap(),
            false => fs::write(&elsewhere, "").unwrap(),
        }
        let tool = |arguments: &[&str]| {
            let done = world.program(arguments[0], &arguments[1..]);
            let _ = done.arg(&place).run().assert_code(0);
        };
        match thing {
            Thing::Link => symlink(&elsewhere, &place).unwrap(),
            Thing::DanglingLink => symlink(world.folder("HOME").join("nowhere"), &place).unwrap(),
            Thing::Pipe => tool(&["mkfifo"]),
            Thing::Socket => drop(bind(&place)),
            Thing::Folder => fs::create_dir(&place).unwrap(),
            // /dev/full, which swallows nothing.
            Thing::Device => {
                let made = world.program("mknod", &[place.to_str().unwrap(), "c", "1", "7"]);
                let _ = made.run().assert_code(0);
            }
            Thing::Untrusted => {
                fs::rename(&elsewhere, &place).unwrap();
                chown(&place, Some(65534), Some(65534)).unwrap();
            }
        }
        Some(Self {
            world,
            place,
            elsewhere,
        })
    }

    /// Whether what was put there is still there, and what it points to is what it was.
    fn is_untouched(&self, before: &Seen) -> bool {
        let nowhere = self.world.folder("HOME").join("nowhere");
        !nowhere.exists() && self.seen() == *before
    }

    fn seen(&self) -> Seen {
        let data = fs::symlink_metadata(&self.place).unwrap();
        (
            data.ino(),
            data.permissions().mode(),
            contents(&self.elsewhere),
        )
    }
}

/// Number and mode of what is in the place; everything elsewhere.
type Seen = (u64, u32, Vec<(PathBuf, Vec<u8>)>);

/// The path of a socket may be no longer than 107 bytes, so it is bound under a short name and moved.
fn bind(place: &Path) -> UnixListener {
    let folder = tempfile::Builder::new().prefix("s").tempdir().unwrap();
    let short = folder.path().join("s");
    let socket = UnixListener::bind(&short).unwrap();
    fs::rename(short, place).unwrap();
    assert!(fs::symlink_metadata(place).unwrap().file_type().is_socket());
    socket
}

fn contents(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    if path.is_dir() {
        let mut all: Vec<_> = fs::read_dir(path)
            .unwrap()
            .flat_map(|entry| contents(&entry.unwrap().path()))
            .collect();
        all.sort();
        all
    } else {
        vec![(path.to_owned(), fs::read(path).unwrap_or_default())]
    }
}

/// Logs in. The message may differ, the exit code must not.
fn attempt(place: &str, thing: Thing) -> Result<(), String> {
    let Some(misplaced) = Misplaced::new(place, thing) else {
        return Ok(());
    };
    let before = misplaced.seen();
    let login = ["--quiet", "login", "--port", "0"];
    let output = misplaced.world.sandbox(&login).run();
    let words = match thing {
        Thing::Link | Thing::DanglingLink => "it is a symbolic link",
        Thing::Untrusted => "it belongs to another user",
        _ => "it is not a file or folder as expected",
    };
    let shown = output.code() == 7
        && (output.stderr().contains(words) || output.stderr().contains("not a directory"))
        && output.stderr().lines().count() <= 3;
    if !shown {
        return Err(output.report());
    }
    match misplaced.is_untouched(&before) {
        true => Ok(()),
        false => Err(format!("it was touched\n{}", output.report())),
    }
}

#[test]
fn anything_else_at_the_path_of_a_file_or_folder_is_reported_and_unchanged() {
    let files = FILES
        .iter()
        .flat_map(|place| THINGS.map(|thing| (*place, thing)));
    let folders = FOLDERS
        .iter()
        .flat_map(|place| THINGS.map(|thing| (*place, thing)));
    let folders = folders.filter(|(_, thing)| *thing != Thing::Folder);
    // The configuration holds no secret: people link it, or mount it from elsewhere.
    let is_managed = |place: &str, thing: Thing| {
        place.ends_with("config.toml")
            && matches!(thing, Thing::Link | Thing::DanglingLink | Thing::Untrusted)
    };
    let all = files.chain(folders);
    let all = all.filter(|(place, thing)| !is_managed(place, *thing));
    let all: Mutex<Vec<_>> = Mutex::new(all.collect());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((place, thing)) = all.lock().unwrap().pop() else {
                        return;
                    };
                    if let Err(why) = attempt(place, thing) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{thing:?} at {place}: {why}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_second_hard_link_is_harmless() {
    // Backups make hard links, which share owner and mode and give no other user access.
    let world = World::new();
    world.connect();
    let backup = world.folder("HOME").join("backup");
    fs::create_dir(&backup).unwrap();
    let data = world.folder("XDG_DATA_HOME").join("igconnect");
    let secret = FILES.map(|place| data.join(place));
    for (number, place) in secret.iter().filter(|place| place.exists()).enumerate() {
        fs::hard_link(place, backup.join(number.to_string())).unwrap();
    }
    let before = contents(&backup);
    let _ = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_code(0);
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    let token = |(_, bytes): &&(PathBuf, Vec<u8>)| bytes.windows(4).any(|part| part == b"IGAA");
    let after = contents(&backup);
    // The database is written in its place; a token never is.
    assert_eq!(
        before.iter().filter(token).collect::<Vec<_>>(),
        after.iter().filter(token).collect::<Vec<_>>()
    );
}

#[test]
fn nothing_is_made_in_the_home_of_another_user() {
    // As by `sudo`, which keeps HOME on some systems.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let world = World::new();
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        chown(world.folder(name), Some(65534), Some(65534)).unwrap();
    }
    let login = ["--quiet", "login", "--port", "0"];
    let output = world.sandbox(&login).run().assert_fails(7);
    let _ = output.assert_says("it belongs to another user");
    assert_eq!(
        fs::read_dir(world.folder("XDG_DATA_HOME")).unwrap().count(),
        0
    );
    let _ = world.sandbox(&["status"]).run().assert_fails(4);
}
