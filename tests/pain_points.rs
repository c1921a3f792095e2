//! The known pain points of connecting to Instagram, P1 to P22: from what Instagram answers to what the person reads.

use crate::harness::World;

/// How a pain shows: in a login, in a command about a connected account, or on a page that the browser shows.
enum Shown {
    Login(&'static str, i32),
    Asked(&'static [&'static str], &'static str, i32),
    Page(&'static str),
}

use Shown::{Asked, Login, Page};

/// The pain, how it shows, and what the sentence, its cause or its fix must say.
#[rustfmt::skip] // a table: a row is a line
const PAINS: &[(&str, Shown, &[&str])] = &[
    ("P1", Login("answer:token_err_invalid_redirect", 8), &["exactly as registered", "slash at the end"]),
    ("P1", Page("Invalid Request: Request parameters are invalid: Invalid redirect_uri"), &["igconnect app list"]),
    ("P2", Login("facebook-app-id", 8), &["not the Instagram App ID", "API setup with Instagram login"]),
    ("P3", Page("Sorry, this page isn't available."), &["no App ID", "igconnect app list"]),
    ("P4", Login("no-tester-role", 8), &["no accepted role", "Instagram Tester", "manage_access"]),
    ("P4", Asked(&["refresh", "--quiet"], "no-tester-role", 3), &["no accepted role", "Instagram Tester"]),
    ("P5", Login("insufficient-role", 8), &["no accepted role", "Accept the invitation"]),
    ("P5", Login("answer:token_err_no_role", 8), &["no accepted role"]),
    ("P6", Page("400 Session Invalid"), &["private window", "--force-reauth", "data deletion"]),
    ("P7", Login("personal-account", 8), &["professional accounts", "Switch the account type"]),
    ("P8", Login("answer:token_err_invalid_scope", 8), &["does not know a requested scope", "instagram_business_"]),
    ("P9", Login("code-used", 8), &["already used", "igconnect --sandbox login"]),
    ("P9", Login("answer:token_err_code_not_found_or_used", 8), &["older than an hour"]),
    ("P10", Login("wrong-secret", 8), &["App Secret is wrong", "Compare both"]),
    ("P11", Asked(&["status", "--verify"], "revoked", 4), &["password was changed", "igconnect --sandbox login"]),
    ("P12", Asked(&["status", "--verify"], "expired", 4), &["the token has expired", "igconnect --sandbox login"]),
    ("P13", Login("answer:token_long_err_session_key", 8), &["already long-lived", "igconnect --sandbox refresh"]),
    ("P14", Asked(&["status", "--verify"], "answer:me_err_cannot_parse", 4), &["EAA", "igconnect --sandbox login"]),
    ("P16", Page("http://localhost is not allowed"), &["https", "--redirect-uri"]),
    ("P17", Page("it connected the wrong account"), &["--force-reauth"]),
    ("P18", Login("answer:token_err_missing_client_id", 8), &["does not know the App ID", "igconnect --sandbox app list"]),
    ("P19", Page("API access deactivated"), &["disabled the app", "App Dashboard"]),
    ("P20", Asked(&["status", "--verify"], "checkpoint", 3), &["security check", "instagram.com"]),
    ("P20", Page("You cannot access the app till you log in to www.instagram.com"), &["Log in on instagram.com"]),
    ("P21", Page("it came back in another browser"), &["paste the address"]),
    (
        "P22",
        Page("URL Blocked: This redirect failed because the redirect URI is not whitelisted"),
        &["Facebook Login"],
    ),
];

#[test]
fn every_known_problem_has_its_sentence_and_its_fix() {
    for (pain, shown, expected) in PAINS {
        let world = World::new();
        let output = match shown {
            Login(scenario, code) => {
                let login = [
                    "--sandbox",
                    "--scenario",
                    scenario,
                    "login",
                    "--port",
                    "0",
                    "--quiet",
                ];
                world.command(&login).run().assert_code(*code)
            }
            Asked(command, scenario, code) => {
                let _ = world
                    .command(&["--sandbox", "login", "--port", "0"])
                    .run()
                    .assert_code(0);
                let asked = [&["--sandbox", "--scenario", *scenario], *command].concat();
                world.command(&asked).run().assert_code(*code)
            }
            Page(text) => world.command(&["explain", text]).run().assert_code(0),
        };
        let said = format!("{}{}", output.stdout(), output.stderr());
        for words in *expected {
            assert!(
                said.contains(words),
                "{pain}: no {words:?} in\n{}",
                output.report()
            );
        }
    }
}

/// P15: ids beyond 2^53 stay what they are, digit for digit.
#[test]
fn no_id_loses_a_digit() {
    let world = World::new();
    for scenario in ["agrees", "string-id", "envelope"] {
        let login = [
            "--sandbox",
            "--scenario",
            scenario,
            "login",
            "--port",
            "0",
            "--json",
        ];
        let output = world.command(&login).run().assert_code(0);
        let account = &output.json()["accounts"][0];
        assert_eq!(account["id"], "17841400000000017");
        assert_eq!(account["app_scoped_id"], "38303421871341661", "{scenario}");
    }
}

#[test]
fn a_token_of_facebook_login_is_recognised() {
    let world = World::new();
    let login = world
        .command(&["--sandbox", "login", "--with-token"])
        .stdin("EAAGm0PX4ZCpsBAK\n");
    let output = login.run().assert_code(2);
    output.assert_warns("Facebook Login");
}

#[test]
fn an_http_redirect_uri_is_refused_with_the_reason() {
    let world = World::new();
    let login = [
        "--sandbox",
        "login",
        "--redirect-uri",
        "http://localhost:8723/callback",
    ];
    let output = world.command(&login).run().assert_code(2);
    output.assert_warns("must begin with https://");
}

#[test]
fn an_unknown_error_is_shown_as_it_is() {
    let world = World::new();
    let output = world
        .command(&["explain", "190/999999"])
        .run()
        .assert_code(0);
    output.assert_prints("no longer accepts");
    let output = world.command(&["explain", "987654"]).run().assert_code(1);
    output.assert_warns("no explanation found");
}

#[test]
fn a_subcode_is_known_beside_every_code_and_alone() {
    let world = World::new();
    for asked in ["2207051", "9007/2207051", "-1/2207051"] {
        let output = world
            .command(&["explain", "--", asked])
            .run()
            .assert_code(0);
        output.assert_prints("blocked the action as unusual");
    }
    let family = world.command(&["explain", "36003"]).run().assert_code(0);
    family.assert_prints("does not accept the size");
}

#[test]
fn explanations_are_json_too() {
    let world = World::new();
    let output = world
        .command(&["explain", "190/460", "--json"])
        .run()
        .assert_code(0);
    let json = output.json();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["errors"][0]["subcode"], 460);
    let all = world
        .command(&["explain", "--json"])
        .run()
        .assert_code(0)
        .json();
    assert!(all["errors"].as_array().unwrap().len() > 50);
    assert_eq!(all["exit_codes"][0]["exit"], 1);
}
