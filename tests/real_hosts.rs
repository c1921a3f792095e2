//! The program as released, with Instagram's own names: on a machine of its own, where a sandbox answers for them.

use rustls::ServerConfig;

use crate::harness::authority::Authority;
use crate::harness::front::{Front, sandbox};
use crate::harness::login::Login;
use crate::harness::visitor::Visitor;
use crate::harness::{Canaries, SecretService, World, on_a_machine_of_its_own};

const NAMES: [&str; 3] = [
    "www.instagram.com",
    "api.instagram.com",
    "graph.instagram.com",
];

#[test]
fn the_token_goes_to_instagrams_own_hosts_and_each_request_to_the_right_one() {
    let this =
        "real_hosts::the_token_goes_to_instagrams_own_hosts_and_each_request_to_the_right_one";
    if !on_a_machine_of_its_own(this, &NAMES) {
        return;
    }
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let (_sandbox, port) = sandbox(&world, "agrees");
    as_real_app(&world);
    let authority = Authority::new(&world, "authority.pem");
    let front = Front::tls(443, port, authority.serves(&NAMES));
    world.set_env("SSL_CERT_FILE", &authority.file);

    let login = Login::waiting(&world, world.command(&["login", "--no-browser"]));
    assert_eq!(
        login.authorize().origin().ascii_serialization(),
        "https://www.instagram.com"
    );
    assert_eq!(
        login.redirect_uri().as_str(),
        "https://localhost:8723/callback"
    );
    let answer = Visitor::trusting(&authority.file).consent(login.authorize());
    assert!(
        login
            .visitor()
            .visit(&answer)
            .text()
            .contains("is connected.</h1>")
    );
    let _ = login.finish().assert_code(0);
    let _ = world.command(&["status", "--verify"]).run().assert_code(0);
    let token = world
        .command(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
    let token = token.stdout().trim_end().to_owned();
    assert!(
        keyring
            .lookup("igconnect", "acct/17841400000000017/a")
            .unwrap()
            .contains(&token)
    );

    let asked = front.asked();
    let seen: Vec<_> = asked
        .iter()
        .map(|asked| {
            let path = asked.line.split(['?', ' ']).nth(1).unwrap();
            (asked.name.as_deref().unwrap(), path)
        })
        .collect();
    let [www, api, graph] = NAMES;
    let expected = [
        (www, "/oauth/authorize"),
        (www, "/oauth/consent"),
        (api, "/oauth/access_token"),
        (graph, "/access_token"),
        (graph, "/v25.0/me"),
        (graph, "/v25.0/me"),
    ];
    assert_eq!(seen, expected);
    for asked in &asked {
        let host = format!("\r\nhost: {}\r\n", asked.name.as_deref().unwrap());
        assert!(
            asked.request.to_lowercase().contains(&host),
            "{}",
            asked.line
        );
        assert!(!asked.line.contains(&token), "the token in an address");
    }
    let mut canaries = Canaries::new();
    canaries.watch("token", &token);
    world.assert_no_leaks(&canaries);
    // A sandbox has a world of its own, which sees nothing of this.
    let elsewhere = world
        .command(&["list", "--json"])
        .env("IGCONNECT_INSTAGRAM", "http://127.0.0.1:1");
    assert_eq!(
        elsewhere.run().assert_code(0).json()["accounts"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn an_untrusted_authority_is_sent_nothing() {
    let this = "real_hosts::an_untrusted_authority_is_sent_nothing";
    if !on_a_machine_of_its_own(this, &NAMES) {
        return;
    }
    let world = World::new();
    let trusted = Authority::new(&world, "trusted.pem");
    let another = Authority::new(&world, "another.pem");
    assert_nothing_is_said(&world, &trusted, &another, &another.serves(&NAMES));
}

#[test]
fn a_certificate_for_another_name_is_sent_nothing() {
    let this = "real_hosts::a_certificate_for_another_name_is_sent_nothing";
    if !on_a_machine_of_its_own(this, &NAMES) {
        return;
    }
    let world = World::new();
    let trusted = Authority::new(&world, "trusted.pem");
    assert_nothing_is_said(
        &world,
        &trusted,
        &trusted,
        &trusted.serves(&["www.instagram.com", "instagram.com"]),
    );
}

/// A login whose person reaches the consent page, and whose program does not trust what answers.
#[track_caller]
fn assert_nothing_is_said(
    world: &World,
    trusted: &Authority,
    person: &Authority,
    server: &ServerConfig,
) {
    let Some(keyring) = SecretService::start(world) else {
        return;
    };
    let (_sandbox, port) = sandbox(world, "agrees");
    as_real_app(world);
    let front = Front::tls(443, port, server.clone());
    world.set_env("SSL_CERT_FILE", &trusted.file);
    let login = Login::waiting(world, world.command(&["login", "--no-browser", "--json"]));
    let answer = Visitor::trusting(&person.file).consent(login.authorize());
    let page = login.visitor().visit(&answer);
    assert!(
        page.text().contains("<h1>Login not finished.</h1>"),
        "{}",
        page.text()
    );
    let output = login.finish().assert_code(3);
    let message = output.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        message.contains("certificate") && message.contains("not trusted"),
        "{message}"
    );
    let names: Vec<_> = front
        .asked()
        .into_iter()
        .map(|asked| asked.name.unwrap())
        .collect();
    assert_eq!(names, [NAMES[0], NAMES[0]], "only the person was heard");
    assert_eq!(keyring.search_all("igconnect"), []);
}

/// Gives the app of the sandbox to the real Instagram, which the sandbox plays here.
fn as_real_app(world: &World) {
    for name in ["APP_ID", "APP_SECRET"] {
        let value = world.value(&format!("IGCONNECT_SANDBOX_{name}"));
        world.set_env(format!("IGCONNECT_{name}"), value);
    }
}
