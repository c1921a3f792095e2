//! Database, folders, locks and configuration.

use std::fs::{self, File};

use super::setup::{assert_check, chmod, data, doctor, login, world};

#[test]
fn a_damaged_or_newer_database_is_7_and_unchanged() {
    let world = world();
    login(&world);
    let file = data(&world).join("igconnect.sqlite");
    let good = fs::read(&file).unwrap();

    world.database().set_version(99);
    let output = doctor(&world).run().assert_code(7);
    assert_check(&output, "database", "failed", "newer");

    // One page in the middle, as a bad disk leaves it.
    let mut torn = good.clone();
    torn[4096 * 3..4096 * 4].fill(0xee);
    for bytes in [&b"no database at all"[..], &torn] {
        fs::write(&file, bytes).unwrap();
        let output = doctor(&world).run().assert_code(7);
        assert_check(&output, "database", "failed", "damaged");
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
}

#[cfg(unix)]
#[test]
fn folders_that_others_can_write_to_are_7() {
    let world = world();
    login(&world);
    chmod(&data(&world), 0o777);
    let output = doctor(&world).run().assert_code(7);
    assert_check(&output, "data-folder", "failed", "other users have access");
    chmod(&data(&world), 0o700);
    let link = data(&world).join("locks");
    let _ = fs::remove_dir_all(&link);
    std::os::unix::fs::symlink("/tmp", &link).unwrap();
    let output = doctor(&world).run().assert_code(7);
    assert_check(&output, "locks", "failed", "symbolic link");
}

#[test]
fn doctor_sees_another_igconnect_but_not_its_account() {
    let world = world();
    login(&world);
    let locks = fs::read_dir(data(&world).join("locks")).unwrap();
    let mut paths = locks.map(|entry| entry.unwrap().path());
    let name = paths.find(|path| !path.ends_with("database.lock")).unwrap();
    let held = File::open(name).unwrap();
    held.lock().unwrap();
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "locks", "warning", "accounts it holds: 1");
    drop(held);
    assert_check(&doctor(&world).run().assert_code(0), "locks", "ok", "");
}

#[test]
fn a_configuration_that_cannot_be_read_is_2() {
    let world = world();
    world.names_no_store();
    fs::create_dir_all(data(&world)).unwrap();
    chmod(&data(&world), 0o700);
    let file = data(&world).join("config.toml");
    fs::write(&file, "store = \"keyring\"\nthis is not TOML\n").unwrap();
    let output = doctor(&world).run().assert_code(2);
    assert_check(&output, "configuration", "failed", "line 2");
    fs::write(&file, "store = \"shoebox\"\n").unwrap();
    let output = doctor(&world).run().assert_code(2);
    assert_check(&output, "store", "failed", "is not a known store");
}
