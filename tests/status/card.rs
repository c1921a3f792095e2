//! The card that a person reads.

use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::{DAY, Event, Profile, now};
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{World, assert_snapshot};

/// What `status` with these flags shows in terminals of this many columns.
#[cfg(unix)]
fn screens(world: &World, flags: &[&str], widths: &[&str]) -> String {
    let mut screens = String::new();
    for columns in widths {
        let run = world.on_a_terminal(&[&["--sandbox", "status"], flags].concat(), &[]);
        let screen = run.env("NO_COLOR", "1").env("COLUMNS", *columns).run();
        let screen = screen.screen();
        let width: usize = columns.parse().unwrap();
        let lines = screen.lines().filter(|line| !line.contains("igconnect"));
        for line in lines {
            assert!(line.chars().count() <= width, "{columns}: {line}");
        }
        screens.push_str(&format!("{columns} columns, {flags:?}:\n{screen}\n"));
    }
    screens
}

#[cfg(unix)]
#[test]
fn a_card_on_a_terminal_has_the_headline_first() {
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
    world.database().delete_rows::<Event>();
    let today = now();
    world.database().add((0..=30).map(|day| Event {
        account_id: WRECKSHOP.into(),
        at: today - day * DAY,
        kind: "verified".into(),
        followers_count: Some(1234 - day * 13),
        ..Event::default()
    }));
    let mut shown = screens(&world, &[], &["40", "60", "80", "120"]);
    shown.push_str(&screens(&world, &["-v"], &["100"]));
    assert_snapshot("status-card.txt", &shown);
}

#[cfg(unix)]
#[test]
fn a_token_that_does_not_work_has_the_next_step_instead_of_a_card() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    world.database().change(|account| {
        account.trouble = Some("password_changed".into());
        account.trouble_at = Some(now() - 4 * DAY);
    });
    let dead = screens(&world, &[], &["40", "80"]);
    assert_snapshot("status-dead.txt", &dead);
    // An account of another app is connected with that app again.
    world
        .database()
        .change(|account| account.app = "agency".into());
    let login = "igconnect --sandbox login --expect @wreckshop.records --app agency";
    assert!(screens(&world, &[], &["40"]).contains(login));
    for flags in [&["-v"][..], &[]] {
        assert!(!screens(&world, flags, &["80"]).contains("left"));
    }
}

#[cfg(unix)]
#[test]
fn of_all_accounts_those_that_expire_soon_are_shown() {
    let world = World::new();
    world.connect_two();
    let flags = ["status", "--all", "--expires-within", "12d"];
    let piped = world.sandbox(&flags).run().assert_code(5);
    piped.assert_prints("@wreckshop.records");
    piped.assert_never_prints("@lina.draws");
    if need("expect") {
        let run = world.on_a_terminal(&[&["--sandbox"], &flags[..]].concat(), &[]);
        let output = run.env("NO_COLOR", "1").run();
        output.assert_prints("2 accounts, 1 shown: 1 connected, 1 expiring.");
        output.assert_never_prints("@lina.draws");
    }
}

#[test]
fn a_card_in_a_pipe_is_plain_lines() {
    let world = World::new();
    world.connect();
    let plain = world.sandbox(&["status"]).run().assert_code(0);
    assert_snapshot("status-plain.txt", plain.stdout());
    assert_eq!(plain.stderr(), "");
}

#[cfg(unix)]
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
