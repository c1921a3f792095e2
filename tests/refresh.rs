//! `refresh`: a longer life for tokens that are due, and what a refusal does and does not mean.

mod instagram;
mod many;
mod neighbours;
mod scale;

use std::time::Duration;

use serde_json::Value;

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::process::Output;
use crate::harness::{World, need};
use crate::status::{ACCOUNT_KEYS, assert_keys};

fn account(output: &Output) -> Value {
    output.json()["accounts"][0].clone()
}

#[test]
fn a_token_that_is_due_is_renewed() {
    let world = World::new();
    world.connect_in("backdated");
    let (token, secrets) = (world.token("@wreckshop.records"), world.secrets());
    // `token` renews what is due, so the state is that after a renewal already.
    assert_eq!(world.state("@wreckshop.records"), "connected");
    assert_eq!(secrets.len(), 1, "the old token is gone");
    assert!(String::from_utf8_lossy(&secrets[0].1).contains(&token));

    let world = World::new();
    world.connect_in("backdated");
    let before = world.secrets();
    let output = world.sandbox(&["refresh"]).run().assert_code(0);
    let words = "@wreckshop.records: renewed, good until ";
    assert!(output.stdout().starts_with(words), "{}", output.report());
    assert_eq!(output.stderr(), "");
    assert_ne!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "connected");
}

#[test]
fn json_tells_the_outcome_beside_each_account() {
    let world = World::new();
    world.connect_two();
    let output = world
        .sandbox(&["--scenario", "agrees", "refresh", "--all", "--json"])
        .run()
        .assert_code(0);
    let accounts = output.json()["accounts"].clone();
    for (account, id, outcome) in [
        (&accounts[0], LINA, "not_due"),
        (&accounts[1], WRECKSHOP, "renewed"),
    ] {
        let mut keys = [&ACCOUNT_KEYS[..], &["error", "outcome"]].concat();
        keys.sort_unstable();
        assert_keys(account, &keys);
        assert_eq!(
            (&account["id"], &account["outcome"], &account["error"]),
            (&id.into(), &outcome.into(), &Value::Null)
        );
    }
}

#[test]
fn a_renewal_is_written_into_the_history_and_nothing_of_it_is_left_open() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let history =
        world.sql("SELECT kind, cause IS NULL, followers_count FROM history ORDER BY sequence");
    assert_eq!(history, "connected|1|1234\nrefreshed|1|1234");
    assert_eq!(world.sql("SELECT count(*) FROM journal"), "0");
    assert_eq!(world.sql("SELECT generation FROM account"), "2");
    assert_eq!(
        world.sql("PRAGMA integrity_check; PRAGMA foreign_key_check"),
        "ok"
    );
}

#[test]
fn the_same_token_again_and_a_token_that_replaces_its_forerunner_are_both_fine() {
    for scenario in ["same-token", "old-token-dies"] {
        let world = World::new();
        world.connect_in("backdated");
        let refresh = ["--scenario", scenario, "refresh", "--json"];
        let output = world.sandbox(&refresh).run().assert_code(0);
        assert_eq!(account(&output)["outcome"], "renewed", "{scenario}");
        assert_eq!(world.secrets().len(), 1, "{scenario}");
        let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    }
}

#[test]
fn a_token_with_life_left_is_not_renewed_and_the_day_is_told_but_its_profile_is_fresh() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    world.sql("UPDATE profile SET fetched_at = 5, followers_count = 1");
    let before = world.secrets();
    let output = world.sandbox(&["refresh"]).run().assert_code(0);
    let due = world.sql("SELECT date(expires_at - 10 * 86400, 'unixepoch') FROM account");
    let words = format!(", due from {due}\n");
    assert!(output.stdout().ends_with(&words), "{}", output.report());
    assert_eq!(world.secrets(), before);
    assert_eq!(
        world.sql("SELECT followers_count, fetched_at > 5 FROM profile"),
        "1234|1"
    );
}

