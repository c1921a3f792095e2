//! Every recorded error ends with its code, a sentence and a hint, and changes nothing but what was learned from it; a
//! connected account's history tells of each.

use serde_json::{Value, json};

use super::expected::{AT_THE_CONSENT, AT_THE_EXCHANGE, AT_THE_PROFILE, AT_THE_RENEWAL, Follows};
use super::setup::assert_all_are_expected;
use crate::harness::Output;
use crate::harness::World;
use crate::harness::database::{Account, Profile};
use crate::harness::keeper::Keeps;

const ID: &str = "17841400000000017";

/// It says nothing that a person has to act on: the account is forgotten here all the same.
const AT_THE_REVOCATION: &str = "revoke_err_unsupported_ASSUMED";

/// The one redirect that is not an error.
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
    assert_all_are_expected(names, |status| status != 200);
}

#[cfg(unix)]
#[test]
fn an_error_on_the_consent_page_or_at_the_exchange_ends_the_login_and_changes_nothing() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
        return;
    };
    connect(&world, "agrees");
    connect(&world, &format!("answer:{SUCCESS_AT_THE_CONSENT}"));
    for (name, follows) in AT_THE_CONSENT.iter().chain(AT_THE_EXCHANGE) {
        assert_login_fails(&world, name, *follows);
    }
}

#[cfg(unix)]
#[test]
fn a_profile_error_during_a_login_changes_nothing() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
        return;
    };
    connect(&world, "agrees");
    for (name, follows) in AT_THE_PROFILE {
        assert_login_fails(&world, name, *follows);
    }
}

#[cfg(unix)]
#[test]
fn a_profile_error_needs_a_login_only_when_instagram_says_so() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
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
            assert_account_meets(&world, arguments, name, *follows);
        }
    }
}

#[cfg(unix)]
#[test]
fn an_error_of_a_refresh_leaves_the_old_token() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
        return;
    };
    connect(&world, "backdated");
    for (name, follows) in AT_THE_RENEWAL {
        assert_account_meets(&world, &["refresh"], name, *follows);
    }
    let renewed = run(&world, "agrees", &["refresh", "--json"]).assert_code(0);
    assert_eq!(renewed.json()["accounts"][0]["outcome"], "renewed");
    assert_eq!(world.stored_token(ID).unwrap().0, 'b');
    world.database().assert_sound();
}

#[cfg(unix)]
#[test]
fn a_refused_revocation_is_reported_and_the_account_is_disconnected() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
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
    output.assert_warns("still valid at Instagram");
    assert_eq!(world.secret_names().len(), 0);
    world.database().assert_sound();
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
fn kept(world: &World) -> (Vec<Account>, Vec<Profile>, Value) {
    assert_eq!(world.secret_names().len(), 1);
    let database = world.database();
    (
        database.accounts(),
        database.profiles(),
        json!(world.stored_token(ID)),
    )
}

/// Fails unless a person gets a sentence and a hint, in at most three lines, and a program the same.
#[track_caller]
fn assert_reported(output: &Output, error: &Value, name: &str, code: i32, said: &str) {
    assert_eq!(error["exit"], code, "{name}\n{}", output.report());
    for part in ["message", "hint"] {
        let text = error[part].as_str().unwrap_or_default();
        assert!(text.len() > 10, "{name} has no {part}\n{}", output.report());
    }
    let shown = ["message", "cause", "hint"].map(|part| error[part].as_str().unwrap_or_default());
    assert!(shown.join("\n").contains(said), "{name}: {shown:?}");
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
fn assert_login_fails(world: &World, name: &str, follows: Follows) {
    let before = (kept(world), world.database().history());
    let scenario = format!("answer:{name}");
    let output = run(world, &scenario, &["login", "--port", "0", "--json"]);
    let output = output.assert_code(follows.login);
    assert_reported(
        &output,
        &output.json()["error"],
        name,
        follows.login,
        follows.said,
    );
    assert_eq!((kept(world), world.database().history()), before, "{name}");
    world.database().assert_sound();
}

/// The error gives the account its state; then Instagram answers again, and everything is as before.
#[track_caller]
fn assert_account_meets(world: &World, arguments: &[&str], name: &str, follows: Follows) {
    let name = format!("{name} at {}", arguments[0]);
    let scenario = format!("answer:{}", name.split(' ').next().unwrap());
    let (before, history) = (kept(world), world.database().history());
    let output =
        run(world, &scenario, &[arguments, &["--json"]].concat()).assert_code(follows.later);
    let document = output.json();
    let account = &document["accounts"][0];
    if arguments[0] == "refresh" {
        assert_eq!(account["outcome"], "failed", "{name}");
        assert_reported(
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
    let learned = world.database().history();
    let [learned] = learned
        .strip_prefix(&history[..])
        .expect("a longer history")
    else {
        panic!("{name}: {learned:?}");
    };
    assert_eq!(learned.kind, "failed", "{name}");
    let Some(expected) = follows.trouble else {
        assert_eq!(kept(world), before, "{name}");
        world.database().assert_sound();
        return;
    };
    assert_eq!(
        world.database().account(ID).trouble.as_deref(),
        Some(expected),
        "{name}"
    );
    // A missing permission says nothing about the token.
    let is_permission = expected == "permission_missing";
    let (word, code) = if follows.later == 4 && !is_permission {
        ("needs_login", 4)
    } else {
        ("unverified", 3)
    };
    assert_eq!((state, standing.code()), (json!(word), code), "{name}");
    assert_eq!(kept(world).2, before.2, "{name}: the token");
    let cause = learned.cause.as_deref().unwrap_or_default();
    assert!(is_permission || cause.starts_with("190"), "{name}: {cause}");
    world.database().assert_sound();

    let _ = run(world, "agrees", &["status", "--verify"]).assert_code(0);
    assert_eq!(world.database().account(ID).trouble, None, "{name}");
}
