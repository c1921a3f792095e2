//! `status`: how an account stands, from the cache alone.

use std::path::Path;

use serde_json::Value;

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::{World, assert_snapshot, need};

const DAY: i64 = 86_400;

/// The keys of an account in JSON (the contract, section 4), of its token and of its profile, in order.
pub const ACCOUNT_KEYS: [&str; 13] = [
    "alias",
    "app",
    "app_scoped_id",
    "connected_at",
    "default",
    "id",
    "profile",
    "reason",
    "reason_since",
    "state",
    "token",
    "username",
    "verified_at",
];
const TOKEN_KEYS: [&str; 7] = [
    "expires_at",
    "expires_in_seconds",
    "fingerprint",
    "issued_at",
    "refresh_from",
    "scopes",
    "store",
];
const PROFILE_KEYS: [&str; 9] = [
    "account_type",
    "biography",
    "fetched_at",
    "followers_count",
    "follows_count",
    "media_count",
    "name",
    "profile_picture_url",
    "website",
];

/// Fails unless the object has exactly these keys; what is absent is `null`, not left out.
#[track_caller]
pub fn assert_keys(object: &Value, keys: &[&str]) {
    let mut found: Vec<_> = (object.as_object().expect("an object").keys()).collect();
    found.sort();
    assert_eq!(found, keys);
}

#[test]
fn a_card_on_a_terminal_tells_everything_about_the_account() {
    if !need("expect") || !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    world.sql("UPDATE account SET expires_at = unixepoch() + 59 * 86400 + 3600, connected_at = unixepoch() - 86400 * 3, verified_at = unixepoch() - 7300; UPDATE profile SET fetched_at = unixepoch() - 7300");
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
fn json_has_every_key_of_the_contract_and_null_where_nothing_is_known() {
    let world = World::new();
    world.connect_two();
    let output = world
        .sandbox(&["status", "--all", "--json"])
        .run()
        .assert_code(0);
    let document = output.json();
    assert_keys(&document, &["accounts", "schema"]);
    assert_eq!(document["schema"], 1);
    for account in document["accounts"].as_array().unwrap() {
        assert_keys(account, &ACCOUNT_KEYS);
        assert_keys(&account["token"], &TOKEN_KEYS);
        assert_keys(&account["profile"], &PROFILE_KEYS);
    }
    let (lina, shop) = (&document["accounts"][0], &document["accounts"][1]);
    assert_eq!(lina["id"], LINA);
    assert_eq!(
        (&lina["alias"], &lina["default"]),
        (&Value::from("lina"), &Value::from(false))
    );
    assert_eq!(
        (&lina["state"], &lina["reason"]),
        (&Value::from("connected"), &Value::Null)
    );
    for unset in ["name", "biography", "website", "profile_picture_url"] {
        assert_eq!(lina["profile"][unset], Value::Null, "{unset}");
    }
    assert_eq!(shop["id"], WRECKSHOP);
    assert_eq!(
        (&shop["state"], &shop["reason"]),
        (
            &Value::from("expiring"),
            &Value::from("the token ends soon")
        )
    );
    assert_eq!(shop["profile"]["followers_count"], 1234);
    assert_eq!(
        shop["token"]["scopes"],
        serde_json::json!(["instagram_business_basic"])
    );
    let time = shop["token"]["expires_at"].as_str().unwrap();
    assert!(time.ends_with('Z') && time.len() == 20, "{time}");
    assert!(shop["app_scoped_id"].is_string());
}

#[test]
fn an_account_of_which_nothing_was_ever_fetched_still_has_every_key() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    world.sql("DELETE FROM profile; UPDATE account SET app_scoped_id = NULL, issued_at = NULL, expires_at = NULL, scopes = '', fingerprint = NULL, verified_at = NULL");
    let output = world.sandbox(&["status", "--json"]).run().assert_code(3);
    let account = &output.json()["accounts"][0];
    assert_keys(account, &ACCOUNT_KEYS);
    assert_keys(&account["token"], &TOKEN_KEYS);
    assert_eq!(account["profile"], Value::Null);
    assert_eq!(account["token"]["scopes"], serde_json::json!([]));
    let _ = world.sandbox(&["status"]).run().assert_code(3);
}

