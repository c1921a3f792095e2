//! What holds a password reaches no file and no program that does not need it.

use crate::harness::World;

/// Everything that opens an OpenBao server or an account.
const SECRETS: [&str; 9] = [
    "BAO_TOKEN",
    "VAULT_TOKEN",
    "BAO_SECRET_ID",
    "BAO_ROLE_ID",
    "BAO_PASSWORD",
    "VAULT_SECRET_ID_FILE",
    "IGCONNECT_TOKEN",
    "IGCONNECT_SANDBOX_TOKEN_FILE",
    "IGCONNECT_APP_SECRET",
];

fn world() -> World {
    let world = World::new();
    world.connect();
    for name in SECRETS {
        world.set_env(name, "canary-of-a-secret");
    }
    world.clear_env("IGCONNECT_SANDBOX_TOKEN_FILE");
    world
}

#[cfg(unix)]
#[test]
fn a_command_of_on_failure_gets_no_secret() {
    let world = world();
    let seen = world.folder("HOME").join("seen");
    let script = world.script(
        "listen",
        &format!("#!/bin/sh\nenv > '{}'\n", seen.display()),
    );
    let config = world.sandbox_folder().join("config.toml");
    std::fs::write(config, format!("on_failure = [{script:?}]\n")).unwrap();
    world.database().expire_in(-60);
    let line = ["refresh", "--all", "--quiet", "--scheduled"];
    let _ = world.sandbox(&line).run().assert_code(4);
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(seen.contains("PATH=") && !seen.contains("canary"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_program_of_a_scheduler_gets_no_secret() {
    let world = world();
    let seen = world.folder("HOME").join("seen");
    world.script(
        "crontab",
        &format!("#!/bin/sh\nenv >> '{}'\nexit 1\n", seen.display()),
    );
    let _ = world
        .sandbox(&["schedule", "install", "--with", "cron"])
        .run();
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(seen.contains("PATH=") && !seen.contains("canary"), "{seen}");
}

#[cfg(unix)]
#[test]
fn an_address_with_a_password_is_not_written_down() {
    let world = world();
    for (name, value) in [
        ("BAO_ADDR", "https://me:hunter2@bao.example:8200"),
        ("VAULT_ADDR", "https://me:hunter2@bao.example:8200"),
        ("HTTPS_PROXY", "http://me:hunter2@proxy.example:80"),
        ("ALL_PROXY", "me:hunter2@proxy.example:80"),
    ] {
        for with in ["systemd", "cron", "launchd"] {
            let line = ["schedule", "install", "--print", "--with", with];
            let output = world.sandbox(&line).env(name, value).run().assert_code(0);
            output.assert_never_prints("hunter2");
            output.assert_warns(name);
        }
    }
}
