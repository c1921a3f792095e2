//! Every recorded error ends with its code, a sentence and a hint, and changes nothing but what was learned from it.

use serde_json::{Value, json};

use super::{SERVICE, assert_all_are_told, assert_sound, setting_out, sql, token_in};
use crate::support::process::Output;
use crate::support::{SecretService, World};

const ID: &str = "17841400000000017";

/// What follows from an error.
#[derive(Clone, Copy)]
struct Follows {
    /// The exit code when it comes in the middle of a login.
    login: i32,
    /// The exit code when it comes to an account that is connected.
    later: i32,
    /// What is recorded about the account; nothing for all that condemns no token.
    trouble: Option<&'static str>,
    /// A part of the words that a person gets.
    said: &'static str,
}

const fn passes(said: &'static str) -> Follows {
    Follows {
        login: 3,
        later: 3,
        trouble: None,
        said,
    }
}

/// A no that ends a login, and says nothing about a token.
const fn refuses(said: &'static str) -> Follows {
    Follows {
        login: 8,
        ..passes(said)
    }
}

/// A login is needed, for a permission.
const fn forbids(said: &'static str) -> Follows {
    Follows {
        later: 4,
        ..refuses(said)
    }
}

const fn condemns(trouble: &'static str, said: &'static str) -> Follows {
    Follows {
        later: 4,
        trouble: Some(trouble),
        ..refuses(said)
    }
}

/// The owner has to act on instagram.com, and the token is not dead.
const fn waits(trouble: &'static str, said: &'static str) -> Follows {
    Follows {
        later: 3,
        ..condemns(trouble, said)
    }
}

const AT_THE_CONSENT: &[(&str, Follows)] = &[
    (
        "authorize_redirect_cancel",
        refuses("the consent was denied"),
    ),
    ("authorize_redirect_no_role", refuses("Instagram Tester")),
    (
        "authorize_redirect_invalid_scopes",
        refuses("scopes that begin with instagram_business_"),
    ),
    ("authorize_page_error_json", refuses("error page")),
    (
        "authorize_page_error_invalid_redirect",
        refuses("redirect URI is not registered"),
    ),
];

const AT_THE_EXCHANGE: &[(&str, Follows)] = &[
    (
        "token_err_code_not_found_or_used",
        refuses("igconnect login"),
    ),
    ("token_err_code_used", refuses("the code was used already")),
    ("token_err_invalid_code", refuses("not a code of this app")),
    (
        "token_err_invalid_platform_app",
        refuses("not the Instagram App ID"),
    ),
    (
        "token_err_missing_client_id",
        refuses("does not know the app id"),
    ),
    (
        "token_err_redirect_mismatch_or_secret",
        refuses("or the App Secret is wrong"),
    ),
    (
        "token_err_invalid_redirect",
        refuses("not registered letter by letter"),
    ),
    ("token_err_no_role", refuses("Instagram Tester")),
    ("token_err_invalid_scope", refuses("does not know a scope")),
    ("token_long_err_secret", refuses("the App Secret is wrong")),
    ("token_long_err_session_key", refuses("long-lived already")),
    (
        "token_long_err_unsupported_get",
        refuses("Instagram Tester"),
    ),
];

const AT_THE_RENEWAL: &[(&str, Follows)] = &[
    (
        "token_refresh_err_expired",
        condemns("token_expired", "igconnect login"),
    ),
    (
        "token_refresh_err_invalidated",
        condemns("password_changed", "the password was changed"),
    ),
    (
        "token_refresh_err_legacy_token",
        refuses("no accepted role"),
    ),
    (
        "token_refresh_err_too_young_UNKNOWN",
        refuses("does not know"),
    ),
];

