//! The card that a person reads.

use crate::harness::database::{DAY, Profile, now};
use crate::harness::{World, assert_snapshot, need};

#[test]
fn a_card_on_a_terminal_tells_everything_about_the_account() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    world.database().change(|account| {
        account.expires_at = Some(now() + 59 * DAY + 3600);
        account.connected_at = now() - 3 * DAY;
        account.verified_at = Some(now() - 7300);
    });
    world
        .database()
        .change_rows(|profile: &mut Profile| profile.fetched_at = now() - 7300);
    let card = world
        .on_a_terminal(&["--sandbox", "status"], &[])
        .env("NO_COLOR", "1")
        .run();
    assert_snapshot("status-card.txt", card.assert_code(0).stdout());
}

#[test]
fn a_card_in_a_pipe_is_plain_lines() {
    let world = World::new();
    world.connect();
    let plain = world.sandbox(&["status"]).run().assert_code(0);
    assert_snapshot("status-plain.txt", plain.stdout());
    assert_eq!(plain.stderr(), "");
}

#[test]
fn colours_are_for_terminals_unless_the_person_says_otherwise() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    let coloured = |output: &str| output.contains('\u{1b}');
    let on_terminal = |name: &str, value: &str| {
        let run = world
            .on_a_terminal(&["--sandbox", "status"], &[])
            .env(name, value)
            .run();
        coloured(run.assert_code(0).stdout())
    };
    let in_pipe = |name: &str, value: &str| {
        let run = world.sandbox(&["status"]).env(name, value).run();
        coloured(run.assert_code(0).stdout())
    };
    assert!(on_terminal("LANG", "C.UTF-8"));
    assert!(!on_terminal("NO_COLOR", "1"));
    assert!(!on_terminal("TERM", "dumb"));
    assert!(!in_pipe("LANG", "C.UTF-8"));
    assert!(in_pipe("CLICOLOR_FORCE", "1"));
    let both = world
        .sandbox(&["status"])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1");
    assert!(!coloured(both.run().stdout()));
}

#[test]
fn every_figure_says_how_old_it_is() {
    let world = World::new();
    world.connect();
    for (seconds, age) in [
        (0, "just now"),
        (30, "just now"),
        (-500, "just now"),
        (150, "2 minutes ago"),
        (3 * 3600, "3 hours ago"),
        (3 * DAY, "3 days ago"),
    ] {
        world
            .database()
            .change_rows(|profile: &mut Profile| profile.fetched_at = now() - seconds);
        let card = world.sandbox(&["status"]).run().assert_code(0);
        let shown = card.stdout().lines().find(|line| line.starts_with("as of"));
        assert_eq!(shown, Some(&*format!("as of: {age}")));
    }
}
