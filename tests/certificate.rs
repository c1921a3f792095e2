//! `certificate`: what it prints is what the listener shows, and its commands make a real Chromium trust it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
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
    // The listener's certificate and that of its authority, each with the fingerprint of the first one in its file.
    let file = Path::new(first["path"].as_str().unwrap());
    for shown in [&first, &first["authority"]] {
        let pem = fs::read(shown["path"].as_str().unwrap()).unwrap();
        let der = CertificateDer::from_pem_slice(&pem).unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, &der);
        let digits = data_encoding::HEXUPPER.encode(digest.as_ref());
        let shown = shown["sha256_fingerprint"].as_str().unwrap();
        assert_eq!(shown.replace(':', ""), digits);
    }
    let end: jiff::Timestamp = first["expires_at"].as_str().unwrap().parse().unwrap();
    let days = end.duration_since(jiff::Timestamp::now()).as_hours() / 24;
    assert!((390..=397).contains(&days), "{days} days");
    for name in [
        "listener-authority.pem",
        "listener-certificate.pem",
        "listener-key.pem",
    ] {
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
        "certutil -L -d sql:{} | grep -q 'igconnect .*C,,'",
        profile.display()
    );
    shell(&profile, &listed);
}

#[test]
fn trust_makes_chromium_show_no_warning() {
    let world = World::new();
    let prepared = Browser::start_prepared(&world, |home| {
        let trust = ["certificate", "--trust", "--yes"];
        // Twice: a database keeps one certificate per name.
        for _ in 0..2 {
            let output = world.command(&trust).env("HOME", home).run().assert_code(0);
            output.assert_warns("certutil -A -d sql:");
            output.assert_prints("Your browsers trust the login until");
        }
    });
    let Some(browser) = prepared else { return };
    let mut login = login(&world);
    browser.open(&start_address(&world, &mut login));
    let consent = browser.wait_for_url("the consent page", |url| url.starts_with("http://127."));
    assert!(consent.contains("/oauth/authorize"), "{consent}");
}

#[test]
fn trust_reaches_each_profile_of_firefox_and_replaces_what_was_trusted() {
    if !need("certutil") {
        return;
    }
    let world = World::new();
    let home = world.folder("HOME");
    let profile = home.join(".mozilla/firefox/it's mine");
    fs::create_dir_all(&profile).unwrap();
    let database = format!(
        "'sql:{}'",
        profile.display().to_string().replace('\'', r"'\''")
    );
    shell(
        &home,
        &format!("certutil -N -d {database} --empty-password"),
    );
    let trust = ["certificate", "--trust", "--yes"];
    let _ = world.command(&trust).run().assert_code(0);
    // As after the certificate has expired.
    let folder = Path::new(certificate(&world)["path"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_owned();
    fs::remove_dir_all(folder).unwrap();
    let _ = world.command(&trust).run().assert_code(0);
    let authority = certificate(&world)["authority"]["path"]
        .as_str()
        .unwrap()
        .to_owned();
    let check = format!(
        "certutil -L -d {database} -n igconnect -a | tr -d '\r' | cmp - '{authority}' &&
         certutil -L -d {database} | grep -c 'igconnect .*C,,' | grep -qx 1"
    );
    shell(&home, &check);
}

#[test]
fn trust_asks_first_and_changes_nothing_without_an_answer() {
    if !need("certutil") {
        return;
    }
    let world = World::new();
    let output = world
        .command(&["certificate", "--trust"])
        .run()
        .assert_code(2);
    output.assert_warns("--yes");
    assert!(!world.folder("HOME").join(".pki").exists());
    if !need("expect") {
        return;
    }
    let output = world
        .on_a_terminal(&["certificate", "--trust"], &[("Run them?", "n\r")])
        .run()
        .assert_code(0);
    output.assert_prints("Nothing was changed.");
    assert!(!world.folder("HOME").join(".pki").exists());
}

#[test]
fn trust_without_certutil_names_its_package() {
    let world = World::new();
    let nothing = world.folder("TMPDIR");
    let run = world
        .command(&["certificate", "--trust", "--yes"])
        .env("PATH", nothing);
    let output = run.run().assert_code(2);
    output.assert_warns("libnss3-tools");
}

#[test]
fn a_certificate_of_an_earlier_version_is_replaced_with_a_word_about_trust() {
    if !need("openssl") {
        return;
    }
    let world = World::new();
    let before = certificate(&world);
    let folder = Path::new(before["path"].as_str().unwrap())
        .parent()
        .unwrap();
    let make = format!(
        "cd '{}' && rm listener-authority.pem && openssl req -x509 -newkey rsa:2048 -nodes -days 300 -subj /CN=old \
         -addext 'subjectAltName=DNS:localhost' -keyout listener-key.pem -out listener-certificate.pem 2>&1 && chmod 600 *",
        folder.display()
    );
    shell(&world.folder("HOME"), &make);
    let doctor = world
        .command(&["--sandbox", "doctor", "--json"])
        .run()
        .json();
    assert!(
        doctor
            .to_string()
            .contains("the next login creates a new one")
    );
    let login = ["--sandbox", "login", "--port", "0"];
    let output = world.command(&login).run().assert_code(0);
    output.assert_warns("the login has a new certificate");
    output.assert_warns("certificate --trust");
    let after = certificate(&world);
    assert_ne!(after["sha256_fingerprint"], before["sha256_fingerprint"]);
    let output = world.command(&login).run().assert_code(0);
    assert!(
        !output.stderr().contains("new certificate"),
        "{}",
        output.report()
    );
}

#[test]
fn openssl_accepts_the_listener_and_nothing_that_its_key_signs() {
    if !need("openssl") {
        return;
    }
    let world = World::new();
    let certificate = certificate(&world);
    let path = |value: &Value| value["path"].as_str().unwrap().to_owned();
    let (leaf, authority) = (path(&certificate), path(&certificate["authority"]));
    let key = Path::new(&leaf).with_file_name("listener-key.pem");
    let home = world.folder("HOME");
    let verify = |file: &str, host: &str| {
        format!(
            "openssl verify -x509_strict -CAfile '{authority}' -untrusted '{leaf}' -verify_hostname {host} {file}"
        )
    };
    shell(&home, &verify(&format!("'{leaf}'"), "localhost"));
    for host in ["example.com", "localhost"] {
        let forge = format!(
            "cd && openssl req -new -newkey rsa:2048 -nodes -keyout forged.key -subj /CN={host} -out forged.csr 2>&1
             echo 'subjectAltName=DNS:{host}' > extensions
             openssl x509 -req -in forged.csr -CA '{leaf}' -CAkey '{}' -days 3 -extfile extensions -out forged.pem 2>&1",
            key.display()
        );
        shell(&home, &forge);
        shell(
            &home,
            &format!("cd && ! {} 2>&1", verify("forged.pem", host)),
        );
    }
    let constrained = format!(
        "openssl x509 -in '{authority}' -noout -text | tr -d '\\n' > text
         grep -q 'CA:TRUE, pathlen:0' text
         grep -q 'Permitted: *DNS:localhost *IP:127.0.0.1/255.255.255.255 *IP:0:0:0:0:0:0:0:1/' text"
    );
    let constrained = format!("cd && {constrained}");
    shell(&home, &constrained);
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
