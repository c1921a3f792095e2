//! A real user manager of systemd.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::setup::{is_here_again, status, world};
use crate::harness::mode::private_folder;
use crate::harness::user_manager::UserManager;
use crate::harness::{World, need, until};

const TIMER: &str = "igconnect-refresh-sandbox.timer";
const SERVICE: &str = "igconnect-refresh-sandbox.service";

fn systemctl(world: &World, line: &[&str]) -> String {
    let line = [&["--user"], line].concat();
    let output = world.program("systemctl", &line).run();
    output.stdout().trim().to_owned()
}

#[test]
fn the_timer_is_installed_runs_and_leaves_nothing() {
    let world = world();
    is_here_again(&world, &["systemctl"]);
    let units = world.folder("XDG_CONFIG_HOME").join("systemd/user");
    world.script("loginctl", "#!/bin/sh\necho no\n");
    world.connect();
    let Some(_manager) = UserManager::start(&world) else {
        return;
    };
    let folder = private_folder(&world.root().join("a b%c$d"));
    std::os::unix::fs::symlink(world.binary(), folder.join("igconnect")).unwrap();
    let path = format!(
        "{}:{}:/usr/bin:/bin",
        world.root().join("programs").display(),
        folder.display()
    );
    world.set_env("PATH", path);

    let install = |at: &str| {
        let line = ["schedule", "install", "--at", at];
        world.sandbox(&line).run().assert_code(0)
    };
    // The scheduler is chosen: a manager answers.
    let _ = install("06:17").assert_says("loginctl enable-linger");
    let _ = install("05:00");
    let found = status(&world);
    assert_eq!(found["scheduler"], "systemd");
    assert_eq!(
        (&found["at"], &found["current"]),
        (&"05:00".into(), &true.into())
    );
    assert!(found["problem"].is_null(), "{found}");
    // With its random delay: between five and six.
    let next = found["next_run"].as_str().unwrap();
    assert!(
        next.contains("T05:") || next.contains("T06:00:00"),
        "{next}"
    );
    assert_eq!(systemctl(&world, &["is-enabled", TIMER]), "enabled");
    let timer = std::fs::read_to_string(units.join(TIMER)).unwrap();
    assert!(timer.contains("Persistent=true"));

    // What the unit says is what runs.
    let _ = systemctl(&world, &["start", SERVICE]);
    assert_eq!(
        systemctl(&world, &["show", "--property=Result", SERVICE]),
        "Result=success"
    );
    let last = status(&world)["last_run"].clone();
    assert_eq!(
        (&last["exit"], &last["reported"]),
        (&0.into(), &false.into())
    );
    let card = world.sandbox(&["status"]).run().assert_code(0);
    card.assert_prints("by systemd, next ");

    // A failure is one of the unit.
    std::fs::remove_dir_all(world.sandbox_folder().join("secrets")).unwrap();
    let _ = systemctl(&world, &["start", SERVICE]);
    assert_eq!(systemctl(&world, &["is-failed", SERVICE]), "failed");
    let last = status(&world)["last_run"].clone();
    assert_eq!(
        (&last["exit"], &last["reported"]),
        (&4.into(), &true.into())
    );

    let _ = systemctl(&world, &["disable", TIMER]);
    assert_eq!(status(&world)["problem"], "the timer is not enabled");
    let _ = install("05:00");

    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    assert_eq!(status(&world)["installed"], false);
    assert_eq!(
        systemctl(&world, &["list-unit-files", "--no-legend", "igconnect*"]),
        ""
    );
    until("the end of the failed unit", || {
        systemctl(
            &world,
            &["list-units", "--all", "--no-legend", "igconnect*"],
        )
        .is_empty()
        .then_some(())
    });
    assert!(!units.exists(), "{units:?}");
    let data = world.folder("XDG_DATA_HOME").join("systemd");
    assert!(!data.exists(), "a stamp is left");
}