#[test]
fn if_expires_within_moves_the_day() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    world.sql("UPDATE account SET expires_at = unixepoch() + 20 * 86400, issued_at = unixepoch() - 40 * 86400");
    let outcome = |within: &str| {
        let refresh = [
            "refresh",
            "--dry-run",
            "--json",
            "--if-expires-within",
            within,
        ];
        account(&world.sandbox(&refresh).run().assert_code(0))["outcome"].clone()
    };
    assert_eq!(outcome("19d"), "not_due");
    assert_eq!(outcome("21d"), "renewed");
}

#[test]
fn force_renews_what_is_older_than_a_day_and_nothing_younger() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    world.sql("UPDATE account SET issued_at = unixepoch() - 23 * 3600, expires_at = unixepoch() + 59 * 86400");
    let opens =
        world.sql("SELECT strftime('%Y-%m-%d %H:%M', issued_at + 86400, 'unixepoch') FROM account");
    let before = world.secrets();
    let young = world.sandbox(&["refresh", "--force"]).run().assert_code(0);
    assert_eq!(
        young.stdout(),
        format!(
            "@wreckshop.records: younger than 24 hours, which Instagram does not renew; possible from {opens} UTC\n"
        )
    );
    assert_eq!(world.secrets(), before);
    // What the store says of the token is recorded again with each answer of Instagram, so its age is set back again.
    world.sql("UPDATE account SET issued_at = unixepoch() - 23 * 3600");
    let json = world
        .sandbox(&["refresh", "--force", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(account(&json)["outcome"], "too_young");
    assert_eq!(account(&json)["error"], Value::Null);

    world.sql("UPDATE account SET issued_at = unixepoch() - 25 * 3600");
    let old = world
        .sandbox(&["refresh", "--force", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(account(&old)["outcome"], "renewed");
    assert_ne!(world.secrets(), before);
}

#[test]
fn an_expired_token_is_not_sent_anywhere() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    world.sql("UPDATE account SET expires_at = unixepoch() - 60");
    let before = world.secrets();
    for force in [&["refresh"][..], &["refresh", "--force"]] {
        let output = world.sandbox(force).run().assert_fails(4);
        let _ = output
            .assert_says("@wreckshop.records: the token expired; Instagram renews no dead token")
            .assert_says("Connect again: igconnect login");
    }
    assert_eq!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "expired");
}

#[test]
fn one_bad_account_does_not_stop_the_others_and_the_code_is_that_of_the_worst() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_two();
    world.sql("UPDATE account SET expires_at = unixepoch() - 60 WHERE alias = 'lina'");
    let output = world.sandbox(&["refresh", "--all"]).run().assert_code(4);
    let rows: Vec<_> = (output.stdout().lines())
        .map(|line| line.split('\t').take(2).collect::<Vec<_>>())
        .collect();
    assert_eq!(
        rows,
        [
            ["@lina.draws (lina)", "failed"],
            ["@wreckshop.records", "renewed"]
        ]
    );
    let _ = output.assert_says("error: @lina.draws (lina): the token expired");

    let json = world
        .sandbox(&["refresh", "--all", "--json"])
        .run()
        .assert_code(4);
    let accounts = json.json()["accounts"].clone();
    assert_eq!(accounts[0]["error"]["code"], "login");
    assert_eq!(accounts[0]["error"]["exit"], 4);
    assert_eq!(accounts[1]["outcome"], "not_due");
}

#[test]
fn an_account_named_twice_is_refreshed_once_and_one_unknown_name_refuses_all() {
    let world = World::new();
    world.connect_two();
    let twice = world.sandbox(&["refresh", "lina", "@lina.draws", LINA, "--json"]);
    let twice = twice.run().assert_code(0);
    assert_eq!(twice.json()["accounts"].as_array().unwrap().len(), 1);
    let before = world.secrets();
    let unknown = world.sandbox(&["refresh", "@wreckshop.records", "@nobody"]);
    let _ = unknown
        .run()
        .assert_fails(4)
        .assert_says("no account @nobody");
    assert_eq!(world.secrets(), before);
}

