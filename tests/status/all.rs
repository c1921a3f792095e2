//! `--all`: the code of the worst account, and thousands of accounts.

use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::{DAY, now};

#[test]
fn with_all_the_code_is_that_of_the_worst_account() {
    let world = World::new();
    world.connect_two();
    let all = |arguments: &[&str]| {
        let arguments = [&["status", "--all"], arguments].concat();
        world.sandbox(&arguments).run().code()
    };
    assert_eq!(all(&[]), 0);
    assert_eq!(all(&["--expires-within", "10d"]), 5);
    let database = world.database();
    database.change_one("lina", |account| {
        account.trouble = Some("checkpoint".into())
    });
    assert_eq!(all(&["--expires-within", "10d"]), 3, "3 is worse than 5");
    database.change_one(WRECKSHOP, |account| {
        account.trouble = Some("logged_out".into())
    });
    assert_eq!(all(&["--expires-within", "10d"]), 4, "4 is worse than 3");
    assert_eq!(
        world.sandbox(&["status", "lina"]).run().code(),
        3,
        "one alone is judged alone"
    );
}

/// The worst of all is found by the indexes, where an account that ends earlier must not hide one that is worse.
#[test]
fn the_worst_account_is_found_behind_one_that_ends_earlier() {
    let world = World::new();
    world.connect_two();
    let before = std::fs::read(world.database()).unwrap();
    let earliest = Some(1);
    let healthy = Some(now() + 40 * DAY);
    // When hers expires and what is wrong with it, when the shop's expires, and the code of both.
    let cases = [
        (Some(now() + 50 * DAY), None, healthy, 0),
        (Some(now() + 6 * DAY), None, healthy, 5),
        (None, None, healthy, 3),
        (Some(i64::MAX), None, healthy, 3),
        (Some(i64::MIN), None, earliest, 4),
        (Some(i64::MAX), None, earliest, 4),
        (None, None, earliest, 4),
        (Some(0), Some("checkpoint"), healthy, 3),
        (Some(0), Some("checkpoint"), earliest, 4),
        (Some(0), Some("logged_out"), healthy, 4),
    ];
    for (lina, trouble, shop, code) in cases {
        std::fs::write(world.database(), &before).unwrap();
        let database = world.database();
        database.change_one(WRECKSHOP, |account| account.expires_at = shop);
        database.change_one("lina", |account| {
            account.expires_at = lina;
            account.trouble = trouble.map(str::to_owned);
        });
        for form in ["--quiet", "--no-input", "--json", "--format=junit"] {
            let line = ["status", "--all", "--expires-within", "7d", form];
            assert_eq!(
                world.sandbox(&line).run().code(),
                code,
                "{lina:?} {trouble:?} {shop:?}"
            );
        }
        // A change under way hides what is recorded of that account, and of no other.
        database.interrupt("lina", "refresh");
        let worst = if shop == earliest { 4 } else { 3 };
        let line = ["status", "--all", "--quiet"];
        assert_eq!(
            world.sandbox(&line).run().code(),
            worst,
            "{lina:?} {trouble:?} {shop:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn status_of_thousands_of_accounts_needs_little_memory() {
    let world = World::new();
    world.connect();
    world.connect_many(10_000);
    let binary = world.binary().to_str().unwrap().to_owned();
    for (format, lines) in [
        ("human", 10_000),
        ("json", 1),
        ("nagios", 1),
        ("prometheus", 80_000),
        ("junit", 30_000),
        ("github", 10_000),
    ] {
        // Ten thousand accounts held at once would need more than this.
        let limited = "ulimit -d 16000; exec \"$0\" --sandbox status --all --format \"$1\"";
        let output = world.program("sh", &["-c", limited, &binary, format]).run();
        let shown = output.stdout().lines().count();
        assert!(
            shown >= lines,
            "{format}: {shown} lines\n{}",
            output.stderr()
        );
    }
}

#[test]
fn every_format_reports_a_row_that_cannot_be_read() {
    let world = World::new();
    world.connect_two();
    // The last one in the order of names, so that others are written before it is met.
    world.database().break_id(WRECKSHOP);
    let all = |form: &str, code| {
        let line = ["status", "--all", form];
        world.sandbox(&line).run().assert_code(code)
    };
    for (form, code, says) in [
        (
            "--format=junit",
            7,
            "tests=\"1\" failures=\"0\" errors=\"1\"",
        ),
        ("--format=prometheus", 7, "igconnect_status_success 0"),
        ("--format=nagios", 3, "IGCONNECT UNKNOWN"),
        ("--format=github", 7, "::error"),
    ] {
        let output = all(form, code);
        output.assert_prints(says);
        output.assert_never_prints("lina");
    }
    let document = all("--json", 7).json();
    assert_eq!(document["error"]["exit"], 7);
    assert!(document["accounts"].is_null(), "{document}");
    let _ = all("--no-input", 7).assert_says("is damaged");
}
