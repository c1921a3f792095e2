//! When a batch stops early, and for which accounts.

use std::time::Duration;

use super::setup::{connected, due_dates, id, message, outcomes};
use crate::harness::World;
use crate::harness::faulty::ClosedPort;
use crate::refresh::instagram::{Instagram, refusal};

#[test]
fn a_batch_stops_at_the_rate_limit_of_the_app() {
    let world = World::new();
    let instagram = Instagram::judging(|_, count| (count >= 20).then(|| refusal(400, 4, "")));
    let lives: Vec<i64> = (0..60)
        .map(|number| if number == 30 { -1 } else { 5 })
        .collect();
    let database = connected(&world, instagram.port, &lives);
    let before = due_dates(&database);
    let output = world
        .command(&["refresh", "--all", "--json"])
        .run()
        .assert_code(4);
    let accounts = output.json()["accounts"].as_array().unwrap().clone();
    let untried = accounts.iter().filter(|account| {
        message(account).ends_with(": skipped because the app has reached its limit for API calls")
    });
    let untried: Vec<_> = untried.collect();
    // Sixteen were under way when it came, and each may have met it, with one try more.
    assert!(untried.len() >= 20, "{}", output.report());
    assert!(
        instagram.asked().len() <= 20 + 2 * 16,
        "{:?}",
        instagram.asked().len()
    );
    for account in &untried {
        assert_eq!(account["outcome"], "failed");
        assert_eq!(account["error"]["exit"], 3);
        assert_eq!(
            account["error"]["hint"],
            "Wait an hour before the next call, because more calls now make it longer"
        );
    }
    // An expired token is reported all the same: it costs no request.
    assert!(
        message(&accounts[30]).contains("the token expired"),
        "{}",
        output.report()
    );
    let summary = format!(
        "error: {} accounts were skipped because the app",
        untried.len()
    );
    let output = output.assert_says(&summary);
    assert_eq!(
        output.stderr().matches("skipped").count(),
        1,
        "{}",
        output.report()
    );
    assert_eq!(database.journal(), []);
    let after = due_dates(&database);
    for (account, (was, is)) in accounts.iter().zip(before.iter().zip(&after)) {
        assert!(account["outcome"] == "renewed" || was == is, "{account}");
    }
}

#[test]
fn a_batch_stops_before_an_app_without_calls_left_is_refused() {
    let world = World::new();
    let instagram = Instagram::judging(|asked, count| {
        let usage = r#"{"call_count":100,"total_time":3,"total_cputime":1}"#;
        let (status, _, body) = crate::refresh::instagram::usual(asked);
        (count >= 10).then(|| (status, format!("x-app-usage: {usage}\r\n"), body))
    });
    let database = connected(&world, instagram.port, &[5; 60]);
    let output = world.command(&["refresh", "--all"]).run().assert_code(3);
    let output = output.assert_says("were skipped because the app has used up its calls for now");
    // Nothing that was begun is broken off.
    assert_eq!(database.journal(), [], "{}", output.report());
    assert!(
        instagram.asked().len() < 120,
        "{:?}",
        instagram.asked().len()
    );
}

#[test]
fn the_limit_of_one_app_stops_no_account_of_another() {
    let world = World::new();
    let instagram = Instagram::judging(|asked, _| {
        let number: usize = asked.id[6..].parse().unwrap();
        (number < 40).then(|| refusal(400, 4, ""))
    });
    let database = connected(&world, instagram.port, &[5; 60]);
    database.change(|account| {
        if account.id >= id(40) {
            account.app = "other".into();
        }
    });
    let output = world
        .command(&["refresh", "--all", "--json"])
        .run()
        .assert_code(3);
    let outcomes = outcomes(&output);
    assert_eq!(outcomes[40..], vec!["renewed"; 20]);
    assert!(outcomes[..40].iter().all(|outcome| outcome == "failed"));
    assert!(
        instagram.asked().len() <= 32 + 40,
        "{:?}",
        instagram.asked().len()
    );
}

