//! Whatever else comes to the listener first, the one good answer still completes the login, with one exchange.

use std::net::TcpStream;
use std::thread;

use super::people::accounts;
use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::{Login, assert_port_gets_free};
use crate::harness::visitor::{request_for, say, target_of};

/// Each hostile request, made from the good one, and the status it gets.
fn hostile(good: &str, state: &str, code: &str) -> Vec<(&'static str, String, u16)> {
    let target = |from: &str, to: &str| good.replacen(from, to, 1);
    let host = good
        .lines()
        .find(|line| line.starts_with("Host: "))
        .unwrap();
    let more = |header: &str| good.replacen("\r\n\r\n", &format!("\r\n{header}\r\n\r\n"), 1);
    let denied = format!("error=access_denied&error_reason=user_denied&state={state}x");
    let query = format!("code={code}&state={state}");
    let other = "AQother-code-of-a-stranger";
    vec![
        ("another state", target(state, &"A".repeat(43)), 400),
        (
            "a state in other letters",
            target(state, &state.to_lowercase()),
            400,
        ),
        ("half a state", target(state, &state[..20]), 400),
        ("no state", target(&format!("&state={state}"), ""), 400),
        ("no parameters", target(&format!("?{query}"), ""), 400),
        (
            "a doubled code",
            target(&query, &format!("{query}&code={other}")),
            400,
        ),
        (
            "a doubled state",
            target(&query, &format!("{query}&state={state}")),
            400,
        ),
        (
            "code and error",
            target(&query, &format!("{query}&error=access_denied")),
            400,
        ),
        ("a denial by a stranger", target(&query, &denied), 400),
        (
            "another issuer",
            target(&query, &format!("{query}&iss=https://evil.example")),
            400,
        ),
        ("another host", target(host, "Host: evil.example"), 421),
        (
            "an address for a host",
            target("Host: localhost:", "Host: 127.0.0.1:"),
            421,
        ),
        ("two hosts", more(host), 421),
        ("no host", target(&format!("{host}\r\n"), ""), 421),
        ("a post", target("GET ", "POST "), 405),
        ("a head", target("GET ", "HEAD "), 405),
        ("options", target("GET ", "OPTIONS "), 405),
        (
            "an absolute address",
            target("GET /", "GET http://evil.example/"),
            400,
        ),
        ("another path", target("/callback?", "/other?"), 404),
        ("a longer path", target("/callback?", "/callback/?"), 404),
        (
            "a path in capitals",
            target("/callback?", "/CALLBACK?"),
            404,
        ),
        ("a way to cancel", target("/callback?", "/cancel?"), 404),
        (
            "the outcome",
            target(&format!("/callback?{query}"), "/outcome"),
            404,
        ),
        (
            "a guessed start",
            target(&format!("/callback?{query}"), "/start/AAAA"),
            404,
        ),
        (
            "a favicon",
            target(&format!("/callback?{query}"), "/favicon.ico"),
            404,
        ),
        ("a prefetch", more("Sec-Purpose: prefetch"), 503),
        ("a prerender", more("Sec-Purpose: prefetch;prerender"), 503),
        ("a script", target("Mode: navigate", "Mode: cors"), 400),
        ("an image", target("Dest: document", "Dest: image"), 400),
        ("an origin", more("Origin: https://evil.example"), 400),
        ("no HTTP", "hello\r\n\r\n".to_owned(), 400),
        ("bare line feeds", good.replace("\r\n", "\n"), 400),
        (
            "a long address",
            target("/callback?", &format!("/callback?x={}&", "x".repeat(5000))),
            400,
        ),
        (
            "a longer head",
            more(&format!("X: {}", "x".repeat(300_000))),
            431,
        ),
    ]
}

#[test]
fn hostile_requests_neither_end_nor_delay_a_login_and_one_code_is_exchanged_once() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let login = Login::waiting(
        &world,
        world.command(&["login", "--port", "0", "--no-browser"]),
    );
    let (port, visitor, answer) = (login.port(), login.visitor(), login.answer());
    let good = request_for(&answer);
    let code = crate::harness::visitor::parameter(&answer, "code");

    // Silent ones and one that stops in the middle of the handshake, for as long as the login lasts.
    let silent: Vec<_> = (0..8)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap())
        .collect();
    let plain = say(port, &good);
    assert_eq!(plain.status(), 400, "plain HTTP on the TLS port");
    assert!(plain.text().contains("https://"), "{}", plain.text());
    assert_eq!(say(port, [0x16, 3, 1]).text(), "");

    for (who, request, status) in hostile(&good, &login.state(), &code) {
        let reply = visitor.say("localhost", port, &request);
        assert_eq!(reply.status(), status, "{who}: {}", reply.text());
        for header in [
            "content-security-policy",
            "cache-control",
            "referrer-policy",
        ] {
            assert!(reply.header(header).is_some(), "{who}: no {header}");
        }
        assert!(!reply.text().contains(&code), "{who}: the code came back");
        assert!(
            reply.header("access-control-allow-origin").is_none(),
            "{who}"
        );
    }
    assert!(
        instagram.front.asked_for("POST ").is_empty(),
        "a stranger's code was exchanged"
    );

    let first = visitor.get(&answer);
    assert_eq!(first.status(), 303, "{}", first.text());
    assert_eq!(first.header("location"), Some("/outcome"));
    let page = visitor.visit(&answer.join("/outcome").unwrap());
    assert!(page.text().contains("is connected.</h1>"));
    let output = login.finish().assert_code(0);
    assert_eq!(
        instagram.front.asked_for("POST /oauth/access_token").len(),
        1
    );
    output.assert_warns("requests to the listener that do not belong to this login");
    drop(silent);
    assert_port_gets_free(port);
}

#[test]
fn the_good_answer_eight_times_at_once_is_one_exchange() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let login = Login::waiting(
        &world,
        world.command(&["login", "--port", "0", "--no-browser"]),
    );
    let (visitor, answer) = (login.visitor(), login.answer());
    let mut statuses = thread::scope(|scope| {
        let visits: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| visitor.get(&answer).status()))
            .collect();
        visits
            .into_iter()
            .map(|visit| visit.join().unwrap())
            .collect::<Vec<_>>()
    });
    statuses.sort_unstable();
    assert_eq!(statuses[0], 303, "{statuses:?}");
    // The login may end before the last request is read, which then gets no answer.
    assert!(
        statuses[1..].iter().all(|status| *status == 410),
        "{statuses:?}"
    );
    let page = visitor.visit(&answer.join("/outcome").unwrap());
    assert!(
        page.text().contains("is connected.</h1>"),
        "{}",
        page.text()
    );
    let _ = login.finish().assert_code(0);
    assert_eq!(
        instagram.front.asked_for("POST /oauth/access_token").len(),
        1
    );
}

#[test]
fn a_second_request_in_the_same_packet_is_not_heard() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let (visitor, answer) = (login.visitor(), login.answer());
    let nothing = request_for(&login.redirect_uri());
    let both = format!("{nothing}{}", request_for(&answer));
    let reply = visitor.say("localhost", login.port(), both);
    assert_eq!(
        reply.text().matches("HTTP/1.1 ").count(),
        1,
        "{}",
        reply.text()
    );
    assert_eq!(reply.status(), 400);
    assert!(target_of(&answer).starts_with("/callback?code="));
    assert_eq!(visitor.visit(&answer).status(), 200);
    let _ = login.finish().assert_code(0);
    assert_eq!(accounts(&world).len(), 1);
}