/// Each state: what makes it in the cache, its word, the exit code, and what the card says of it.
const STATES: [(&str, &str, i32, &str); 13] = [
    (
        "UPDATE account SET expires_at = unixepoch() + 11 * 86400",
        "connected",
        0,
        "connected, 1",
    ),
    (
        "UPDATE account SET expires_at = unixepoch() + 9 * 86400",
        "expiring",
        0,
        "expiring, ",
    ),
    (
        "UPDATE account SET expires_at = unixepoch() - 3 * 86400",
        "expired",
        4,
        "expired, over since 3 days",
    ),
    (
        "UPDATE account SET trouble = 'password_changed'",
        "needs_login",
        4,
        "needs_login: the password was changed",
    ),
    (
        "UPDATE account SET trouble = 'app_removed'",
        "needs_login",
        4,
        "needs_login: the app was removed",
    ),
    (
        "UPDATE account SET trouble = 'secret_gone'",
        "needs_login",
        4,
        "needs_login: the secret is gone",
    ),
    (
        "UPDATE account SET trouble = 'token_expired'",
        "needs_login",
        4,
        "needs_login: the token expired",
    ),
    (
        "UPDATE account SET trouble = 'of a newer program'",
        "needs_login",
        4,
        "needs_login: Instagram no longer accepts",
    ),
    (
        "UPDATE account SET trouble = 'checkpoint'",
        "unverified",
        3,
        "unverified: Instagram asks for a check",
    ),
    (
        "UPDATE account SET trouble = 'unconfirmed'",
        "unverified",
        3,
        "unverified: the account must be confirmed",
    ),
    (
        "UPDATE account SET expires_at = NULL",
        "unverified",
        3,
        "unverified: nobody said when this token ends",
    ),
    (
        "INSERT INTO journal SELECT id, 'refresh', 2, 0 FROM account",
        "unverified",
        3,
        "unverified: a refresh was interrupted",
    ),
    (
        "INSERT INTO journal SELECT id, 'disconnect', 2, 0 FROM account",
        "unverified",
        3,
        "unverified: a disconnect was interrupted",
    ),
];

#[test]
fn each_state_has_its_word_its_code_and_its_reason() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    let before = std::fs::read(world.database()).unwrap();
    for (change, word, code, words) in STATES {
        std::fs::write(world.database(), &before).unwrap();
        world.sql(change);
        let card = world.sandbox(&["status"]).run().assert_code(code);
        let second = card.stdout().lines().nth(1).unwrap();
        assert!(second.starts_with(words), "{change}: {second}");
        let json = world.sandbox(&["status", "--json"]).run().assert_code(code);
        let account = &json.json()["accounts"][0];
        assert_eq!(account["state"], word, "{change}");
        assert_eq!(account["reason"].is_null(), word == "connected", "{change}");
        let all = world.sandbox(&["status", "--all", "--quiet"]).run();
        assert_eq!(all.code(), code, "{change}");
    }
}

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

#[test]
fn expires_within_is_exact_to_the_second() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    world.sql(&format!(
        "UPDATE account SET expires_at = unixepoch() + {}",
        7 * DAY
    ));
    let within = |duration: &str| {
        let run = world
            .sandbox(&["status", "--expires-within", duration])
            .run();
        run.code()
    };
    for (duration, code) in [
        ("6d", 0),
        ("167h", 0),
        ("10079m", 0),
        ("168h 5m", 5),
        ("8d", 5),
        ("2w", 5),
        ("0d", 0),
    ] {
        assert_eq!(within(duration), code, "{duration}");
    }
    world.sql("UPDATE account SET expires_at = unixepoch() - 1");
    assert_eq!(within("0d"), 4, "expired is more than expiring");
}

#[test]
fn every_figure_says_how_old_it_is() {
    if !need("sqlite3") {
        return;
    }
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
        world.sql(&format!(
            "UPDATE profile SET fetched_at = unixepoch() - {seconds}"
        ));
        let card = world.sandbox(&["status"]).run().assert_code(0);
        let told = card.stdout().lines().find(|line| line.starts_with("as of"));
        assert_eq!(told, Some(&*format!("as of: {age}")));
    }
}

