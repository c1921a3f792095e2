//! A proxy variable that cannot be used, and authorities that were replaced.

use crate::harness::World;
use crate::network::endpoint::LONG;

#[test]
fn a_proxy_that_cannot_be_used_is_never_bypassed() {
    for value in [
        "\"http://proxy.example:3128\"",
        "http://DOMAIN\\user:hunter2@proxy.example:3128",
        "http://proxy.example:3128\n",
        "pac+http://proxy.example/proxy.pac",
        "socks5://127.0.0.1:1080",
        "http://",
    ] {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let world = World::new();
            world.set_env("IGCONNECT_TOKEN", LONG);
            world.set_env(name, value);
            let output = world.command(&["status", "--verify"]).run().assert_code(2);
            // Windows knows one name in all cases.
            let shown = match cfg!(windows) {
                true => name.to_uppercase(),
                false => name.to_owned(),
            };
            output.assert_warns(&shown);
            output.assert_never_warns("hunter2");
            let doctor = world.command(&["doctor", "--json"]).run();
            let checks = doctor.json()["checks"].clone();
            let checks = checks.as_array().unwrap();
            let proxy = checks.iter().find(|check| check["name"] == "proxy");
            assert!(
                proxy.is_none_or(|check| check["result"] != "ok"),
                "{}",
                doctor.report()
            );
        }
    }
}

#[cfg(unix)] // the TLS of Windows knows no such variable
#[test]
fn replaced_authorities_are_announced_where_real_tokens_travel() {
    let world = World::new();
    world.connect();
    let mine = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    world.set_env(
        "SSL_CERT_FILE",
        world.given("authorities.pem", mine.cert.pem()),
    );
    let verify = world.command(&["status", "--verify"]);
    let output = verify.env("IGCONNECT_TOKEN", LONG).run().assert_code(3);
    output.assert_warns("authorities of SSL_CERT_FILE");
    // Offline, and in test worlds, they decide nothing.
    for command in [
        &["--sandbox", "status"][..],
        &["--sandbox", "status", "--verify"],
        &["list"],
    ] {
        let output = world.command(command).run().assert_code(0);
        output.assert_never_warns("SSL_CERT_FILE");
    }
}
