//! Why Instagram cannot be reached: each reason has a true sentence and a next step of its own, in `doctor` too.

use std::fs;

use crate::harness::authority::{Authority, server_config};
use crate::harness::faulty::Step::{Say, Tunnel};
use crate::harness::faulty::{ClosedPort, Faulty};
use crate::harness::{World, need};
use crate::network::endpoint::{LONG, reply};
use crate::network::tls::{NAMES, serve, tunnel};

/// A command that asks Instagram says this, and `doctor` does.
#[track_caller]
fn assert_reason(world: &World, clock: Option<&str>, reason: [&str; 3]) {
    let [message, cause, hint] = reason;
    world.set_env("IGCONNECT_TOKEN", LONG);
    let run = |arguments: &[&str]| match clock {
        None => world.command(arguments).run(),
        Some(clock) => world.at_clock(clock, arguments).run(),
    };
    let output = run(&["status", "--verify"]).assert_code(3);
    for part in reason {
        output.assert_warns(part);
    }
    let doctor = run(&["doctor", "--json"]);
    let checks = doctor.json()["checks"].clone();
    let checks = checks.as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "instagram");
    let check = check.unwrap_or_else(|| panic!("{}", doctor.report()));
    let text = |part: &str| check[part].as_str().unwrap_or_default().to_owned();
    assert_eq!(check["result"], "failed", "{}", doctor.report());
    let said = text("message");
    assert!(said.contains(message) && said.contains(cause), "{said}");
    assert!(text("fix").contains(hint), "{}", text("fix"));
}

#[test]
fn a_certificate_that_is_not_trusted_has_a_reason() {
    const MESSAGE: &str = "the TLS certificate of the server is not trusted";
    const CLOCK: &str = "Set the clock of this machine";
    const FILTER: &str = "Look for a filter";
    const UNKNOWN: &str = "this machine does not know the authority";
    let world = World::new();
    let trusted = Authority::new(&world, "trusted.pem");
    let another = Authority::new(&world, "another.pem");
    world.set_env("SSL_CERT_FILE", &trusted.file);
    let (expired, early) = (
        "it has expired, by the clock",
        "it is not valid yet, by the clock",
    );
    let signed = rcgen::generate_simple_self_signed(NAMES.map(str::to_owned)).unwrap();
    let itself = server_config(signed.cert.der(), &signed.signing_key);
    let rows = [
        (
            trusted.serves_between(&NAMES, 2020, 2021),
            None,
            expired,
            CLOCK,
        ),
        (
            trusted.serves_between(&NAMES, 2089, 2090),
            None,
            early,
            CLOCK,
        ),
        (
            trusted.serves(&NAMES),
            Some("@2095-01-01 00:00:00"),
            expired,
            CLOCK,
        ),
        (
            trusted.serves(&NAMES),
            Some("@2001-01-01 00:00:00"),
            early,
            CLOCK,
        ),
        (
            trusted.serves(&["instagram.example"]),
            None,
            "it is for another name",
            FILTER,
        ),
        (itself, None, UNKNOWN, FILTER),
        (another.serves(&NAMES), None, UNKNOWN, FILTER),
    ];
    for (config, clock, cause, hint) in rows {
        if clock.is_some() && !need("faketime") {
            continue;
        }
        let (port, _) = serve(config);
        let proxy = tunnel(Tunnel(port));
        world.set_env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port()));
        assert_reason(&world, clock, [MESSAGE, cause, hint]);
    }
}

#[test]
fn a_proxy_that_opens_no_connection_has_a_reason() {
    const MESSAGE: &str = "the proxy opened no connection to Instagram";
    let world = World::new();
    let closed = ClosedPort::hold();
    let refuses = |status: &'static str| Faulty::start(move |_| vec![Say(reply(status, "", ""))]);
    let login = refuses("407 Proxy Authentication Required");
    let broken = refuses("502 Bad Gateway");
    for (port, cause, hint) in [
        (
            login.port(),
            "it wants a username and password",
            "http://USER:PASSWORD@HOST:PORT",
        ),
        (
            broken.port(),
            "it refused, or broke the connection",
            "Check HTTPS_PROXY and the proxy",
        ),
        (
            closed.number(),
            "it cannot be reached",
            "Check HTTPS_PROXY and the proxy",
        ),
    ] {
        world.set_env("HTTPS_PROXY", format!("http://127.0.0.1:{port}"));
        assert_reason(&world, None, [MESSAGE, cause, hint]);
    }
    let asked = login.heard().len();
    let _ = world.command(&["status", "--verify"]).run();
    assert_eq!(login.heard().len(), asked, "another proxy is asked now");
}

#[test]
fn trusted_certificates_that_cannot_be_used_have_a_reason() {
    let world = World::new();
    let closed = ClosedPort::hold();
    world.set_env(
        "HTTPS_PROXY",
        format!("http://127.0.0.1:{}", closed.number()),
    );
    let missing = world.root().join("missing.pem");
    let empty = world.given("empty.pem", "# none\n");
    let folder = world.root().join("no certificates");
    fs::create_dir(&folder).unwrap();
    for (name, path, cause) in [
        ("SSL_CERT_FILE", &missing, "entity not found"),
        ("SSL_CERT_FILE", &empty, "contains no certificate"),
        ("SSL_CERT_FILE", &folder, "is not a file"),
        ("SSL_CERT_DIR", &folder, "contains no certificate"),
    ] {
        world.set_env(name, path);
        let message = format!("cannot use the trusted certificates that {name} names");
        let hint = format!("Correct {name}, or unset it");
        assert_reason(&world, None, [&message, cause, &hint]);
        world.clear_env(name);
    }
}
