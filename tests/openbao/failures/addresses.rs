//! Addresses that lead nowhere, to something else, or give tokens away.

use super::setup::{assert_reported, assert_works, configure, connected};
use crate::harness::faulty::{ClosedPort, Faulty, Step};
use crate::harness::{OpenBao, World};

#[test]
fn an_address_with_no_server_or_another_one_is_reported() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let closed = ClosedPort::hold();
    world.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", closed.number()));
    assert_reported(&world, 6, "the OpenBao server cannot be reached");
    let say = |head: &str, body: &str| {
        let text = format!(
            "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        vec![Step::Say(text.into_bytes())]
    };
    let strangers = [
        (
            "a page",
            say("200 OK", "<html>"),
            "is not an OpenBao server",
        ),
        (
            "another's JSON",
            say("200 OK", "{\"data\":{\"x\":1}}"),
            "is not an OpenBao server",
        ),
        (
            "a missing page",
            say("404 Not Found", "<html>"),
            "is not an OpenBao server",
        ),
        (
            "a refusal",
            say("403 Forbidden", "no"),
            "is not an OpenBao server",
        ),
        (
            "a failure",
            say("500 Oops", "no"),
            "cannot serve now (HTTP status 500)",
        ),
        (
            "a redirect",
            say("307 Go\r\nLocation: http://127.0.0.1:1/", ""),
            "redirects to another address",
        ),
        (
            "a bomb",
            vec![Step::Forever(b"x".repeat(65536))],
            "the connection",
        ),
        (
            "a reset",
            vec![Step::Reset],
            "the connection to the OpenBao server broke",
        ),
    ];
    for (name, steps, words) in strangers {
        let stranger = Faulty::start(move |_| steps.clone());
        world.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", stranger.port()));
        println!("{name}");
        assert_reported(&world, 6, words);
    }
    world.set_env("BAO_ADDR", &server.address);
    assert_works(&world);
}

#[test]
fn an_address_that_gives_tokens_away_is_refused() {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "openbao");
    world.set_env("BAO_TOKEN", "s.canary");
    let login = || world.sandbox(&["login", "--port", "0"]);
    let _ = login()
        .run()
        .assert_fails(2)
        .assert_says("the address of the OpenBao server is not set");
    for (address, words) in [
        ("http://bao.example.com:8200", "plain http is for 127.0.0.1"),
        ("http://localhost:8200", "plain http is for 127.0.0.1"),
        ("unix:///run/bao.sock", "must begin with https"),
        ("bao.example.com", "is not an address"),
        ("https://user:pw@bao.example.com", "nothing more"),
        ("https://bao.example.com/?x=1", "nothing more"),
    ] {
        let refused = login().env("BAO_ADDR", address).run().assert_fails(2);
        let _ = refused.assert_says(words);
    }
    for variable in ["BAO_SKIP_VERIFY", "VAULT_SKIP_VERIFY"] {
        let skip = login()
            .env("BAO_ADDR", "https://127.0.0.1:1")
            .env(variable, "true");
        let _ = skip.run().assert_fails(2).assert_says("is not supported");
    }
    let limit = login()
        .env("BAO_ADDR", "https://127.0.0.1:1")
        .env("BAO_CLIENT_TIMEOUT", "soon");
    let _ = limit
        .run()
        .assert_fails(2)
        .assert_says("BAO_CLIENT_TIMEOUT");
    // What OpenBao's tools call theirs wins over what Vault's do.
    let both = login()
        .env("BAO_ADDR", "ftp://x")
        .env("VAULT_ADDR", "https://127.0.0.1:1");
    let _ = both.run().assert_fails(2).assert_says("BAO_ADDR");
    let closed = ClosedPort::hold();
    let vault = login().env(
        "VAULT_ADDR",
        format!("http://127.0.0.1:{}", closed.number()),
    );
    let _ = vault.run().assert_fails(6).assert_says("cannot be reached");
}

#[test]
fn an_untrusted_server_is_sent_nothing() {
    let Some((world, server)) = connected(OpenBao::start_on_disk) else {
        return;
    };
    let authority = server.authority.clone().unwrap();
    world.set_env("BAO_CACERT", "");
    assert_reported(
        &world,
        6,
        "the TLS certificate of the OpenBao server is not trusted",
    );
    let other = crate::harness::authority::Authority::new(&world, "other.pem");
    world.set_env("BAO_CACERT", &other.file);
    assert_reported(&world, 6, "is not trusted");
    let garbled = world.given("garbled.pem", "-----BEGIN CERTIFICATE-----\nx\n");
    world.set_env("BAO_CACERT", garbled);
    assert_reported(
        &world,
        6,
        "certificates for the OpenBao server cannot be used",
    );
    world.set_env("BAO_CACERT", "/nowhere.pem");
    assert_reported(&world, 7, "/nowhere.pem");
    // By a folder, by the configuration, and under the name that the certificate has.
    let folder = crate::harness::mode::private_folder(&world.root().join("given/authorities"));
    std::fs::copy(&authority, folder.join("one.pem")).unwrap();
    world.set_env("BAO_CACERT", "");
    let by_folder = world
        .sandbox(&["status", "--verify"])
        .env("BAO_CAPATH", &folder);
    let _ = by_folder.run().assert_code(0);
    configure(
        &world,
        &format!(
            "[openbao]\nca_cert = {:?}\n",
            authority.display().to_string()
        ),
    );
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    let named = world
        .sandbox(&["status", "--verify"])
        .env("BAO_TLS_SERVER_NAME", "bao.test");
    let _ = named.run().assert_code(0);
    let misnamed = world
        .sandbox(&["status", "--verify"])
        .env("BAO_TLS_SERVER_NAME", "other.test");
    let _ = misnamed.run().assert_code(6).assert_says("is not trusted");
    assert_works(&world);
}
