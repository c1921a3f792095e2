//! The action installs what it verified, and nothing else. A program called curl takes the place of the network.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use ring::digest::{SHA256, digest};
use tempfile::TempDir;

use super::workflows::action;
use super::yaml;
use crate::harness::need;

const ARCHIVE: &str = "igconnect-9.8.7-x86_64-unknown-linux-musl.tar.gz";
const CURL: &str = "#!/bin/sh
while [ $# -gt 1 ]; do
    [ \"$1\" != --output ] || output=$2
    shift
done
case $1 in
    https://*/releases/download/v9.8.7/*) cp \"$RELEASE/${1##*/}\" \"$output\" ;;
    *) exit 22 ;;
esac
";

fn executable(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A release with one archive, whose program only says its name.
fn release() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let inside = ARCHIVE.trim_end_matches(".tar.gz");
    fs::create_dir(folder.path().join(inside)).unwrap();
    executable(
        &folder.path().join(inside).join("igconnect"),
        "#!/bin/sh\necho igconnect 9.8.7\n",
    );
    executable(&folder.path().join("curl"), CURL);
    let tar = Command::new("tar")
        .args(["-czf", ARCHIVE, inside])
        .current_dir(folder.path())
        .status();
    assert!(tar.unwrap().success());
    let sums = format!("{}  {ARCHIVE}\n", sum(&folder));
    fs::write(folder.path().join("SHA256SUMS"), sums).unwrap();
    folder
}

fn sum(release: &TempDir) -> String {
    let bytes = fs::read(release.path().join(ARCHIVE)).unwrap();
    data_encoding::HEXLOWER.encode(digest(&SHA256, &bytes).as_ref())
}

fn install(release: &TempDir, version: &str, repository: &str, sum: &str) -> Output {
    let path = std::env::var("PATH").unwrap();
    Command::new("sh")
        .arg(action().with_file_name("install"))
        .env("PATH", format!("{}:{path}", release.path().display()))
        .env("RELEASE", release.path())
        .env("RUNNER_TEMP", release.path().join("temp"))
        .env("GITHUB_PATH", release.path().join("path"))
        .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")])
        .envs([
            ("VERSION", version),
            ("REPOSITORY", repository),
            ("SHA256", sum),
        ])
        .output()
        .unwrap()
}

#[track_caller]
fn assert_refuses(release: &TempDir, output: &Output, why: &str) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{output:?}");
    assert!(
        said.contains("::error::") && said.contains(why),
        "{output:?}"
    );
    assert!(
        !release.path().join("path").exists(),
        "a refused release is on the search path"
    );
}

const ADDRESS: &str = "https://example.org/a/b";

#[test]
fn a_release_with_the_right_checksum_is_installed() {
    for pinned in [false, true] {
        let release = release();
        let sum = if pinned { sum(&release) } else { String::new() };
        let output = install(&release, "9.8.7", ADDRESS, &sum);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, b"igconnect 9.8.7\n");
        let path = fs::read_to_string(release.path().join("path")).unwrap();
        assert!(
            Path::new(path.trim_end()).join("igconnect").is_file(),
            "{path}"
        );
    }
}

#[test]
fn another_archive_than_the_released_one_is_refused() {
    let release = release();
    let sum = sum(&release);
    fs::write(release.path().join(ARCHIVE), "something else").unwrap();
    for pinned in ["", &sum] {
        let output = install(&release, "9.8.7", ADDRESS, pinned);
        assert_refuses(&release, &output, "checksum");
    }
}

#[test]
fn a_release_that_lists_no_checksum_is_refused() {
    let release = release();
    fs::write(release.path().join("SHA256SUMS"), "").unwrap();
    let output = install(&release, "9.8.7", ADDRESS, "");
    assert_refuses(&release, &output, "checksum");
}

#[test]
fn inputs_that_are_no_version_or_address_are_refused() {
    let release = release();
    for version in [
        "",
        "9.8.7/../x",
        "9.8.7 --output x",
        "$(touch x)",
        "9.8.7\nx",
        "latest",
    ] {
        let output = install(&release, version, ADDRESS, "");
        assert_refuses(&release, &output, "version");
    }
    for address in ["", "http://example.org", "file:///tmp"] {
        let output = install(&release, "9.8.7", address, "");
        assert_refuses(&release, &output, "https");
    }
}

#[test]
fn the_action_installs_this_version_from_this_repository() {
    if !need("ruby") {
        return;
    }
    let inputs = &yaml::read(&action())["inputs"];
    assert_eq!(inputs["version"]["default"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        inputs["repository"]["default"],
        env!("CARGO_PKG_REPOSITORY")
    );
}