const AT_THE_PROFILE: &[(&str, Follows)] = &[
    (
        "me_err_expired_subcode0",
        condemns("token_expired", "past its life"),
    ),
    (
        "me_err_expired_463",
        condemns("token_expired", "past its 60 days"),
    ),
    (
        "me_err_password_460",
        condemns("password_changed", "the password was changed"),
    ),
    (
        "me_err_removed_458",
        condemns("app_removed", "the app was removed"),
    ),
    (
        "me_err_checkpoint_459",
        waits("checkpoint", "Log in on instagram.com"),
    ),
    (
        "me_err_unconfirmed_464",
        waits("unconfirmed", "Confirm the account on instagram.com"),
    ),
    (
        "me_err_logged_out_467",
        condemns("logged_out", "the owner logged out"),
    ),
    (
        "me_err_invalid_session_492",
        condemns("token_refused", "no longer accepts the token"),
    ),
    (
        "me_err_cannot_parse",
        condemns("token_refused", "no token of Instagram Login"),
    ),
    ("me_err_unsupported_get", refuses("Instagram Tester")),
    ("me_err_unsupported_post", refuses("Instagram Tester")),
    (
        "me_err_object_missing",
        forbids("permission for it is missing"),
    ),
    ("me_err_unknown_field", refuses("IGCONNECT_API_VERSION")),
    (
        "me_err_permission_10",
        forbids("a permission that this needs"),
    ),
    (
        "me_err_permission_200",
        forbids("a permission that this needs"),
    ),
    ("me_err_unknown_1", passes("Try again in a few minutes")),
    ("me_err_unavailable_2", passes("Try again in a few minutes")),
    ("me_err_policy_368", refuses("App Dashboard")),
    ("me_err_alias_803", refuses("no such object")),
    ("rate_app_4", passes("Wait an hour")),
    ("rate_user_17", passes("Wait an hour")),
    ("rate_page_32", passes("Wait an hour")),
    ("rate_instagram_80002", passes("Wait 19 minutes")),
];

/// It says nothing that a person has to act on: the account is forgotten here all the same.
const AT_THE_REVOCATION: &str = "revoke_err_unsupported_ASSUMED";

/// The one redirect that is no error.
const SUCCESS_AT_THE_CONSENT: &str = "authorize_redirect_success";

#[test]
fn every_recorded_error_has_an_expectation() {
    let tables = [
        AT_THE_CONSENT,
        AT_THE_EXCHANGE,
        AT_THE_RENEWAL,
        AT_THE_PROFILE,
    ];
    let names = tables.into_iter().flatten().map(|(name, _)| *name);
    let names = names.chain([AT_THE_REVOCATION, SUCCESS_AT_THE_CONSENT]);
    assert_all_are_told(names, |status| status != 200);
}

#[test]
fn an_error_on_the_consent_page_or_at_the_exchange_ends_the_login_and_changes_nothing() {
    let Some((world, keyring)) = setting_out() else {
        return;
    };
    connect(&world, "agrees");
    connect(&world, &format!("answer:{SUCCESS_AT_THE_CONSENT}"));
    for (name, follows) in AT_THE_CONSENT.iter().chain(AT_THE_EXCHANGE) {
        assert_login_fails(&world, &keyring, name, *follows);
    }
}

#[test]
fn an_error_of_the_profile_in_a_login_changes_nothing_whatever_it_says_about_the_token() {
    let Some((world, keyring)) = setting_out() else {
        return;
    };
    connect(&world, "agrees");
    for (name, follows) in AT_THE_PROFILE {
        assert_login_fails(&world, &keyring, name, *follows);
    }
}

#[test]
fn an_error_of_the_profile_condemns_a_connected_account_only_where_instagram_says_so() {
    let Some((world, keyring)) = setting_out() else {
        return;
    };
    connect(&world, "agrees");
    for command in ["status", "refresh"] {
        for (name, follows) in AT_THE_PROFILE {
            let arguments: &[&str] = if command == "status" {
                &["status", "--verify"]
            } else {
                &["refresh"]
            };
            assert_account_meets(&world, &keyring, arguments, name, *follows);
        }
    }
}

#[test]
fn an_error_of_a_renewal_leaves_the_token_that_was_there() {
    let Some((world, keyring)) = setting_out() else {
        return;
    };
    connect(&world, "backdated");
    for (name, follows) in AT_THE_RENEWAL {
        assert_account_meets(&world, &keyring, &["refresh"], name, *follows);
    }
    let renewed = run(&world, "agrees", &["refresh", "--json"]).assert_code(0);
    assert_eq!(renewed.json()["accounts"][0]["outcome"], "renewed");
    assert_eq!(token_in(&keyring, ID).unwrap().0, 'b');
    assert_sound(&world);
}

#[test]
fn a_revocation_that_instagram_refuses_is_not_claimed_and_the_account_is_forgotten_here() {
    let Some((world, keyring)) = setting_out() else {
        return;
    };
    connect(&world, "agrees");
    let scenario = format!("answer:{AT_THE_REVOCATION}");
    let output = run(
        &world,
        &scenario,
        &["disconnect", "--yes", "--revoke", "--json"],
    )
    .assert_code(0);
    assert_eq!(output.json()["accounts"][0]["revoked"], false);
    assert!(
        output.stderr().contains("still valid at Instagram"),
        "{}",
        output.report()
    );
    assert_eq!(keyring.search_all(SERVICE), []);
    assert_sound(&world);
}