#[test]
fn senseless_times_in_the_cache_are_shown_and_harmless() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    world.connect();
    for (value, state) in [
        ("0", "expired"),
        ("-1", "expired"),
        // Issued in a year that is still to come: the clock is wrong, or this is.
        ("253402207200", "unverified"),
        ("9223372036854775807", "unverified"),
    ] {
        world.sql(&format!("UPDATE account SET expires_at = {value}, issued_at = {value}, connected_at = 0, verified_at = -9999999999"));
        assert_eq!(world.state("@wreckshop.records"), state, "{value}");
        let card = world.sandbox(&["status"]).run();
        assert!(card.stderr().is_empty(), "{}", card.report());
    }
}

#[test]
fn what_verify_learned_is_kept_for_the_next_offline_status() {
    let world = World::new();
    world.connect();
    let verify = ["--scenario", "revoked", "status", "--verify"];
    let asked = world.sandbox(&verify).run().assert_code(4);
    let _ = asked.assert_says("error: @wreckshop.records: Instagram refused");
    let _ = world.sandbox(&["status"]).run().assert_code(4);
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
    // A token that answers again is no longer condemned.
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    assert_eq!(world.state("@wreckshop.records"), "connected");
}

#[test]
fn verify_that_reaches_nobody_condemns_nobody() {
    let world = World::new();
    world.connect();
    for scenario in ["down", "html", "rate-limited"] {
        let asked = world
            .sandbox(&["--scenario", scenario, "status", "--verify", "--json"])
            .run()
            .assert_code(3);
        assert_eq!(
            asked.json()["accounts"][0]["state"],
            "connected",
            "{scenario}"
        );
        assert_eq!(world.state("@wreckshop.records"), "connected", "{scenario}");
    }
}

#[test]
fn status_and_list_use_no_network_no_keyring_and_no_runtime() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect_two();
    // A keyring that could be asked, if somebody did.
    world.set_env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    for command in [
        &["status"][..],
        &["status", "--all", "--json"],
        &["status", "@nobody"],
        &["list"],
        &["list", "--json"],
    ] {
        let calls = system_calls(&world, command);
        let told = calls.lines().filter(|line| is_more_than_reading(line));
        let told: Vec<_> = told.collect();
        assert!(told.is_empty(), "{command:?} did {told:#?}");
        assert!(
            calls.contains("igconnect.sqlite") && !calls.contains("/secrets"),
            "{command:?} read something else"
        );
    }
    // The trap works: a command that does all of it is caught.
    let calls = system_calls(&world, &["refresh"]);
    for call in ["epoll_create1(", "socket(", "connect("] {
        assert!(calls.contains(call), "{call}");
    }
}

fn system_calls(world: &World, command: &[&str]) -> String {
    let log = world.given("strace.log", "");
    let (log_name, binary) = (log.to_str().unwrap(), world.binary().to_str().unwrap());
    let traced = ["-f", "-o", log_name, binary, "--sandbox"];
    let _ = world
        .program("strace", &[&traced, command].concat())
        .run()
        .stdout_bytes();
    std::fs::read_to_string(Path::new(log_name)).unwrap()
}

/// A line of strace that shows a network, another process or thread, an event loop, or a write to anything but the
/// three standard streams. The program's own start is the one `execve`.
fn is_more_than_reading(line: &str) -> bool {
    let call = line
        .split_once(' ')
        .map_or("", |(_, call)| call.trim_start());
    let name = call.split('(').next().unwrap_or_default();
    let forbidden = [
        "socket",
        "socketpair",
        "connect",
        "bind",
        "listen",
        "sendto",
        "sendmsg",
        "clone",
        "clone3",
        "fork",
        "vfork",
        "epoll_create",
        "epoll_create1",
        "eventfd2",
        "io_uring_setup",
        "execveat",
        "unlink",
        "rename",
        "mkdir",
    ];
    let second_start = name == "execve" && !call.contains("/igconnect\"");
    let writes = name == "openat" && (call.contains("O_CREAT") || call.contains("O_RDWR"));
    forbidden.contains(&name) || second_start || writes
}
