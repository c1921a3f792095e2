//! `history`: what happened to a connection, from the cache alone, and how little of it is kept for long.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::database::{DAY, Event, now};
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{World, assert_snapshot};

const SHOP: &str = "@wreckshop.records";

/// The events of the default account, the newest first.
#[track_caller]
fn events(world: &World) -> Vec<Value> {
    let output = world.sandbox(&["history", "--json"]).run().assert_code(0);
    let document = output.json();
    document["accounts"][0]["events"]
        .as_array()
        .unwrap()
        .clone()
}

/// What happened and why, the oldest first.
fn story(world: &World) -> Vec<(String, Value)> {
    let shown = events(world).into_iter().rev();
    shown
        .map(|event| {
            (
                event["event"].as_str().unwrap().to_owned(),
                event["cause"].clone(),
            )
        })
        .collect()
}

fn at(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().as_second()
}

fn event(at: i64, kind: &str) -> Event {
    Event {
        account_id: WRECKSHOP.into(),
        at,
        kind: kind.into(),
        ..Event::default()
    }
}

#[test]
fn every_login_failure_verification_and_refresh_is_in_the_history() {
    let world = World::new();
    world.connect_in("backdated");
    for (line, code) in [
        // It says nothing about the token, and is a failure all the same.
        (&["--scenario", "app-limit", "status", "--verify"][..], 3),
        (&["--scenario", "garbled", "refresh"], 3),
        (&["--scenario", "checkpoint", "status", "--verify"], 3),
        (&["status", "--verify"], 0),
        (&["refresh"], 0),
        (&["--scenario", "revoked", "status", "--verify"], 4),
    ] {
        let _ = world.sandbox(line).run().assert_code(code);
    }
    let story = story(&world);
    let shown: Vec<_> = story
        .iter()
        .map(|(event, cause)| (event.as_str(), cause.as_str().unwrap_or_default()))
        .collect();
    let [
        connected,
        limit,
        garbled,
        checkpoint,
        verified,
        refreshed,
        revoked,
    ] = shown[..]
    else {
        panic!("{shown:?}");
    };
    assert_eq!(connected, ("connected", ""));
    assert_eq!(limit, ("failed", "4"));
    assert_eq!(garbled, ("failed", "not Instagram's answer"));
    assert_eq!(checkpoint, ("failed", "190/459"));
    assert_eq!(verified, ("verified", ""));
    assert_eq!(refreshed, ("refreshed", ""));
    assert_eq!(revoked.0, "failed");
    assert!(revoked.1.starts_with("190"), "{revoked:?}");
    let events = events(&world);
    assert_eq!(events[1]["followers_count"], 1234);
    assert_eq!(events[1]["follows_count"], 56);
    assert_eq!(events[1]["media_count"], 78);
    assert_eq!(events[0]["followers_count"], Value::Null);
    let output = world.sandbox(&["history"]).run().assert_code(0);
    let why = "190/459: ";
    output.assert_prints(why);
}

#[test]
fn the_history_has_an_unreachable_store_and_an_expired_token() {
    let world = World::new();
    world.connect();
    world
        .database()
        .change(|account| account.store = "command:missing".into());
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(6);
    let store = world.keeper().word();
    world
        .database()
        .change(|account| account.store = store.into());
    world.database().expire_in(-60);
    let _ = world.sandbox(&["refresh"]).run().assert_code(4);
    let failed = |cause: &str| ("failed".to_owned(), json!(cause));
    assert_eq!(story(&world)[1..], [failed("store"), failed("expired")]);
}

#[test]
fn a_disconnect_deletes_the_history_and_a_login_begins_a_new_one() {
    let world = World::new();
    world.connect();
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    assert_eq!(events(&world).len(), 2);
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
    let _ = world.sandbox(&["history", SHOP]).run().assert_fails(4);
    world.connect();
    assert_eq!(events(&world).len(), 1);
}

#[test]
fn the_history_says_that_an_account_was_found_again() {
    let world = World::new();
    world.connect();
    std::fs::remove_file(world.database()).unwrap();
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(story(&world)[0].0, "found");
}

#[test]
fn events_are_selected_by_account_time_and_number() {
    let world = World::new();
    world.connect_two();
    let database = world.database();
    database.change_rows(|event: &mut Event| event.at = at("2026-01-10T00:00:00Z"));
    database.add([
        event(at("2026-01-11T23:00:00Z"), "verified"),
        event(at("2026-01-12T01:00:00Z"), "refreshed"),
    ]);
    let lines = |arguments: &[&str]| {
        let output = world.sandbox(&[&["history"], arguments].concat()).run();
        output.assert_code(0).stdout().lines().count()
    };
    assert_eq!(lines(&[]), 3);
    assert_eq!(lines(&["--all"]), 4);
    assert_eq!(lines(&["lina"]), 1);
    assert_eq!(lines(&["--limit", "2"]), 2);
    assert_eq!(lines(&["--all", "--limit", "1"]), 2);
    assert_eq!(lines(&["--since", "2026-01-12"]), 1);
    assert_eq!(lines(&["--since", "2026-01-11T22:59:59Z"]), 2);
    assert_eq!(lines(&["--since", "9999w"]), 3);
    let east = world.sandbox(&["history", "--since", "2026-01-12"]);
    let east = east.env("TZ", "Asia/Tokyo").run().assert_code(0);
    assert_eq!(
        east.stdout().lines().count(),
        2,
        "a day begins where the person is"
    );
    let none = world.sandbox(&["history", "--since", "1h", "--json"]).run();
    assert_eq!(
        none.assert_code(0).json()["accounts"][0]["events"],
        json!([])
    );
    let newest = world.sandbox(&["history", "--limit", "1"]).run();
    let expected = format!("2026-01-12T01:00:00Z\t{SHOP}\trefreshed\t\t\t\t\n");
    assert_eq!(newest.stdout(), expected);
    for wrong in [
        &["--limit", "0"][..],
        &["--since", "soon"],
        &["--all", SHOP],
        &["--json", "--format", "csv"],
    ] {
        let _ = world
            .sandbox(&[&["history"], wrong].concat())
            .run()
            .assert_code(2);
    }
    let both = world.sandbox(&["history", "--all", "--json"]).run().json();
    assert_eq!(
        (&both["accounts"][0]["id"], &both["accounts"][1]["id"]),
        (&json!(LINA), &json!(WRECKSHOP))
    );
}