fn run(world: &World, scenario: &str, arguments: &[&str]) -> Output {
    world
        .command(&[&["--sandbox", "--scenario", scenario], arguments].concat())
        .run()
}

#[track_caller]
fn connect(world: &World, scenario: &str) {
    let _ = run(world, scenario, &["login", "--port", "0"]).assert_code(0);
}

/// Everything that is kept but the history: rows, and the token with its slot.
fn kept(world: &World, keyring: &SecretService) -> (String, Value) {
    let rows = "SELECT * FROM account; SELECT * FROM profile; SELECT * FROM journal;";
    assert_eq!(keyring.search_all(SERVICE).len(), 1);
    (sql(world, rows), json!(token_in(keyring, ID)))
}

fn events(world: &World) -> String {
    sql(world, "SELECT kind, cause FROM history ORDER BY sequence")
}

/// Fails unless a person gets a sentence and a hint, in at most three lines, and a program the same.
#[track_caller]
fn assert_told(output: &Output, error: &Value, name: &str, code: i32, said: &str) {
    assert_eq!(error["exit"], code, "{name}\n{}", output.report());
    for part in ["message", "hint"] {
        let text = error[part].as_str().unwrap_or_default();
        assert!(text.len() > 10, "{name} has no {part}\n{}", output.report());
    }
    let told = ["message", "cause", "hint"].map(|part| error[part].as_str().unwrap_or_default());
    assert!(told.join("\n").contains(said), "{name}: {told:?}");
    let lines: Vec<_> = output
        .stderr()
        .lines()
        .skip_while(|line| !line.starts_with("error: "))
        .collect();
    assert!(
        (2..=3).contains(&lines.len()),
        "{name}\n{}",
        output.report()
    );
    assert!(
        !output.stderr().contains('?'),
        "an address with a query\n{}",
        output.report()
    );
}

#[track_caller]
fn assert_login_fails(world: &World, keyring: &SecretService, name: &str, follows: Follows) {
    let before = (kept(world, keyring), events(world));
    let scenario = format!("answer:{name}");
    let output = run(world, &scenario, &["login", "--port", "0", "--json"]);
    let output = output.assert_code(follows.login);
    assert_told(
        &output,
        &output.json()["error"],
        name,
        follows.login,
        follows.said,
    );
    assert_eq!((kept(world, keyring), events(world)), before, "{name}");
    assert_sound(world);
}

/// The account meets the error and stands as it says; then Instagram answers again, and all is as it was.
#[track_caller]
fn assert_account_meets(
    world: &World,
    keyring: &SecretService,
    arguments: &[&str],
    name: &str,
    follows: Follows,
) {
    let name = format!("{name} at {}", arguments[0]);
    let scenario = format!("answer:{}", name.split(' ').next().unwrap());
    let (before, history) = (kept(world, keyring), events(world));
    let output =
        run(world, &scenario, &[arguments, &["--json"]].concat()).assert_code(follows.later);
    let document = output.json();
    let account = &document["accounts"][0];
    if arguments[0] == "refresh" {
        assert_eq!(account["outcome"], "failed", "{name}");
        assert_told(
            &output,
            &account["error"],
            &name,
            follows.later,
            follows.said,
        );
    } else {
        assert!(
            output.stderr().contains(follows.said),
            "{name}\n{}",
            output.report()
        );
    }
    let standing = run(world, "agrees", &["status", "--json"]);
    let state = standing.json()["accounts"][0]["state"].clone();
    let trouble = sql(world, "SELECT trouble FROM account");
    let Some(expected) = follows.trouble else {
        assert_eq!(
            (kept(world, keyring), events(world)),
            (before, history),
            "{name}"
        );
        assert_sound(world);
        return;
    };
    assert_eq!(trouble, format!("{expected}\n"), "{name}");
    let (word, code) = if follows.later == 4 {
        ("needs_login", 4)
    } else {
        ("unverified", 3)
    };
    assert_eq!((state, standing.code()), (json!(word), code), "{name}");
    assert_eq!(kept(world, keyring).1, before.1, "{name}: the token");
    let learned = events(world);
    let learned = learned.strip_prefix(&history).expect("a longer history");
    assert!(
        learned.starts_with("failed|190") && learned.lines().count() == 1,
        "{name}: {learned}"
    );
    assert_sound(world);

    let _ = run(world, "agrees", &["status", "--verify"]).assert_code(0);
    let changing = "SELECT id, username, is_default, generation, expires_at, scopes, fingerprint, trouble FROM account";
    assert!(
        sql(world, changing).ends_with("|\n"),
        "{name}: the trouble is over"
    );
}
