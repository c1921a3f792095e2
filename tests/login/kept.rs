//! What a login leaves on this machine, and what it never does.

use std::fs;
use std::path::Path;

#[cfg(unix)]
use crate::harness::SecretService;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::{Login, certificate};
use crate::harness::mode;
use crate::harness::visitor::parameter;
use crate::harness::{Canaries, World, until};

#[test]
fn every_file_and_folder_is_for_this_user_alone() {
    let world = World::new();
    let login = ["--sandbox", "login", "--port", "0"];
    let _ = world.command(&login).run().assert_code(0);
    let mut seen = 0;
    let mut folders = vec![world.folder("XDG_DATA_HOME").join("igconnect")];
    while let Some(folder) = folders.pop() {
        mode::assert_is(&folder, 0o700);
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            mode::assert_is(&path, 0o600);
            seen += 1;
        }
    }
    assert!(seen >= 5, "certificate, key, database, lock and secret");
}

#[test]
fn the_certificate_is_made_once_and_its_fingerprint_is_shown() {
    let world = World::new();
    let one = Login::in_sandbox(&world, &[]);
    let made = fs::read(certificate(&world)).unwrap();
    let two = Login::in_sandbox(&world, &[]);
    assert_eq!(fs::read(certificate(&world)).unwrap(), made);
    // The browser shows that of the listener's own certificate.
    let own = certificate(&world).with_file_name("listener-certificate.pem");
    let digest = {
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        let made = fs::read(own).unwrap();
        let der = CertificateDer::from_pem_slice(&made).unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, &der);
        let pairs: Vec<_> = digest.as_ref().iter().map(|b| format!("{b:02X}")).collect();
        pairs.join(":")
    };
    for login in [one, two] {
        assert_eq!(login.agree().status(), 200);
        let output = login.finish().assert_code(0);
        let shown = format!("SHA-256 fingerprint: {digest}");
        output.assert_warns(&shown);
    }
}

#[cfg(unix)]
#[test]
fn of_all_secrets_only_the_long_token_is_kept_and_only_in_the_keyring() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let service = format!("igconnect-127.0.0.1-{}", instagram.front.port());
    let run = world.command(&["login", "--port", "0", "--no-browser", "--verbose"]);
    let login = Login::waiting(&world, run);
    let answer = login.answer();
    assert_eq!(login.visitor().visit(&answer).status(), 200);
    let _ = login.finish().assert_code(0);

    let token_in = |line: &str| {
        let asked = instagram.front.asked_for(line);
        assert_eq!(asked.len(), 1, "{line}");
        let body = asked[0].reply.split_once("\r\n\r\n").unwrap().1.to_owned();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    };
    let (short, long) = (
        token_in("POST /oauth/access_token"),
        token_in("GET /access_token"),
    );
    let mut canaries = Canaries::new();
    canaries.watch("short token", &short);
    canaries.watch("long token", &long);
    canaries.watch("code", &parameter(&answer, "code"));
    world.assert_no_leaks(&canaries);

    let entries = keyring.search_all(&service);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let name = "acct/17841400000000017/a";
    assert_eq!(entries[0].attributes["username"], name);
    assert_eq!(
        entries[0].label,
        "igconnect: Instagram token of account 17841400000000017"
    );
    let kept = keyring.lookup(&service, name).unwrap();
    assert!(kept.contains(&long) && !kept.contains(&short));
}

