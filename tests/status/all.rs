//! `--all`: the code of the worst account, and thousands of accounts.

use crate::harness::{World, need};

#[test]
fn with_all_the_code_is_that_of_the_worst_account() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_two();
    let all = |arguments: &[&str]| {
        let arguments = [&["status", "--all"], arguments].concat();
        world.sandbox(&arguments).run().code()
    };
    assert_eq!(all(&[]), 0);
    assert_eq!(all(&["--expires-within", "10d"]), 5);
    world.sql("UPDATE account SET trouble = 'checkpoint' WHERE alias = 'lina'");
    assert_eq!(all(&["--expires-within", "10d"]), 3, "3 is worse than 5");
    world.sql("UPDATE account SET trouble = 'logged_out' WHERE is_default");
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
    if !need("sqlite3") {
        return;
    }
    const EARLIEST: &str = "expires_at = 1";
    let world = World::new();
    world.connect_two();
    let before = std::fs::read(world.database()).unwrap();
    let cases = [
        ("expires_at = unixepoch() + 86400 * 50", "", 0),
        ("expires_at = unixepoch() + 86400 * 6", "", 5),
        ("expires_at = NULL", "", 3),
        ("expires_at = 9223372036854775807", "", 3),
        ("expires_at = -9223372036854775808", EARLIEST, 4),
        ("expires_at = 9223372036854775807", EARLIEST, 4),
        ("expires_at = NULL", EARLIEST, 4),
        ("expires_at = 0, trouble = 'checkpoint'", "", 3),
        ("expires_at = 0, trouble = 'checkpoint'", EARLIEST, 4),
        ("expires_at = 0, trouble = 'logged_out'", "", 4),
    ];
    for (lina, shop, code) in cases {
        std::fs::write(world.database(), &before).unwrap();
        let healthy = "expires_at = unixepoch() + 86400 * 40";
        let shop = if shop.is_empty() { healthy } else { shop };
        world.sql(&format!(
            "UPDATE account SET {shop}; UPDATE account SET {lina} WHERE alias = 'lina'"
        ));
        for form in ["--quiet", "--no-input", "--json", "--format=junit"] {
            let line = ["status", "--all", "--expires-within", "7d", form];
            assert_eq!(world.sandbox(&line).run().code(), code, "{lina}; {shop}");
        }
        // A change under way hides what is recorded of that account, and of no other.
        world.sql(
            "INSERT INTO journal SELECT id, 'refresh', 2, 0 FROM account WHERE alias = 'lina'",
        );
        let worst = if shop == EARLIEST { 4 } else { 3 };
        let line = ["status", "--all", "--quiet"];
        assert_eq!(world.sandbox(&line).run().code(), worst, "{lina}; {shop}");
    }
}

#[test]
fn all_of_very_many_accounts_are_told_in_little_memory() {
    if !need("sqlite3") {
        return;
    }
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
        let told = output.stdout().lines().count();
        assert!(told >= lines, "{format}: {told} lines\n{}", output.stderr());
    }
}

#[test]
fn a_row_that_cannot_be_read_is_told_by_every_form() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect_two();
    // The last one in the order of names, so that others are written before it is met.
    world.sql("PRAGMA foreign_keys = OFF; UPDATE account SET id = 'no id', username = 'zzz' WHERE is_default");
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
        assert!(output.stdout().contains(says), "{}", output.report());
        assert!(!output.stdout().contains("lina"), "{}", output.report());
    }
    let document = all("--json", 7).json();
    assert_eq!(document["error"]["exit"], 7);
    assert!(document["accounts"].is_null(), "{document}");
    let _ = all("--no-input", 7).assert_says("is damaged");
}
