//! Store, schedule and browser of this machine.

use std::fs;

use super::setup::{assert_check, doctor, world};
#[cfg(unix)]
use crate::harness::SecretService;

#[cfg(unix)]
#[test]
fn doctor_checks_the_secret_store_and_leaves_nothing_in_it() {
    let world = world();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "store", "ok", "writes, reads and deletes");
    assert_eq!(keyring.search_all("igconnect-sandbox"), []);
    keyring.lock();
    let output = doctor(&world).run().assert_code(6);
    assert_check(&output, "store", "failed", "the secret store is locked");
}

#[cfg(unix)]
#[test]
fn no_secret_store_is_6_where_it_was_asked_for() {
    let world = world();
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "store", "warning", "no keyring here");
    world.set_env("IGCONNECT_STORE", "keyring");
    let output = doctor(&world).run().assert_code(6);
    assert_check(&output, "store", "failed", "no secret store");
    assert_check(&output, "settings", "ok", "store: by IGCONNECT_STORE");
}

#[cfg(unix)]
#[test]
fn doctor_finds_the_schedule() {
    let world = world();
    let table = |text: &str| format!("#!/bin/sh\ncat <<'END'\n{text}\nEND\n");
    assert_check(
        &doctor(&world).run(),
        "schedule",
        "warning",
        "schedule install",
    );
    world.script("crontab", &table("# 1 2 * * * igconnect refresh --all"));
    assert_check(
        &doctor(&world).run(),
        "schedule",
        "warning",
        "schedule install",
    );
    world.script("crontab", &table("1 2 * * * igconnect refresh --all"));
    assert_check(&doctor(&world).run(), "schedule", "ok", "cron");

    let world = self::world();
    let units = world.folder("XDG_CONFIG_HOME").join("systemd/user");
    fs::create_dir_all(units.join("timers.target.wants")).unwrap();
    let service = "[Service]\nExecStart=igconnect refresh --all --quiet\n";
    fs::write(units.join("tokens.service"), service).unwrap();
    assert_check(
        &doctor(&world).run(),
        "schedule",
        "warning",
        "not refreshed automatically",
    );
    let link = units.join("timers.target.wants/tokens.timer");
    std::os::unix::fs::symlink("../tokens.timer", link).unwrap();
    assert_check(&doctor(&world).run(), "schedule", "ok", "systemd timer");
}

#[cfg(unix)]
#[test]
fn doctor_names_the_browser_that_a_login_would_open() {
    let world = world();
    assert_check(&doctor(&world).run(), "browser", "warning", "help headless");
    assert_check(
        &doctor(&world).env("DISPLAY", ":99").run(),
        "browser",
        "ok",
        "X11",
    );
    let set = doctor(&world).env("BROWSER", "no-such-program %s");
    assert_check(&set.run(), "browser", "warning", "not found");
    world.script("my-browser", "#!/bin/sh\ntouch opened\n");
    let set = doctor(&world).env("BROWSER", "my-browser --new %s");
    assert_check(&set.run(), "browser", "ok", "BROWSER");
    assert!(!world.folder("HOME").join("opened").exists());
}
