//! Errors do not repeat what they were about.

use std::fs;

use super::setup::assert_no_leaks;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::front::{SandboxBehindFront, sandbox};
use crate::harness::login::Login;
use crate::harness::{Canaries, World};

/// Whatever begins as a token does, up to its end or that of the answer.
fn token_in(text: &str) -> &str {
    let start = text.find("IGAA").expect("a token");
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
    &rest[..end.unwrap_or(rest.len())]
}

#[test]
fn an_answer_that_breaks_off_is_not_repeated() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "garbled");
    let login = ["-vv", "login", "--port", "0", "--no-browser"];
    let login = Login::waiting(&world, world.command(&login));
    let _ = login.agree();
    let output = login.finish().assert_code(3);
    let asked = instagram.front.asked_for("POST /oauth/access_token");
    let mut canaries = Canaries::new();
    canaries.watch("half a token", token_in(&asked[0].reply));
    canaries.assert_clean(output.stderr_bytes(), "login");
}

#[test]
fn an_unreachable_address_is_not_repeated() {
    let world = World::new();
    let (instagram, port) = sandbox(&world, "backdated");
    world.set_env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"));
    let login = ["login", "--port", "0", "--no-browser"];
    let login = Login::waiting(&world, world.command(&login));
    let _ = login.agree();
    let _ = login.finish().assert_code(0);
    drop(instagram);
    let store = format!("igconnect/worlds/127.0.0.1-{port}/secrets/acct.{WRECKSHOP}.a");
    let entry = fs::read_to_string(world.folder("XDG_DATA_HOME").join(store)).unwrap();
    let mut canaries = Canaries::new();
    canaries.watch("token", token_in(&entry));
    // The token is in the query of this request.
    let output = world.command(&["-vv", "refresh"]).run().assert_code(3);
    canaries.assert_clean(output.stderr_bytes(), "refresh");
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let token = canaries.make("token", "IGAA", 183);
    let secret = canaries.make_app_secret();
    world.connect();
    let log = world.folder("HOME").join("igconnect.log");
    world.set_env("IGCONNECT_LOG", format!("trace,{}", log.display()));
    for text in [token.as_str(), secret.as_str()] {
        let commands: [&[&str]; 23] = [
            &["store", "move", "--yes", "--to", text],
            &["store", "move", "--yes", "--to", "sealed", text],
            &["store", "check", text],
            &[text],
            &["status", text],
            &["status", "--account", text],
            &["status", "--expires-within", text],
            &["refresh", text],
            &["refresh", "--if-expires-within", text],
            &["token", text],
            &["use", text],
            &["disconnect", "--yes", text],
            &["run", "--", text],
            &["run", "--env", text, "--", "true"],
            &["run", text, "--", "true"],
            &["login", "--port", text],
            &["login", "--as", text, "--scenario", "denies"],
            &["login", "--port", "0", "--expect", text],
            &["login", "--redirect-uri", text],
            &["login", "--scope", text],
            &["app", "add", "--id", text],
            &["app", "remove", text],
            &["--scenario", text, "login"],
        ];
        for command in commands {
            for voice in [&[][..], &["--json"]] {
                let output = world.sandbox(&[voice, command].concat()).run();
                assert_ne!(output.code(), 0, "{}", output.report());
            }
        }
        let flag = format!("--token={text}");
        let _ = world.command(&["login", &flag]).run().assert_fails(2);
        for name in [
            "IGCONNECT_ACCOUNT",
            "IGCONNECT_INSTAGRAM",
            "IGCONNECT_SANDBOX",
            "IGCONNECT_SCENARIO",
            "IGCONNECT_STORE",
            "IGCONNECT_SEAL_WITH",
            "IGCONNECT_PASSPHRASE_FD",
            "IGCONNECT_SANDBOX_APP_ID",
            "IGCONNECT_REDIRECT_URI",
            "IGCONNECT_API_VERSION",
            "IGCONNECT_LOG",
        ] {
            for command in [&["status", "--verify"][..], &["login", "--port", "0"]] {
                let flag = if name == "IGCONNECT_SANDBOX" || name == "IGCONNECT_INSTAGRAM" {
                    "--no-input"
                } else {
                    "--sandbox"
                };
                let run = world.command(&[&[flag], command].concat()).env(name, text);
                let _ = run
                    .env("IGCONNECT_SANDBOX_APP_SECRET", &secret)
                    .run()
                    .code();
            }
        }
    }
    assert!(
        fs::read_to_string(&log)
            .unwrap()
            .contains("\"event\":\"failure\"")
    );
    assert_no_leaks(&world, &canaries);
}
