//! Instagram, the app, the clock and proxies.

use super::setup::{against, assert_check, doctor, raw_server, world};
use crate::harness::Canaries;
use crate::harness::faulty::ClosedPort;

#[test]
fn an_unreachable_instagram_is_3() {
    let world = world();
    let closed = ClosedPort::hold();
    let address = format!("http://127.0.0.1:{}", closed.number());
    let output = against(&world, &address).run().assert_code(3);
    assert_check(&output, "instagram", "failed", "cannot be reached");
    assert_check(&output, "clock", "warning", "not compared");
    output.assert_never_prints("\"app-id\"");
}

#[test]
fn a_wrong_app_id_is_2() {
    let world = world();
    world.set_env("IGCONNECT_SANDBOX_APP_ID", "1234567890123456");
    let output = doctor(&world).run().assert_code(2);
    assert_check(&output, "app-id", "failed", "Meta app");
    output.assert_never_prints("1234567890123456");
}

#[test]
fn a_missing_app_secret_is_2() {
    let world = world();
    let output = doctor(&world)
        .without_env("IGCONNECT_SANDBOX_APP_SECRET")
        .run();
    assert_check(
        &output.assert_code(2),
        "app-secret",
        "failed",
        "its secret is not",
    );
}

#[test]
fn clocks_that_differ_by_more_than_five_minutes_are_a_warning() {
    let now = jiff::Timestamp::now();
    let table = [
        (-24 * 60, "24 hours ahead"),
        (6, "behind"),
        (-4, "agrees"),
        (4, "agrees"),
    ];
    for (minutes, words) in table {
        let world = world();
        let date = now + jiff::SignedDuration::from_mins(minutes);
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let reply = format!(
            "HTTP/1.1 404 Not Found\r\nDate: {date}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let (address, _) = raw_server(reply);
        let output = against(&world, &format!("http://{address}")).run();
        let result = if words == "agrees" { "ok" } else { "warning" };
        assert_check(&output, "clock", result, words);
        assert_check(&output, "instagram", "ok", "answered");
    }
}

#[test]
fn a_proxy_is_named_and_its_credentials_are_not() {
    let world = world();
    let mut canaries = Canaries::new();
    let password = canaries.make("password", "pw", 24);
    let refusal = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (proxy, heard) = raw_server(refusal);
    world.set_env("HTTPS_PROXY", format!("http://someone:{password}@{proxy}"));
    // The real world, whose only way out is the proxy of this test.
    let output = world.command(&["doctor", "--json"]).run();
    assert_check(&output, "proxy", "ok", "HTTPS_PROXY");
    assert_check(&output, "dns", "ok", "");
    assert_check(&output, "instagram", "failed", "www.instagram.com");
    world.assert_no_leaks(&canaries);
    let heard = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    for host in ["www", "api", "graph"] {
        assert!(
            heard.contains(&format!("CONNECT {host}.instagram.com:443 ")),
            "{heard}"
        );
    }
}
