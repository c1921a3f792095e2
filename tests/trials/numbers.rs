//! Numbers from outside that make no sense.

use rusqlite::Connection;

use crate::harness::World;
use crate::harness::faulty::{Faulty, Step};
use crate::harness::keeper::Keeps;
use crate::harness::sealed_file::KeyFrom;

/// In JSON.
const LEASES: [&str; 10] = [
    "0",
    "1",
    "-1",
    "1.5",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e300",
    "\"3600\"",
    "null",
];

/// A server that gives every token this lease, and keeps nothing.
fn openbao(lease: &'static str) -> Faulty {
    Faulty::start(move |request| {
        let auth = format!(
            r#"{{"auth":{{"client_token":"s.token","lease_duration":{lease},"renewable":true}}}}"#
        );
        let (status, body) = match request {
            _ if request.contains("/v1/auth/approle/login") || request.contains("/renew-self") => {
                (200, auth)
            }
            _ if request.contains("/lookup-self") => {
                let data = format!(r#""ttl":{lease},"creation_ttl":{lease},"renewable":true"#);
                (200, format!(r#"{{"data":{{{data}}}}}"#))
            }
            _ if request.contains("/mounts/") => {
                let data = r#"{"data":{"type":"kv","options":{"version":"2"}}}"#;
                (200, data.to_owned())
            }
            _ if request.starts_with("POST /v1/secret/data/") => {
                (200, r#"{"data":{"version":1}}"#.to_owned())
            }
            _ if request.starts_with("POST") => (204, String::new()),
            _ => (404, r#"{"errors":[]}"#.to_owned()),
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close");
        vec![Step::Say(format!("{head}\r\n\r\n{body}").into_bytes())]
    })
}

#[test]
fn no_lease_of_openbao_is_too_long_or_too_short() {
    for lease in LEASES {
        for auth in ["token", "approle"] {
            let (world, server) = (World::new(), openbao(lease));
            std::fs::create_dir_all(world.sandbox_folder()).unwrap();
            let config = format!("store = \"openbao\"\n[openbao]\nauth = \"{auth}\"\n");
            std::fs::write(world.sandbox_folder().join("config.toml"), config).unwrap();
            world.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", server.port()));
            for name in ["BAO_TOKEN", "BAO_ROLE_ID", "BAO_SECRET_ID"] {
                world.set_env(name, "a-secret");
            }
            let output = world.sandbox(&["store", "check"]).run().assert_code(6);
            // What it says after a login that worked.
            output.assert_warns("the OpenBao server did not keep what was written");
            output.assert_never_warns("keyring");
            output.assert_never_warns("bug");
        }
    }
}

#[test]
fn costs_that_no_sealed_file_has_are_damage() {
    for costs in [
        "memory = 16383",
        "memory = 262145",
        "memory = 4294967295",
        "memory = 4294967296",
        "memory = -1",
        "memory = NULL",
        "passes = 0",
        "passes = 9",
        "passes = 9223372036854775807",
        "lanes = 0",
        "lanes = 65",
        "lanes = -9223372036854775808",
        "salt = x'00'",
    ] {
        let Some(world) = World::keeping(Keeps::Sealed(KeyFrom::Passphrase)) else {
            return;
        };
        world.connect();
        let file = world.data().join("sealed.sqlite");
        let change = format!("UPDATE seal SET {costs}");
        Connection::open(file)
            .unwrap()
            .execute(&change, [])
            .unwrap();
        for command in [
            &["token"][..],
            &["login", "--port", "0"],
            &["disconnect", "--yes"],
        ] {
            let output = world.sandbox(command).run().assert_fails(7);
            let _ = output.assert_says("sealed.sqlite is damaged");
        }
    }
}
