//! What may be said to a login, and what comes of it.

use serde_json::json;

use super::people::{FIRST, SECOND, accounts, assert_nothing_stored};
use crate::harness::World;
use crate::harness::login::Login;
use crate::harness::visitor::parameter;

#[cfg(unix)]
#[test]
fn without_a_browser_or_a_keyring_the_sandbox_plays_both_and_says_so() {
    let world = World::new();
    let output = world
        .command(&["--sandbox", "login", "--port", "0"])
        .run()
        .assert_code(0);
    assert!(
        output
            .stdout()
            .starts_with("@wreckshop.records · default\nconnected, 60 days left\n")
    );
    assert!(output.stdout().contains("in a private file, in plain text"));
    assert!(output.stderr().contains("No keyring found"));
    assert!(output.stderr().contains("the sandbox simulates a user"));
    assert_eq!(accounts(&world)[0]["token"]["store"], "file");
}

#[test]
fn json_is_the_one_account_and_words_stay_on_stderr() {
    let world = World::new();
    let arguments = [
        "--sandbox",
        "login",
        "--port",
        "0",
        "--as",
        "shop",
        "--json",
    ];
    let output = world.command(&arguments).run().assert_code(0);
    let document = output.json();
    assert_eq!(document["schema"], 1);
    assert_eq!(document["accounts"].as_array().unwrap().len(), 1);
    let account = &document["accounts"][0];
    for (field, expected) in [
        ("id", json!(FIRST.1)),
        ("username", json!(FIRST.0)),
        ("alias", json!("shop")),
        ("default", json!(true)),
        ("state", json!("connected")),
        ("reason", json!(null)),
    ] {
        assert_eq!(account[field], expected, "{field}");
    }
    assert_eq!(
        account["token"]["scopes"],
        json!(["instagram_business_basic"])
    );
    assert_eq!(accounts(&world)[0]["id"], account["id"]);
}

#[test]
fn an_alias_of_another_account_is_refused_before_anything_is_stored() {
    let world = World::new();
    let login = ["--sandbox", "login", "--port", "0", "--as", "shop"];
    let _ = world.command(&login).run().assert_code(0);
    let before = accounts(&world);
    let again = world
        .command(&login)
        .env("IGCONNECT_SCENARIO", "wrong-account")
        .run()
        .assert_code(8);
    again.assert_warns("lina.draws");
    assert!(again.stderr().contains("--as"));
    assert_eq!(accounts(&world), before);
    // The account that has the alias may be connected by it again.
    let _ = world.command(&login).run().assert_code(0);
}

#[test]
fn expect_accepts_name_and_id_and_any_other_account_stores_nothing() {
    for expected in [
        "@wreckshop.records",
        "@WreckShop.Records",
        "wreckshop.records",
        FIRST.1,
    ] {
        let world = World::new();
        let arguments = ["--sandbox", "login", "--port", "0", "--expect", expected];
        let _ = world.command(&arguments).run().assert_code(0);
        let another = World::new();
        let output = another
            .command(&arguments)
            .env("IGCONNECT_SCENARIO", "wrong-account")
            .run()
            .assert_code(8);
        let said = output.stderr().to_lowercase();
        for name in [
            expected,
            SECOND.0,
            SECOND.1,
            "nothing was stored",
            "--force-reauth",
        ] {
            assert!(said.contains(&name.to_lowercase()), "{name}: {said}");
        }
        assert_nothing_stored(&another);
    }
}

#[test]
fn scopes_are_asked_for_and_a_missing_one_is_named() {
    let world = World::new();
    let insights = "instagram_business_manage_insights";
    let arguments = ["--sandbox", "login", "--port", "0", "--scope", insights];
    let output = world.command(&arguments).run().assert_code(0);
    output.assert_never_warns("warning");
    let granted = json!(["instagram_business_basic", insights]);
    assert_eq!(accounts(&world)[0]["token"]["scopes"], granted);

    let output = world
        .command(&arguments)
        .env("IGCONNECT_SCENARIO", "fewer-scopes")
        .run()
        .assert_code(0);
    let warning = format!("warning: the permission {insights} was not granted");
    output.assert_warns(&warning);
    let granted = json!(["instagram_business_basic"]);
    assert_eq!(accounts(&world)[0]["token"]["scopes"], granted);
}

#[test]
fn an_unknown_scope_is_a_usage_error() {
    let world = World::new();
    for scope in ["a;b", "with blank", "new\nline"] {
        let arguments = ["--sandbox", "login", "--port", "0", "--scope", scope];
        let output = world.command(&arguments).run().assert_code(2);
        output.assert_warns("scope");
    }
}

#[test]
fn the_address_requests_the_scopes_and_nothing_more() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let mut names: Vec<_> = login
        .authorize()
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    names.sort_unstable();
    let expected = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, expected);
    assert_eq!(login.state().len(), 43, "256 bits in base64url");
    assert_eq!(
        login.redirect_uri().as_str(),
        format!("https://localhost:{}/callback", login.port())
    );
    drop(login);

    let more = "instagram_business_manage_comments,instagram_business_content_publish";
    let login = Login::in_sandbox(&world, &["--force-reauth", "--scope", more]);
    assert_eq!(parameter(login.authorize(), "force_reauth"), "true");
    let scopes = parameter(login.authorize(), "scope");
    let mut scopes: Vec<_> = scopes.split(',').collect();
    scopes.sort_unstable();
    let expected = [
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
    ];
    assert_eq!(scopes, expected);
}
