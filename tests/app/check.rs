//! `app check`: whether Instagram accepts id and secret, and the exact redirect URI.

use serde_json::Value;

use crate::harness::Output;
use crate::harness::faulty::ClosedPort;
use crate::harness::{Canaries, World};

/// The check of this name in a report.
#[track_caller]
fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().expect("checks");
    checks
        .iter()
        .find(|check| check["name"] == name)
        .unwrap_or_else(|| panic!("no check {name} in {report:#}"))
}

fn in_scenario(world: &World, scenario: &str) -> Output {
    let arguments = [
        "--sandbox",
        "--scenario",
        scenario,
        "app",
        "check",
        "--json",
    ];
    world.command(&arguments).run()
}

#[test]
fn a_right_app_passes_and_its_redirect_uri_is_shown() {
    let world = World::new();
    let report = in_scenario(&world, "agrees").assert_code(0).json();
    assert_eq!(report["schema"], 1);
    for name in ["app", "app-id", "app-secret", "redirect-uri"] {
        let check = check(&report, name);
        assert_eq!(check["result"], "ok", "{check}");
        assert_eq!(check["fix"], Value::Null);
    }
    let uri = check(&report, "redirect-uri")["message"].as_str().unwrap();
    assert!(
        uri.contains("\n  https://localhost:8723/callback\n"),
        "{uri}"
    );
    assert!(uri.contains("cannot be asked"), "{uri}");
    let secret = check(&report, "app-secret")["message"].as_str().unwrap();
    assert!(secret.contains("does not document"), "{secret}");
}

#[test]
fn each_answer_of_instagram_has_its_verdict_and_exit_code() {
    // Scenario, exit code, and the results of app-id and app-secret.
    let table = [
        ("facebook-app-id", 2, "failed", "ok"),
        ("wrong-secret", 2, "ok", "failed"),
        ("answer:token_err_missing_client_id", 2, "failed", "ok"),
        ("answer:token_err_invalid_code", 0, "ok", "ok"),
        ("answer:token_err_code_not_found_or_used", 0, "ok", "ok"),
        ("answer:token_err_code_used", 0, "ok", "ok"),
        ("answer:token_err_no_role", 0, "warning", "ok"),
        ("answer:token_long_err_session_key", 0, "ok", "ok"),
        ("answer:token_long_err_unsupported_get", 0, "ok", "warning"),
        ("rate-limited", 3, "ok", "failed"),
        ("down", 3, "failed", "failed"),
        ("html", 3, "failed", "failed"),
        ("garbled", 3, "failed", "failed"),
        ("redirect", 3, "failed", "failed"),
    ];
    let world = World::new();
    for (scenario, code, id, secret) in table {
        let output = in_scenario(&world, scenario).assert_code(code);
        let report = output.json();
        assert_eq!(
            check(&report, "app-id")["result"],
            id,
            "{scenario} {report:#}"
        );
        let found = &check(&report, "app-secret")["result"];
        assert_eq!(found, secret, "{scenario} {report:#}");
        for check in report["checks"].as_array().unwrap() {
            let fixed = check["fix"].is_string();
            assert_eq!(fixed, check["result"] != "ok", "{scenario} {check}");
        }
    }
}

#[test]
fn an_unreachable_instagram_says_nothing_about_the_app() {
    let world = World::new();
    let closed = ClosedPort::hold();
    let address = format!("http://127.0.0.1:{}", closed.number());
    world.set_env("IGCONNECT_INSTAGRAM", address);
    world.set_env("IGCONNECT_SANDBOX_APP_ID", "1234567890123456");
    world.set_env(
        "IGCONNECT_SANDBOX_APP_SECRET",
        "0123456789abcdef0123456789abcdef",
    );
    let report = world
        .command(&["app", "check", "--json"])
        .run()
        .assert_code(3)
        .json();
    assert_eq!(check(&report, "app-id")["result"], "failed");
    assert_eq!(check(&report, "redirect-uri")["result"], "ok");
}

#[test]
fn a_slash_at_the_end_is_a_warning() {
    let world = World::new();
    world.set_env("IGCONNECT_SANDBOX_APP_ID", igconnect::sandbox::APP_ID);
    world.set_env(
        "IGCONNECT_SANDBOX_APP_SECRET",
        igconnect::sandbox::APP_SECRET,
    );
    world.set_env("IGCONNECT_REDIRECT_URI", "https://my.example/callback/");
    let report = in_scenario(&world, "agrees").assert_code(0).json();
    let uri = check(&report, "redirect-uri");
    assert_eq!(uri["result"], "warning");
    assert!(uri["message"].as_str().unwrap().contains("slash"), "{uri}");
}

#[test]
fn the_secret_travels_to_instagram_and_nowhere_else() {
    let world = World::new();
    let mut canaries = Canaries::new();
    world.set_env("IGCONNECT_SANDBOX_APP_ID", "1234567890123456");
    world.set_env("IGCONNECT_SANDBOX_APP_SECRET", canaries.make_app_secret());
    let arguments = ["--sandbox", "app", "check", "--verbose", "--verbose"];
    let output = world.command(&arguments).run().assert_code(2);
    output.assert_prints("refuses the App Secret");
    world.assert_no_leaks(&canaries);
}

#[test]
fn a_named_app_is_found_and_a_lost_secret_is_reported() {
    let world = World::new();
    let asked = ["--sandbox", "app", "check", "shop", "--json"];
    let error = world.command(&asked).run().assert_code(2).json();
    assert_eq!(error["error"]["code"], "usage");

    let add = [
        "--sandbox",
        "app",
        "add",
        "shop",
        "--id",
        igconnect::sandbox::APP_ID,
    ];
    let added = world.command(&add).stdin(igconnect::sandbox::APP_SECRET);
    let _ = added.run().assert_code(0);
    let report = world.command(&asked).run().assert_code(0).json();
    assert!(
        check(&report, "app")["message"]
            .as_str()
            .unwrap()
            .starts_with("shop")
    );

    world.lose_secrets();
    let report = world.command(&asked).run().assert_code(2).json();
    assert_eq!(check(&report, "app-secret")["result"], "failed");
    assert_eq!(check(&report, "app-id")["result"], "ok");
}

#[test]
fn a_person_reads_a_line_for_each_thing() {
    let world = World::new();
    let output = world
        .command(&["--sandbox", "--scenario", "facebook-app-id", "app", "check"])
        .run()
        .assert_code(2);
    let text = output.stdout();
    assert!(text.contains("failed   app-id "), "{text}");
    assert!(
        text.contains("fix: Take the Instagram App ID from"),
        "{text}"
    );
    assert!(
        text.contains(" https://localhost:8723/callback\n"),
        "{text}"
    );
}