#[test]
fn every_request_to_instagram_is_made_once_and_the_token_is_in_one_place() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let login = Login::waiting(
        &world,
        world.command(&["login", "--port", "0", "--no-browser"]),
    );
    assert_eq!(login.agree().status(), 200);
    let _ = login.finish().assert_code(0);
    let asked = instagram.front.asked();
    let lines: Vec<_> = asked
        .iter()
        .map(|asked| {
            asked
                .line
                .split(['?', ' '])
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let expected = [
        "GET /oauth/authorize",
        "GET /oauth/consent",
        "POST /oauth/access_token",
        "GET /access_token",
        "GET /v25.0/me",
    ];
    assert_eq!(lines, expected);
    let me = &asked[4];
    assert!(!me.line.contains("access_token"), "{}", me.line);
    assert!(
        me.request
            .to_lowercase()
            .contains("\r\nauthorization: bearer igaa")
    );
    assert!(
        asked
            .iter()
            .all(|asked| !asked.request.to_lowercase().contains("\r\nreferer:"))
    );
}

#[cfg(unix)]
#[test]
fn the_browser_gets_one_private_page_and_no_secret() {
    let world = World::new();
    let note = world.folder("TMPDIR").join("note");
    let script = format!(
        "#!/bin/sh\n{{ echo \"$#\"; printf '%s\\n' \"$@\"; env; ls -l /proc/$$/fd; }} >{0}.new\nmv {0}.new {0}\n",
        note.display()
    );
    world.script("a-browser", &script);
    let secret = "5a9db0c05a9db0c05a9db0c05a9db0c0";
    let secret_file = world.given("secret", secret);
    mode::set(&secret_file, 0o600);
    for (name, value) in [
        ("IGCONNECT_APP_SECRET", secret.to_owned()),
        (
            "IGCONNECT_TOKEN",
            "IGAAcanary-of-the-environment".to_owned(),
        ),
        ("IGCONNECT_TOKEN_FILE", secret_file.display().to_string()),
    ] {
        world.set_env(name, value);
    }
    let arguments = [
        "--sandbox",
        "login",
        "--port",
        "0",
        "--browser",
        "a-browser",
    ];
    let login = Login::waiting(&world, world.command(&arguments));
    let noted = until("the browser", || fs::read_to_string(&note).ok());
    let mut lines = noted.lines();
    assert_eq!(lines.next(), Some("1"));
    let argument = lines.next().unwrap();
    let page = argument.strip_prefix("file://").unwrap();
    mode::assert_is(page, 0o600);
    let text = fs::read_to_string(page).unwrap();
    let start = format!("https://localhost:{}/start/", login.port());
    let shown = login.shown.as_str().to_owned();
    let piece = shown.strip_prefix(&start).unwrap();
    assert_eq!(piece.len(), 22, "128 bits in base64url: {shown}");
    assert!(
        text.contains(&format!("content=\"0;url={shown}\"")),
        "{text}"
    );
    assert!(!noted.contains(piece), "the address is in an argument");
    // Only behind the address there is a state.
    let state = login.state();
    assert!(!text.contains(&state), "{text}");
    for hidden in [secret, "IGCONNECT_TOKEN", "IGCONNECT_APP_SECRET", &state] {
        assert!(!noted.contains(hidden), "{hidden}");
    }
    assert!(
        !noted.contains("socket:"),
        "a socket was passed on: {noted}"
    );
    assert_eq!(login.agree().status(), 200);
    let _ = login.finish().assert_code(0);
    assert!(!Path::new(page).exists(), "the page was left");
}

#[cfg(unix)]
#[test]
fn the_listener_is_there_before_the_browser_starts() {
    let world = World::new();
    let note = world.folder("TMPDIR").join("note");
    // Both families, each with a plain word to a port that speaks TLS.
    let script = format!(
        "#!/bin/bash\nport=$(sed -n 's,.*url=https://localhost:\\([0-9]*\\)/.*,\\1,p' \"${{1#file://}}\")\nfor host in 127.0.0.1 ::1; do\n\
         exec 3<>/dev/tcp/$host/$port && printf 'GET / HTTP/1.1\\r\\n\\r\\n' >&3 && head -n 1 <&3 >>{0}.new\n\
         done\nmv {0}.new {0}\n",
        note.display()
    );
    world.script("a-browser", &script);
    let arguments = [
        "--sandbox",
        "login",
        "--port",
        "0",
        "--browser",
        "a-browser",
    ];
    let login = Login::waiting(&world, world.command(&arguments));
    let noted = until("the browser", || fs::read_to_string(&note).ok());
    assert_eq!(noted, "HTTP/1.1 400 Bad Request\r\n".repeat(2));
    assert_eq!(login.agree().status(), 200);
    let _ = login.finish().assert_code(0);
}
