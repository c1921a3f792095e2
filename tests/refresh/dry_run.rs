//! `--dry-run` says what a run would do, and changes nothing.

use super::setup::account;
use crate::harness::Output;
use crate::harness::World;

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
    output.assert_prints("would be refreshed");
    // Instagram is not asked either: with Instagram down the outcome is the same.
    let down = ["--scenario", "down", "refresh", "--dry-run", "--json"];
    let json = world.sandbox(&down).run().assert_code(0);
    assert_eq!(account(&json)["outcome"], "renewed");
    assert!(picture() == before, "something was changed");
}

#[test]
fn a_dry_run_fails_as_a_run_does_for_a_token_known_to_have_ended() {
    for (scenario, code, sentence) in [
        (
            "revoked",
            4,
            "the password was changed or Instagram ended the session",
        ),
        (
            "checkpoint",
            3,
            "Instagram asks for a security check on instagram.com",
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
        let shown = foreseen(&["refresh"]).assert_fails(code);
        assert_eq!(
            first(&shown),
            format!("error: @wreckshop.records: {sentence}")
        );
        assert!(first(&learned).starts_with("error: @wreckshop.records: "));
        for line in [&["refresh", "--all"][..], &["refresh", "--force"]] {
            let json = foreseen(&[line, &["--json"]].concat()).assert_code(code);
            assert_eq!(account(&json)["outcome"], "failed");
            assert_eq!(account(&json)["error"]["exit"], code);
        }
        // The result of an interrupted change is unknown.
        world.database().interrupt("@wreckshop.records", "refresh");
        let _ = foreseen(&["refresh"]).assert_code(0);
    }
}

#[test]
fn a_dry_run_of_all_leaves_out_an_account_that_is_being_disconnected() {
    let world = World::new();
    world.connect_two();
    world.database().interrupt("lina", "disconnect");
    let named = |dry: &[&str]| {
        let line = [&["refresh", "lina"], dry].concat();
        let output = world.sandbox(&line).run().assert_fails(4);
        output.stderr().to_owned()
    };
    let all = |dry: &[&str]| {
        let line = [&["refresh", "--all", "--json"], dry].concat();
        let document = world.sandbox(&line).run().assert_code(0).json();
        let accounts = document["accounts"].as_array().unwrap().clone();
        let shown = accounts
            .iter()
            .map(|account| (account["username"].clone(), account["outcome"].clone()));
        shown.collect::<Vec<_>>()
    };
    let foreseen = all(&["--dry-run"]);
    let foreseen_of_one = named(&["--dry-run"]);
    assert_eq!(foreseen.len(), 1, "{foreseen:?}");
    assert_eq!(named(&[]), foreseen_of_one);
    assert_eq!(all(&[]), foreseen);
}
