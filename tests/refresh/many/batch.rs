//! How many accounts are refreshed at once, in which order, and how the run shows its progress.

use std::time::Duration;

#[cfg(unix)]
use rustix::process::Signal;

#[cfg(unix)]
use super::setup::with_few_files;
use super::setup::{connected, count, id, outcomes};
use crate::harness::Output;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{World, until};
use crate::refresh::instagram::Instagram;

#[cfg(unix)]
#[test]
fn sixteen_are_under_way_at_once_and_never_more() {
    let world = World::new();
    // No request is answered before sixteen are there.
    let instagram = Instagram::new(16, Duration::ZERO, |_, _| None);
    let database = connected(&world, instagram.port, &[5; 40]);
    let output = with_few_files(&world, "--json").run().assert_code(0);
    assert_eq!(outcomes(&output), vec!["renewed"; 40]);
    assert_eq!(instagram.most(), 16);
    assert_eq!(instagram.asked_for("refresh_access_token").len(), 40);
    assert_eq!(instagram.asked_for("me").len(), 40);
    assert_eq!(database.journal(), []);
    assert_eq!(count(&database, 2), 40);
    // The order is that of the list, and nothing of it is due any more.
    let usernames = |output: &Output| {
        let accounts = output.json()["accounts"].as_array().unwrap().clone();
        let names = accounts.iter().map(|account| account["username"].clone());
        names.collect::<Vec<_>>()
    };
    let list = world.command(&["list", "--json"]).run().assert_code(0);
    assert_eq!(usernames(&output), usernames(&list));
    let again = world
        .command(&["refresh", "--all", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(outcomes(&again), vec!["not_due"; 40]);
}

#[test]
fn tokens_that_expire_first_are_refreshed_first_and_expired_ones_cost_no_request() {
    let world = World::new();
    let instagram = Instagram::start();
    let _ = connected(&world, instagram.port, &[8, 3, -1, 40, 1, 6]);
    // One at a time, so that the order of the requests is that of the queue.
    let output = world.command(&["refresh", "--all", "--hand-to", "true", "--json"]);
    let output = output.run().assert_code(4);
    let asked = instagram.asked_for("refresh_access_token");
    assert_eq!(asked, [4, 1, 5, 0].map(id));
    assert_eq!(instagram.asked_for("me").last(), Some(&id(3)));
    assert!(instagram.asked().iter().all(|asked| asked.id != id(2)));
    assert_eq!(instagram.most(), 1);
    let expected = [
        "renewed", "renewed", "failed", "not_due", "renewed", "renewed",
    ];
    assert_eq!(outcomes(&output), expected);
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_how_far_it_is_and_a_pipe_does_not() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    let instagram = Instagram::new(0, Duration::from_millis(20), |_, _| None);
    let _ = connected(&world, instagram.port, &[5; 40]);
    let shown = world
        .on_a_terminal(&["refresh", "--all"], &[])
        .run()
        .assert_code(0);
    shown.assert_prints(" of 40, about ");
    for silent in [
        &["refresh", "--all", "--quiet"][..],
        &["refresh", "@account.00001"],
    ] {
        let shown = world.on_a_terminal(silent, &[]).run().assert_code(0);
        shown.assert_never_prints("about");
    }
    let piped = world.command(&["refresh", "--all"]).run().assert_code(0);
    assert_eq!(piped.stderr(), "");
}

#[cfg(unix)]
#[test]
fn a_signal_during_a_batch_keeps_finished_refreshes() {
    let world = World::new();
    let instagram = Instagram::new(0, Duration::from_millis(100), |_, _| None);
    let database = connected(&world, instagram.port, &[5; 400]);
    let running = world.command(&["refresh", "--all"]).spawn();
    until("some that are done", || {
        (instagram.asked_for("me").len() >= 20).then_some(())
    });
    running.signal(Signal::INT);
    let output = running.finish().assert_fails(130);
    let output = output
        .assert_says("error: interrupted after ")
        .assert_says(" of 400 accounts");
    let renewed = count(&database, 2);
    let asked = instagram.asked_for("refresh_access_token").len();
    assert!(asked < 400, "{}", output.report());
    // For each request, the answer was kept or the journal has an entry.
    let open = database.journal().len();
    assert!(renewed + open >= asked, "{renewed} {open} {asked}");
    let _ = world
        .command(&["refresh", "--all", "--quiet"])
        .run()
        .assert_code(0);
    assert_eq!(count(&database, 2), 400);
    assert_eq!(database.journal(), []);
}
