//! `certificate`: what it prints is what the listener shows, and its commands make a real Chromium trust it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Browser, World, need, until};

fn certificate(world: &World) -> Value {
    let arguments = ["certificate", "--json"];
    let mut answer = world.command(&arguments).run().assert_code(0).json();
    answer["certificate"].take()
}

/// The commands for one system, as printed.
fn commands(certificate: &Value, place: &str) -> Vec<String> {
    let ways = certificate["trust"].as_array().unwrap();
    let way = ways
        .iter()
        .find(|way| way["where"].as_str().unwrap().contains(place));
    let commands = way.unwrap()["commands"].as_array().unwrap();
    commands
        .iter()
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

/// Runs a command in a shell of its own.
#[track_caller]
fn shell(home: &Path, line: &str) {
    let mut shell = Command::new("sh");
    shell
        .args(["-ec", line])
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin");
    let done = shell.output().unwrap();
    assert!(
        done.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// The address that a login would open in a browser.
fn start_address(world: &World, login: &mut crate::harness::process::Running) -> String {
    login.stderr_line("that it waits", |line| line.starts_with("Waiting"));
    let file = world.folder("HOME").join("opened");
    until("an opened address", || {
        let text = fs::read_to_string(&file).ok()?;
        text.ends_with('\n').then(|| text.trim_end().to_owned())
    })
}

#[test]
fn the_certificate_is_made_once_and_its_fingerprint_matches_the_file() {
    let world = World::new();
    let first = certificate(&world);
    assert_eq!(certificate(&world), first);
    let file = Path::new(first["path"].as_str().unwrap());
    let pem = fs::read_to_string(file).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &der);
    let digits = data_encoding::HEXUPPER.encode(digest.as_ref());
    let shown = first["sha256_fingerprint"]
        .as_str()
        .unwrap()
        .replace(':', "");
    assert_eq!(shown, digits);
    let end: jiff::Timestamp = first["expires_at"].as_str().unwrap().parse().unwrap();
    let days = end.duration_since(jiff::Timestamp::now()).as_hours() / 24;
    assert!((390..=397).contains(&days), "{days} days");
    for name in ["listener-certificate.pem", "listener-key.pem"] {
        let mode = fs::metadata(file.with_file_name(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn the_key_is_not_shown() {
    let world = World::new();
    let output = world.command(&["certificate"]).run().assert_code(0);
    let file = certificate(&world)["path"].as_str().unwrap().to_owned();
    let key = fs::read_to_string(Path::new(&file).with_file_name("listener-key.pem")).unwrap();
    let line = key.lines().nth(1).unwrap();
    output.assert_never_prints(line);
    for place in ["Linux", "Firefox", "macOS", "Windows", "mkcert"] {
        output.assert_prints(place);
    }
}

#[test]
fn a_path_that_a_shell_would_break_is_quoted() {
    let world = World::new();
    let folder = world.folder("HOME").join("it's mine");
    world.set_env("IGCONNECT_DATA_DIR", &folder);
    let certificate = certificate(&world);
    let line = &commands(&certificate, "Linux")[1];
    let file = line.rsplit_once("-i ").unwrap().1;
    shell(&world.folder("HOME"), &format!("test -f {file}"));
}

#[test]
fn the_printed_commands_make_chromium_trust_the_listener() {
    let world = World::new();
    let lines = commands(&certificate(&world), "Linux");
    let prepared = Browser::start_prepared(&world, |home| {
        lines.iter().for_each(|line| shell(home, line));
    });
    let Some(browser) = prepared else { return };
    let mut login = login(&world);
    browser.open(&start_address(&world, &mut login));
    let consent = browser.wait_for_url("the consent page", |url| url.starts_with("http://127."));
    assert!(consent.contains("/oauth/authorize"), "{consent}");
}

#[test]
fn the_flag_for_authorities_does_not_help() {
    let world = World::new();
    let lines = commands(&certificate(&world), "Linux");
    let prepared = Browser::start_prepared(&world, |home| {
        lines
            .iter()
            .for_each(|line| shell(home, &line.replace("P,,", "C,,")));
    });
    let Some(browser) = prepared else { return };
    let mut login = login(&world);
    browser.open(&start_address(&world, &mut login));
    browser.find("#details-button");
}

#[test]
fn certutil_knows_the_certificate_in_the_way_firefox_keeps_them() {
    if !need("certutil") {
        return;
    }
    let world = World::new();
    let line = commands(&certificate(&world), "Firefox").remove(0);
    let profile = world.folder("HOME").join("profile");
    fs::create_dir(&profile).unwrap();
    let made = format!("certutil -N -d sql:{} --empty-password", profile.display());
    shell(&profile, &made);
    shell(
        &profile,
        &line.replace("PROFILE", profile.to_str().unwrap()),
    );
    let listed = format!(
        "certutil -L -d sql:{} | grep -q 'igconnect .*P,,'",
        profile.display()
    );
    shell(&profile, &listed);
}

/// A login that waits, with a browser that only notes its address.
fn login(world: &World) -> crate::harness::process::Running {
    let note = world.folder("HOME").join("opened");
    let script = format!("#!/bin/sh\necho \"$1\" > '{}'\n", note.display());
    world.set_env("BROWSER", world.script("noting-browser", &script));
    world
        .command(&["--sandbox", "login", "--port", "0"])
        .open_stdin()
        .spawn()
}