#[test]
fn without_database_and_keyring_nobody_knows_who_all_are() {
    let world = World::new();
    for command in [
        &["refresh", "--all"][..],
        &["disconnect", "--all"],
        &["disconnect", "--all", "--yes"],
    ] {
        let output = world.command(command).run().assert_fails(6);
        let _ = output.assert_says("there is no secret store to talk to");
    }
    // A stand-in's secrets may be in a file, and there is none.
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_changes_nothing() {
    let world = World::new();
    world.connect_two();
    let picture = || (world.secrets(), std::fs::read(world.database()).unwrap());
    let before = picture();
    let output = world
        .sandbox(&["refresh", "--all", "--dry-run"])
        .run()
        .assert_code(0);
    assert!(
        output.stdout().contains("would be renewed"),
        "{}",
        output.report()
    );
    // Nobody is asked either: with Instagram down it is the same.
    let down = ["--scenario", "down", "refresh", "--dry-run", "--json"];
    let json = world.sandbox(&down).run().assert_code(0);
    assert_eq!(account(&json)["outcome"], "renewed");
    assert!(picture() == before, "something was changed");
}

#[test]
fn a_dry_run_says_of_a_token_that_is_known_to_be_over_what_a_run_says() {
    if !need("sqlite3") {
        return;
    }
    for (scenario, code, sentence) in [
        (
            "revoked",
            4,
            "the password was changed or Instagram ended the session",
        ),
        (
            "checkpoint",
            3,
            "Instagram asks for a check on instagram.com first",
        ),
    ] {
        let world = World::new();
        world.connect_in("backdated");
        let in_it = |line: &[&str]| {
            world
                .sandbox(&[&["--scenario", scenario], line].concat())
                .run()
        };
        let foreseen = |line: &[&str]| in_it(&[line, &["--dry-run"]].concat());
        // Nothing is known yet.
        let _ = foreseen(&["refresh"]).assert_code(0);
        let learned = in_it(&["refresh"]).assert_fails(code);
        let first = |output: &Output| output.stderr().lines().next().unwrap().to_owned();
        let told = foreseen(&["refresh"]).assert_fails(code);
        assert_eq!(
            first(&told),
            format!("error: @wreckshop.records: {sentence}")
        );
        assert!(first(&learned).starts_with("error: @wreckshop.records: "));
        for line in [&["refresh", "--all"][..], &["refresh", "--force"]] {
            let json = foreseen(&[line, &["--json"]].concat()).assert_code(code);
            assert_eq!(account(&json)["outcome"], "failed");
            assert_eq!(account(&json)["error"]["exit"], code);
        }
        // What a change that was interrupted has made of it nobody knows.
        world.sql("INSERT INTO journal SELECT id, 'refresh', 2, 0 FROM account");
        let _ = foreseen(&["refresh"]).assert_code(0);
    }
}

#[test]
fn a_dry_run_has_no_row_for_an_account_of_all_that_is_to_be_forgotten() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_two();
    world.sql(
        "INSERT INTO journal SELECT id, 'disconnect', generation, 0 FROM account WHERE alias = 'lina'",
    );
    let named = |dry: &[&str]| {
        let line = [&["refresh", "lina"], dry].concat();
        let output = world.sandbox(&line).run().assert_fails(4);
        output.stderr().to_owned()
    };
    let all = |dry: &[&str]| {
        let line = [&["refresh", "--all", "--json"], dry].concat();
        let document = world.sandbox(&line).run().assert_code(0).json();
        let accounts = document["accounts"].as_array().unwrap().clone();
        let told = accounts
            .iter()
            .map(|account| (account["username"].clone(), account["outcome"].clone()));
        told.collect::<Vec<_>>()
    };
    let foreseen = all(&["--dry-run"]);
    let foreseen_of_one = named(&["--dry-run"]);
    assert_eq!(foreseen.len(), 1, "{foreseen:?}");
    assert_eq!(named(&[]), foreseen_of_one);
    assert_eq!(all(&[]), foreseen);
}

#[test]
fn a_secret_that_is_gone_needs_a_login() {
    let world = World::new();
    world.connect_in("backdated");
    world.lose_secrets();
    let output = world.sandbox(&["refresh"]).run().assert_fails(4);
    let _ = output.assert_says("@wreckshop.records: the secret is gone from the ");
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
}

#[test]
fn a_damaged_secret_is_never_sent_and_needs_a_login() {
    let world = World::new();
    world.connect_in("backdated");
    for (name, content) in world.secrets() {
        let half = &content[..content.len() / 2];
        std::fs::write(world.plain_file(&name), half).unwrap();
    }
    let _ = world.sandbox(&["refresh"]).run().assert_fails(4);
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
}

