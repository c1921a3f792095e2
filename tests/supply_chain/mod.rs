//! Advisories, licences, sources and yanked versions of all dependencies, judged by cargo-deny.
//!
//! The advisory database is a pinned copy, so that a machine without a network judges too. With a network, cargo-deny
//! takes the newest one. `pin` replaces the copy.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::{Timestamp, civil::Date};
use tempfile::TempDir;

use crate::harness::{installed, need};

const UPSTREAM: &str = "https://github.com/rustsec/advisory-db";

/// How cargo-deny calls the folder of [`UPSTREAM`].
const FOLDER: &str = "advisory-db-3157b0e258782691";

/// After this many days, an advisory is more likely to be missing than a machine to be without a network.
const AGE_MAX: i32 = 90;

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/supply_chain")
        .join(name)
}

/// The value of a line of `advisory-db.txt`.
fn pinned(name: &str) -> String {
    let text = fs::read_to_string(here("advisory-db.txt")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().trim().to_owned()
}

fn days_since(pinned: &str, today: Date) -> i32 {
    let pinned: Date = pinned.parse().unwrap();
    (today - pinned).get_days()
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let author = [
        "-c",
        "user.name=igconnect",
        "-c",
        "user.email=igconnect@localhost",
    ];
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(author).args(arguments);
    // A person's own settings, such as signing, are not asked for.
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = run(&mut command);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Unpacks the pinned copy as cargo-deny expects it, and returns the folder in which to run it.
fn unpack() -> TempDir {
    let work = TempDir::new().unwrap();
    let copy = work.path().join("target/parts/advisory-dbs").join(FOLDER);
    fs::create_dir_all(&copy).unwrap();
    let archive = here("advisory-db.tar.xz");
    let unpacked = run(Command::new("tar")
        .arg("-xJf")
        .arg(archive)
        .arg("-C")
        .arg(&copy));
    assert!(unpacked.status.success());
    git(&copy, &["init", "-q", "-b", "main"]);
    git(&copy, &["add", "--all"]);
    // Upstream gives the same id to the same files, so nothing in the copy was changed.
    assert_eq!(
        git(&copy, &["write-tree", "--prefix=crates/"]),
        pinned("tree")
    );
    git(&copy, &["commit", "-q", "-m", "pinned"]);
    // cargo-deny fetches before it judges; without a network it fetches from here.
    let origin = work.path().join("origin.git");
    git(
        work.path(),
        &[
            "clone",
            "-q",
            "--bare",
            &copy.display().to_string(),
            &origin.display().to_string(),
        ],
    );
    let reachable = Command::new("git")
        .args([
            "-c",
            "http.lowSpeedTime=10",
            "-c",
            "http.lowSpeedLimit=1",
            "ls-remote",
            "-q",
            UPSTREAM,
            "HEAD",
        ])
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .is_ok_and(|output| output.status.success());
    let origin = if reachable {
        UPSTREAM.to_owned()
    } else {
        origin.display().to_string()
    };
    git(&copy, &["remote", "add", "origin", &origin]);
    println!(
        "advisories from {}",
        if reachable {
            UPSTREAM
        } else {
            "the pinned copy"
        }
    );
    work
}

fn deny(work: &TempDir, arguments: &[&str]) -> String {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(installed("cargo-deny").unwrap());
    command.current_dir(work.path()).args(arguments);
    command
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"));
    command.arg("--config").arg(package.join("deny.toml"));
    let output = run(command.args(["check", "--hide-inclusion-graph"]));
    let text = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    if text.contains("unable to check for yanked crates") {
        // Past the test runner, which swallows what a passing test prints.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED yanked versions: the index of crates.io cannot be reached"
        );
    }
    text
}

#[test]
fn the_dependencies_have_no_advisory_and_only_permissive_licences() {
    if !need("cargo-deny") {
        return;
    }
    let said = deny(&unpack(), &["--locked"]);
    assert!(
        said.contains("advisories ok, bans ok, licenses ok, sources ok"),
        "{said}"
    );
}

#[test]
fn what_is_known_to_be_bad_is_found() {
    if !need("cargo-deny") {
        return;
    }
    let metadata = here("known-bad.json").display().to_string();
    let said = deny(&unpack(), &["--metadata-path", &metadata]);
    for found in [
        "RUSTSEC-2019-0009",
        "GPL-3.0",
        "advisories FAILED",
        "licenses FAILED",
    ] {
        assert!(said.contains(found), "no {found} in\n{said}");
    }
}

#[test]
fn the_pinned_advisories_are_not_older_than_90_days() {
    let age = days_since(
        &pinned("pinned"),
        Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
    );
    assert!(
        age <= AGE_MAX,
        "they are {age} days old: run tests/supply_chain/pin"
    );
}

#[test]
fn the_age_of_the_pinned_advisories_is_counted_in_days() {
    for (today, days) in [
        ("2026-11-29", 0),
        ("2027-02-27", 90),
        ("2027-02-28", 91),
        ("2026-11-01", -28),
    ] {
        assert_eq!(days_since("2026-11-29", today.parse().unwrap()), days);
    }
}