#[cfg(unix)]
#[test]
fn on_a_terminal_the_counts_are_drawn() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    let database = world.database();
    let begin = at("2026-01-01T00:00:00Z");
    database.delete_rows::<Event>();
    database.add((0..=7).map(|day| Event {
        expires_at: Some(at("2026-03-01T00:00:00Z")),
        followers_count: Some(1000 + day * day * 10),
        follows_count: Some(56),
        media_count: Some(80 - day),
        ..event(
            begin + day * DAY,
            if day == 0 { "connected" } else { "verified" },
        )
    }));
    database.add([(8, "190/460"), (9, "network")].map(|(day, cause)| Event {
        cause: Some(cause.into()),
        ..event(begin + day * DAY, "failed")
    }));
    let screen = world.on_a_terminal(&["--sandbox", "history"], &[]);
    let screen = screen.env("NO_COLOR", "1").run().assert_code(0);
    screen.assert_prints("1,490   ▁▁▁▂▃▄▆█   ▲ 490 in 7 days");
    assert_snapshot("history.txt", screen.stdout());
    let piped = world.sandbox(&["history"]).run().assert_code(0);
    assert!(!piped.stdout().contains('▁'), "{}", piped.report());
}

#[cfg(unix)]
#[test]
fn csv_is_read_by_others_and_calculates_nothing() {
    if !need("python3") {
        return;
    }
    const READ: &str = "
import csv, io, sys
raw = sys.stdin.buffer.read()
assert raw.endswith(b'\\r\\n') and raw.count(b'\\n') == raw.count(b'\\r\\n'), raw
text = raw.decode('utf-8')
assert not any(ord(c) < 32 and c not in '\\r\\n' or c in '\\x7f\\x9b\\u202e' for c in text), text
rows = list(csv.reader(io.StringIO(text), strict=True))
assert all(len(row) == 9 for row in rows), rows
assert not any(cell[:1] in tuple('=+-@\\t\\r') and cell for row in rows for cell in row), rows
print(rows[0][2], len(rows), rows[1][3], rows[1][8])
";
    let world = World::new();
    world.connect();
    for start in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        let name = format!("{start}\",x,\n\r\u{1b}\u{9b}\u{202e}'end");
        world
            .database()
            .change(|account| account.username.clone_from(&name));
        let csv = world.sandbox(&["history", "--format", "csv"]).run();
        let read = world.program("python3", &["-c", READ]);
        let read = read.stdin(csv.assert_code(0).stdout()).run().assert_code(0);
        assert_eq!(read.stdout(), "username 2 connected 78\n");
    }
}

#[test]
fn a_history_does_not_grow_forever() {
    let world = World::new();
    world.connect();
    // Checked every five minutes for half a year, before that once a day for ten years, with two ways to fail.
    let database = world.database();
    database.add((1..=52_000).map(|number| {
        let cause = if number % 2 == 1 { "network" } else { "4" };
        let is_failure = number % 3 == 0;
        Event {
            cause: is_failure.then(|| cause.into()),
            followers_count: Some(number),
            ..event(
                now() - number * 300,
                if is_failure { "failed" } else { "verified" },
            )
        }
    }));
    database.add((180..=3650).map(|day| Event {
        followers_count: Some(day),
        ..event(now() - day * DAY, "verified")
    }));
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    let history = database.history();
    let count = history.len();
    // The newest 100, three kinds a day for 90 days and a week for the rest of half a year, then one kind a week.
    assert!(
        (500..=100 + 3 * (91 + 14) + 250).contains(&count),
        "{count}"
    );
    let times = || history.iter().map(|event| event.at);
    let oldest = (now() - times().min().unwrap()) / DAY;
    assert!((1800..=1826).contains(&oldest), "{oldest}");
    let newest = times().filter(|at| *at > now() - 98 * 300);
    assert!(newest.count() > 95);
}

#[cfg(unix)]
#[test]
fn only_the_cache_is_read() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect();
    let line = ["-f", "-e", "trace=network,execve,clone,clone3,write"];
    let run = world.program("strace", &line).arg(world.binary());
    let output = run.arg("--sandbox").arg("history").run().assert_code(0);
    output.assert_prints("connected");
    for call in ["socket(", "clone", "/secrets"] {
        output.assert_never_warns(call);
    }
}
