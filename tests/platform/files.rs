//! Where files are on each system.

#[cfg(windows)]
use std::fs;

use crate::harness::World;

#[test]
fn a_tilde_is_the_home_folder_of_each_system() {
    let world = World::new();
    world.set_env("IGCONNECT_DATA_DIR", "~/own place");
    world.connect();
    let folder = world.folder("HOME").join("own place");
    assert!(folder.join("worlds/sandbox/igconnect.sqlite").exists());
}

#[test]
fn the_report_of_doctor_names_no_folder_of_the_person() {
    let world = World::new();
    world.connect();
    let output = world.sandbox(&["doctor", "--json"]).run();
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        let folder = world.folder(name).display().to_string();
        // As JSON writes it.
        output.assert_never_prints(&folder.replace('\\', r"\\"));
    }
}

#[cfg(windows)]
#[test]
fn the_first_run_moves_the_data_that_an_earlier_version_kept_in_the_roaming_folder() {
    let world = World::new();
    world.connect();
    let local = world.folder("XDG_DATA_HOME").join("igconnect");
    let roaming = world.folder("XDG_CONFIG_HOME").join("igconnect");
    let listed = || {
        let list = world.sandbox(&["list", "--json"]).run().assert_code(0);
        list.json()["accounts"][0]["token"]["fingerprint"].clone()
    };
    let before = listed();
    let back = |name: &str| fs::rename(local.join(name), roaming.join(name)).unwrap();
    fs::create_dir(&roaming).unwrap();
    fs::write(roaming.join("config.toml"), "").unwrap();
    fs::write(roaming.join("seal.key"), "the person's").unwrap();
    for name in ["worlds", "certificate"] {
        if local.join(name).exists() {
            back(name);
        }
    }
    // Two at once, as a shell and the daily task.
    std::thread::scope(|scope| {
        for run in [scope.spawn(listed), scope.spawn(listed)] {
            assert_eq!(run.join().unwrap(), before);
        }
    });
    assert!(local.join("worlds").exists() && !roaming.join("worlds").exists());
    let left = fs::read_dir(&roaming).unwrap().count();
    assert_eq!(left, 2, "the configuration, and what it may name");
    // Data that the earlier version made meanwhile is neither used nor lost.
    fs::create_dir_all(roaming.join("worlds").join("sandbox")).unwrap();
    assert_eq!(listed(), before);
    assert!(roaming.join("worlds").exists());
}
