//! The units of systemd in packages, and those that `schedule install` writes, have the same names. systemd prefers the
//! user's, so that tokens are not refreshed by both.

use std::fs;
use std::path::Path;

use crate::harness::World;

fn packaged(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn packaged_units_are_replaced_by_installed_ones() {
    let world = World::new();
    let print = [
        "schedule", "install", "--with", "systemd", "--print", "--json",
    ];
    let document = world.command(&print).run().assert_code(0).json();
    let files = document["schedule"]["shown"].as_array().unwrap();
    assert_eq!(files.len(), 2, "{document}");
    for file in files {
        let path = Path::new(file["place"].as_str().unwrap());
        let unit = packaged(path.file_name().unwrap().to_str().unwrap());
        let written = file["content"].as_str().unwrap();
        let line = |text: &str, start: &str| {
            let mut lines = text.lines().map(str::to_owned);
            lines.find(|line| line.starts_with(start))
        };
        for same in [
            "Description=",
            "Type=",
            "TimeoutStartSec=",
            "Persistent=",
            "WantedBy=",
        ] {
            assert_eq!(line(&unit, same), line(written, same), "{same}");
        }
        let command = |text: &str| {
            line(text, "ExecStart=").map(|line| line.split_once(' ').unwrap().1.to_owned())
        };
        assert_eq!(command(&unit), command(written));
    }
}