#[test]
fn a_cache_of_an_older_day_is_repaired_from_the_store() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    let old = std::fs::read(world.database()).unwrap();
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let secrets = world.secrets();
    std::fs::write(world.database(), old).unwrap();
    assert_eq!(world.state("@wreckshop.records"), "expiring");
    let output = world.sandbox(&["refresh", "--json"]).run().assert_code(0);
    assert_eq!(account(&output)["outcome"], "not_due");
    assert_eq!(world.secrets(), secrets);
    assert_eq!(world.sql("SELECT generation FROM account"), "2");
}

/// What each failure of Instagram is told as, and what is believed of the account afterwards.
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

const LOGIN: &str = "Connect again: igconnect login";

const REFUSALS: [Refusal; 14] = [
    refusal(
        "revoked",
        4,
        "Instagram refused: the password was changed",
        Some("(code 190/460, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "app-removed",
        4,
        "Instagram refused: the app was removed",
        Some("(code 190/458, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "logged-out",
        4,
        "Instagram refused: the session ended",
        Some("(code 190/467, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "expired",
        4,
        "Instagram refused: the token is past its 60 days",
        Some("(code 190/463, trace "),
        LOGIN,
        "needs_login",
    ),
    refusal(
        "checkpoint",
        3,
        "Instagram refused: Instagram asks the owner for a security check",
        Some("(code 190/459, trace "),
        "Log in on instagram.com",
        "unverified",
    ),
    refusal(
        "unconfirmed",
        3,
        "Instagram refused: the account's owner is not confirmed",
        Some("(code 190/464, trace "),
        "Confirm the account on instagram.com",
        "unverified",
    ),
    refusal(
        "rate-limited",
        3,
        "there were too many calls for this account",
        Some("(code 80002, trace "),
        "Wait 19 minutes",
        "expiring",
    ),
    refusal(
        "app-limit",
        3,
        "the app has reached its limit of calls",
        Some("(code 4, trace "),
        "Wait an hour",
        "expiring",
    ),
    refusal(
        "down",
        3,
        "Instagram's service is down for the moment",
        Some("(code 2, trace "),
        "Try again in a few minutes",
        "expiring",
    ),
    refusal(
        "html",
        3,
        "what answered was not Instagram",
        Some("captive portal"),
        "nothing is known about the token",
        "unverified",
    ),
    refusal(
        "garbled",
        3,
        "what answered was not Instagram",
        Some("captive portal"),
        "nothing is known about the token",
        "unverified",
    ),
    refusal(
        "redirect",
        3,
        "what answered was not Instagram: it pointed to another place",
        None,
        "captive portal",
        "unverified",
    ),
    refusal(
        "huge",
        3,
        "what answered was not Instagram: it never stopped sending",
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
fn each_refusal_has_its_code_its_words_and_its_state_and_costs_no_token() {
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
    let output = output.assert_says("@wreckshop.records: Instagram did not answer in time");
    assert!(
        output.took() < Duration::from_secs(22),
        "{:?}",
        output.took()
    );
    assert_eq!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "unverified");
}

#[test]
fn the_reason_of_a_failure_is_in_the_history_by_a_word_of_our_own() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    let _ = world
        .sandbox(&["--scenario", "checkpoint", "refresh"])
        .run()
        .assert_code(3);
    let history = world.sql("SELECT kind, cause FROM history ORDER BY sequence DESC LIMIT 1");
    assert_eq!(history, "failed|190/459");
}

#[test]
fn eight_refreshes_at_once_make_one_renewal() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    let running: Vec<_> = (0..8)
        .map(|_| world.sandbox(&["refresh", "--json"]).spawn())
        .collect();
    let mut outcomes: Vec<_> = (running.into_iter())
        .map(|run| {
            account(&run.finish().assert_code(0))["outcome"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    outcomes.sort();
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| *outcome == "renewed")
            .count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(
        world.sql("SELECT count(*) FROM history WHERE kind = 'refreshed'"),
        "1"
    );
    assert_eq!(world.secrets().len(), 1);
}
