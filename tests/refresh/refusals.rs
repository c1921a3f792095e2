//! What each refusal of Instagram means, and what it does not.

use super::setup::account;
use crate::harness::World;

/// How each failure of Instagram is reported, and the state of the account afterwards.
struct Refusal {
    scenario: &'static str,
    code: i32,
    sentence: &'static str,
    cause: Option<&'static str>,
    hint: &'static str,
    state: &'static str,
}

const fn refusal(
    scenario: &'static str,
    code: i32,
    sentence: &'static str,
    cause: Option<&'static str>,
    hint: &'static str,
    state: &'static str,
) -> Refusal {
    Refusal {
        scenario,
        code,
        sentence,
        cause,
        hint,
        state,
    }
}

const LOGIN: &str = "Log in again: igconnect --sandbox login";

const REFUSALS: [Refusal; 14] = [
    refusal(
        "revoked",
        4,
        "the password was changed",
        Some("(code 190/460, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "app-removed",
        4,
        "the app was removed",
        Some("(code 190/458, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "logged-out",
        4,
        "the owner logged out",
        Some("(code 190/467, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "expired",
        4,
        "the token has expired",
        Some("(code 190/463, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "checkpoint",
        3,
        "Instagram wants the owner of the account to pass a security check",
        Some("(code 190/459, trace "),
        "Log in on instagram.com",
        "unverified",
    ),
    refusal(
        "unconfirmed",
        3,
        "the account is not confirmed",
        Some("(code 190/464, trace "),
        "Confirm the account on instagram.com",
        "unverified",
    ),
    refusal(
        "rate-limited",
        3,
        "there were too many API calls for this account",
        Some("(code 80002, trace "),
        "Wait 19 minutes",
        "expiring",
    ),
    refusal(
        "app-limit",
        3,
        "the app has reached its limit for API calls",
        Some("(code 4, trace "),
        "Wait an hour",
        "expiring",
    ),
    refusal(
        "down",
        3,
        "Instagram is temporarily down",
        Some("(code 2, trace "),
        "Try again in a few minutes",
        "expiring",
    ),
    refusal(
        "html",
        3,
        "the answer did not come from Instagram",
        Some("captive portal"),
        "the token may still be valid",
        "unverified",
    ),
    refusal(
        "garbled",
        3,
        "the answer did not come from Instagram",
        Some("captive portal"),
        "the token may still be valid",
        "unverified",
    ),
    refusal(
        "redirect",
        3,
        "the answer did not come from Instagram: it is a redirect",
        None,
        "log in with a browser",
        "unverified",
    ),
    refusal(
        "huge",
        3,
        "the answer did not come from Instagram: it is too large",
        None,
        "Try again later",
        "unverified",
    ),
    refusal(
        "too-young",
        3,
        "Instagram refused",
        Some("(code 100, trace "),
        "Try again later",
        "expiring",
    ),
];

#[test]
fn each_refusal_has_its_code_its_words_and_its_state_and_keeps_the_token() {
    for refusal in &REFUSALS {
        let world = World::new();
        world.connect_in("backdated");
        let before = world.secrets();
        let output = world
            .sandbox(&["--scenario", refusal.scenario, "refresh"])
            .run();
        let output = output
            .assert_fails(refusal.code)
            .assert_says(&format!("error: @wreckshop.records: {}", refusal.sentence))
            .assert_says(refusal.cause.unwrap_or_default())
            .assert_says(refusal.hint);
        assert_eq!(world.secrets(), before, "{}", output.report());
        let status = world.sandbox(&["status", "--json"]).run();
        assert_eq!(
            account(&status)["state"],
            refusal.state,
            "{}",
            output.report()
        );
        let json = world.sandbox(&["--scenario", refusal.scenario, "refresh", "--json"]);
        let json = json.run().assert_code(refusal.code);
        assert_eq!(
            account(&json)["error"]["exit"],
            refusal.code,
            "{}",
            json.report()
        );
        // Whatever it was: a server that answers again settles it, without a login where the token lives.
        let again = world.sandbox(&["refresh"]).run();
        assert_eq!(again.code(), 0, "{}", again.report());
        assert_eq!(
            world.state("@wreckshop.records"),
            "connected",
            "{}",
            again.report()
        );
    }
}

#[test]
fn a_silent_server_is_given_up_in_time() {
    let world = World::new();
    world.connect_in("backdated");
    let before = world.secrets();
    let output = world
        .sandbox(&["--scenario", "silent", "refresh"])
        .run()
        .assert_fails(3);
    let _ = output.assert_says("@wreckshop.records: Instagram did not answer in time");
    assert_eq!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "unverified");
}

#[test]
fn the_history_names_a_failure_by_a_word_of_igconnect() {
    let world = World::new();
    world.connect_in("backdated");
    let _ = world
        .sandbox(&["--scenario", "checkpoint", "refresh"])
        .run()
        .assert_code(3);
    let last = world.database().history().pop().unwrap();
    assert_eq!(
        (&*last.kind, last.cause.as_deref()),
        ("failed", Some("190/459"))
    );
}