/// A package brings units of the same names, in a folder that systemd reads after the user's.
#[test]
fn the_timer_of_a_package_counts_until_one_is_installed() {
    let world = world();
    is_here_again(&world, &["systemctl"]);
    world.script("loginctl", "#!/bin/sh\necho yes\n");
    let folder = private_folder(&world.folder("XDG_DATA_HOME").join("systemd/user"));
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd");
    for (from, to) in [
        ("igconnect-refresh.service", SERVICE),
        ("igconnect-refresh.timer", TIMER),
    ] {
        let unit = fs::read_to_string(packaged.join(from)).unwrap();
        // Any program that exists.
        fs::write(
            folder.join(to),
            unit.replace("/usr/bin/igconnect", "/bin/true"),
        )
        .unwrap();
    }
    let Some(_manager) = UserManager::start(&world) else {
        return;
    };
    assert_eq!(status(&world)["installed"], false);
    let _ = systemctl(&world, &["enable", "--now", TIMER]);
    let found = status(&world);
    assert_eq!(
        (&found["installed"], &found["scheduler"]),
        (&true.into(), &"systemd".into())
    );
    assert!(found["next_run"].is_string(), "{found}");
    for unknown in ["at", "current", "problem"] {
        assert!(found[unknown].is_null(), "{unknown}: {found}");
    }

    let install = ["schedule", "install", "--at", "05:00"];
    let _ = world.sandbox(&install).run().assert_code(0);
    let found = status(&world);
    assert_eq!(
        (&found["at"], &found["current"], &found["problem"]),
        (&"05:00".into(), &true.into(), &Value::Null)
    );
    let path = systemctl(&world, &["show", "--property=FragmentPath", SERVICE]);
    let units = world.folder("XDG_CONFIG_HOME").join("systemd/user");
    assert!(
        path.ends_with(units.join(SERVICE).to_str().unwrap()),
        "{path}"
    );

    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    assert_eq!(status(&world)["installed"], false);
    assert_eq!(systemctl(&world, &["is-enabled", TIMER]), "disabled");
}

#[test]
fn a_manager_that_does_not_answer_leaves_no_stamp_either() {
    let world = world();
    let units = private_folder(&world.folder("XDG_CONFIG_HOME").join("systemd/user"));
    let stamps = private_folder(&world.folder("XDG_DATA_HOME").join("systemd/timers"));
    let ours = [
        units.join(TIMER),
        units.join(SERVICE),
        stamps.join(format!("stamp-{TIMER}")),
    ];
    let untrusted = stamps.join("stamp-backup.timer");
    for file in ours.iter().chain([&untrusted]) {
        std::fs::write(file, "").unwrap();
    }
    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    assert!(!ours.iter().any(|file| file.exists()) && untrusted.exists());
}

#[test]
fn systemd_accepts_the_units_as_shown() {
    if !need("user-manager") {
        return;
    }
    let world = world();
    let line = [
        "schedule", "install", "--print", "--with", "systemd", "--json",
    ];
    let shown = world.sandbox(&line).run().assert_code(0).json();
    let files = shown["schedule"]["shown"].as_array().unwrap().clone();
    let mut verify = world.program("systemd-analyze", &["--user", "--man=no", "verify"]);
    for file in &files {
        let name = file["place"].as_str().unwrap().rsplit('/').next().unwrap();
        verify = verify.arg(world.given(name, file["content"].as_str().unwrap()));
    }
    let output = verify.run().assert_code(0);
    assert_eq!((files.len(), output.stderr()), (2, ""));
}

#[test]
fn units_that_systemd_refuses_are_removed() {
    let world = world();
    world.script(
        "systemctl",
        "#!/bin/sh\n[ \"$2\" = enable ] || exit 0\necho No such thing >&2\nexit 1\n",
    );
    world.script("systemd-analyze", "#!/bin/sh\nexit 0\n");
    let line = ["schedule", "install", "--with", "systemd"];
    let output = world.sandbox(&line).run().assert_fails(1);
    let _ = output
        .assert_says("systemctl --user enable")
        .assert_says("its message: No such thing");
    assert!(!world.folder("XDG_CONFIG_HOME").join("systemd").exists());
    assert_eq!(status(&world)["installed"], false);
}
