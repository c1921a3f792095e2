//! A configuration that people manage by other means.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};

use crate::harness::World;
use crate::harness::mode;

const TEXT: &str = "# mine\n[apps.shop]\nid = \"1029384756102938\"\n";

#[test]
fn a_configuration_may_be_a_link_and_is_written_through() {
    let world = World::new();
    world.connect();
    let target = world.given("dotfiles-config.toml", TEXT);
    let config = world.sandbox_folder().join("config.toml");
    symlink(&target, &config).unwrap();
    let list = || world.sandbox(&["app", "list"]).run().assert_code(0);
    list().assert_prints("shop");
    let add = world.sandbox(&["app", "add", "second", "--id", "1029384756102938"]);
    let _ = add
        .stdin(igconnect::sandbox::APP_SECRET)
        .run()
        .assert_code(0);
    assert!(config.is_symlink());
    let text = fs::read_to_string(&target).unwrap();
    assert!(
        text.starts_with("# mine") && text.contains("apps.second"),
        "{text}"
    );
    list().assert_prints("second");
    world.sandbox(&["doctor"]).run().assert_prints("apps: 2");
}

#[test]
fn a_configuration_of_root_or_readable_by_all_is_read_and_one_that_others_write_is_not() {
    let world = World::new();
    world.connect();
    let config = world.sandbox_folder().join("config.toml");
    fs::write(&config, TEXT).unwrap();
    let list = || world.sandbox(&["app", "list"]).run();
    for mode in [0o444, 0o644, 0o400] {
        mode::set(&config, mode);
        list().assert_code(0).assert_prints("shop");
        assert_eq!(
            config.metadata().unwrap().permissions().mode() & 0o777,
            mode
        );
    }
    if rustix::process::geteuid().is_root() {
        chown(&config, Some(12345), Some(12345)).unwrap();
        list().assert_code(0).assert_prints("shop");
    }
    for mode in [0o666, 0o664] {
        mode::set(&config, mode);
        let _ = list()
            .assert_fails(7)
            .assert_says("other users can write it");
    }
}