#[test]
fn without_a_connection_the_rest_is_not_tried() {
    let world = World::new();
    let closed = ClosedPort::hold();
    let database = connected(&world, closed.number(), &[5; 100]);
    let before = due_dates(&database);
    let output = world.command(&["refresh", "--all"]).run().assert_code(3);
    let output = output.assert_says("accounts were skipped because Instagram cannot be reached");
    let untried = output
        .stdout()
        .lines()
        .filter(|line| line.contains("\tskipped\t"));
    assert!(untried.count() >= 100 - 32, "{}", output.report());
    assert_eq!(due_dates(&database), before);
    let open = database.journal().len();
    assert_eq!(open, 0, "{}", output.report());
}

#[test]
fn one_failure_stops_nothing_and_sixteen_in_a_row_do() {
    let world = World::new();
    let bad = |number: usize| id(number);
    let instagram = Instagram::judging(move |asked, _| match &asked.id {
        one if *one == bad(3) => Some(refusal(400, 190, "")),
        one if *one == bad(7) => Some(refusal(400, 80002, "")),
        one if *one == bad(11) => Some((200, String::new(), "<html>".to_owned())),
        _ => None,
    });
    let _ = connected(&world, instagram.port, &[5; 50]);
    let output = world
        .command(&["refresh", "--all", "--json"])
        .run()
        .assert_code(4);
    let outcomes = outcomes(&output);
    let failed = outcomes
        .iter()
        .enumerate()
        .filter(|(_, outcome)| *outcome == "failed");
    assert_eq!(failed.map(|(at, _)| at).collect::<Vec<_>>(), [3, 7, 11]);

    let world = World::new();
    let portal = Instagram::judging(|_, _| Some((200, String::new(), "<html>".to_owned())));
    let _ = connected(&world, portal.port, &[5; 100]);
    let output = world.command(&["refresh", "--all"]).run().assert_code(3);
    let _ = output
        .assert_says("accounts were skipped because 16 accounts failed in a row")
        .assert_says("the last failure: the answer did not come from Instagram");
    assert!(portal.asked().len() <= 32, "{:?}", portal.asked().len());
}

#[test]
fn a_retry_after_that_makes_no_sense_is_bounded() {
    for (seconds, words) in [
        ("86401", "Wait 1440 minutes"),
        ("18446744073709551615", "Wait 1440 minutes"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "code 80002"),
        ("18446744073709551616", "code 80002"),
        ("-1", "code 80002"),
        ("1.5", "code 80002"),
        ("soon", "code 80002"),
        ("", "code 80002"),
    ] {
        let world = World::new();
        let header = format!("retry-after: {seconds}\r\n");
        let instagram = Instagram::judging(move |_, _| Some(refusal(400, 80002, &header)));
        let _ = connected(&world, instagram.port, &[5]);
        let output = world.command(&["refresh"]).run().assert_fails(3);
        let _ = output.assert_says(words);
        assert_eq!(instagram.asked().len(), 1, "{seconds}");
    }
}

#[test]
fn a_short_retry_after_is_waited_for_and_a_long_one_is_reported() {
    let limited = |seconds: u64| {
        Instagram::judging(move |_, count| {
            (count == 0).then(|| refusal(400, 80002, &format!("retry-after: {seconds}\r\n")))
        })
    };
    let world = World::new();
    let instagram = limited(1);
    let _ = connected(&world, instagram.port, &[5]);
    let output = world.command(&["refresh", "--all"]).run().assert_code(0);
    assert!(
        output.took() >= Duration::from_secs(1),
        "{}",
        output.report()
    );
    assert_eq!(instagram.asked_for("refresh_access_token").len(), 2);

    let world = World::new();
    let instagram = limited(90);
    let _ = connected(&world, instagram.port, &[5]);
    let output = world.command(&["refresh", "--all"]).run().assert_fails(3);
    let _ = output.assert_says("Wait 2 minutes");
    assert_eq!(instagram.asked().len(), 1);
}
