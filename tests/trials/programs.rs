//! Programs that igconnect names: never those that somebody left in the current folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::World;
use crate::harness::process::Run;

/// Those that igconnect starts, and one that a credential helper starts.
const PLANTED: [&str; 14] = [
    "docker-credential-planted",
    "pass",
    "crontab",
    "systemctl",
    "systemd-analyze",
    "loginctl",
    "launchctl",
    "schtasks",
    "xdg-open",
    "gio",
    "gnome-open",
    "kde-open",
    "wslview",
    "rundll32.exe",
];

/// Each depends on the current folder.
const ENTRIES: [&str; 5] = ["", ".", "./", "bin", "../downloads"];

/// A world with a folder of downloads, in which another user left programs.
struct Downloads {
    world: World,
    folder: PathBuf,
}

impl Downloads {
    fn new() -> Self {
        let world = World::new();
        let folder = world.root().join("downloads");
        fs::create_dir_all(folder.join("bin")).unwrap();
        let planted = world.script("planted", "#!/bin/sh\necho \"$0\" >>\"$HOME/started\"\n");
        for place in [folder.clone(), folder.join("bin")] {
            for name in PLANTED {
                fs::copy(&planted, place.join(name)).unwrap();
            }
        }
        Self { world, folder }
    }

    /// A command in the folder of downloads, for each search path in which a relative entry comes first or last.
    fn runs<'a>(&'a self, arguments: &'a [&str]) -> impl Iterator<Item = Run> + 'a {
        let programs = self.world.root().join("programs").display().to_string();
        let paths = ENTRIES
            .into_iter()
            .flat_map(move |entry| [format!("{entry}:{programs}"), format!("{programs}:{entry}")]);
        paths.map(|path| {
            let run = self.world.sandbox(arguments).folder(&self.folder);
            run.env("PATH", path)
        })
    }

    #[track_caller]
    fn assert_nothing_started(&self) {
        let started = fs::read_to_string(Path::new(&self.world.folder("HOME")).join("started"));
        assert_eq!(started.unwrap_or_default(), "");
    }
}

#[test]
fn a_credential_helper_in_the_current_folder_is_not_found() {
    let downloads = Downloads::new();
    for run in downloads.runs(&["store", "check"]) {
        let output = run.env("IGCONNECT_STORE", "command:planted").run();
        output
            .assert_code(6)
            .assert_warns("docker-credential-planted was not found");
    }
    downloads.assert_nothing_started();
}

#[test]
fn a_credential_helper_starts_nothing_in_the_current_folder_either() {
    let downloads = Downloads::new();
    downloads
        .world
        .keeps_in_files("honest", "PATH=$PATH:/usr/bin:/bin; pass");
    for run in downloads.runs(&["store", "check"]) {
        let _ = run
            .env("IGCONNECT_STORE", "command:honest")
            .run()
            .assert_code(0);
    }
    downloads.assert_nothing_started();
}

#[test]
fn no_scheduler_of_the_current_folder_is_asked() {
    let downloads = Downloads::new();
    for command in [
        &["schedule", "install"][..],
        &["schedule", "install", "--with", "cron"],
        &["schedule", "install", "--with", "systemd"],
        &["schedule", "remove"],
        &["schedule", "status"],
        &["doctor"],
    ] {
        downloads.runs(command).for_each(|run| drop(run.run()));
    }
    downloads.assert_nothing_started();
}

#[test]
fn no_browser_of_the_current_folder_is_opened() {
    let downloads = Downloads::new();
    for desktop in ["DISPLAY", "WSL_DISTRO_NAME"] {
        for run in downloads.runs(&["login", "--port", "0"]) {
            let login = run.env(desktop, ":1").run().assert_code(0);
            login.assert_warns("No browser found");
        }
    }
    downloads.assert_nothing_started();
}
