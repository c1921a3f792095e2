//! `refresh` of many accounts: how many at once, in which order, and when it stops.

use std::fs;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use igconnect::account::{Grant, LongToken, Scopes};
use igconnect::cache::{Cache, Found};
use igconnect::store::Entry;
use jiff::{SignedDuration, Timestamp};
use rustix::process::Signal;
use serde_json::Value;

use super::instagram::{Instagram, refusal};
use crate::harness::process::{Output, Run};
use crate::harness::sealed_file::{KeyFrom, SealedFile};
use crate::harness::{World, need, until};

/// How many accounts the measured run has, instead of a few.
const HOW_MANY: &str = "IGCONNECT_TESTS_MANY";

/// How long each of its replies takes.
const REPLY: Duration = Duration::from_millis(50);

/// What it may hold in memory at most.
const MEMORY_MAX_KIB: u64 = 48 * 1024;

/// A token of this account; the id in it is all digits that it has.
pub fn token(beginning: &str, id: &str) -> String {
    format!("{beginning}{id}{}", "Zq".repeat(70))
}

/// The id of an account by its number.
fn id(number: usize) -> String {
    format!("178414{number:011}")
}

/// Accounts, one for each life in days that is left, in the order of their names, of the app `default`.
pub fn connected(world: &World, port: u16, lives: &[i64]) -> PathBuf {
    let at = Timestamp::now();
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let entries: Vec<_> = (lives.iter().enumerate())
        .map(|(number, life)| Entry {
            id: id(number).parse().unwrap(),
            app: "default".to_owned(),
            username: format!("account.{number:05}"),
            generation: 1,
            grant: Grant {
                token: LongToken::new(token("IGAA", &id(number))).unwrap(),
                issued_at: Some(at - days(60 - life)),
                expires_at: Some(at + days(*life)),
                scopes: Scopes::default(),
            },
            written: None,
        })
        .collect();
    let stand_in = format!("127.0.0.1-{port}");
    let folder = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds")
        .join(stand_in);
    let secrets = folder.join("secrets");
    fs::create_dir_all(&secrets).unwrap();
    for folder in [&secrets, &folder] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    }
    for entry in &entries {
        let file = secrets.join(format!("acct.{}.a", entry.id));
        fs::write(&file, entry.encode().unwrap().expose()).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let found: Vec<_> = entries
        .iter()
        .map(|entry| Found {
            id: &entry.id,
            username: &entry.username,
            app: &entry.app,
            store: "file",
            generation: 1,
            issued_at: entry.grant.issued_at,
            expires_at: entry.grant.expires_at,
            scopes: &entry.grant.scopes,
            fingerprint: entry.fingerprint(),
            at,
        })
        .collect();
    let database = folder.join("igconnect.sqlite");
    drop(Cache::create(&database, &found).unwrap());
    // As after a login: nothing is under way.
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.execute_batch("DELETE FROM journal").unwrap();
    world.set_env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"));
    database
}

pub fn count(database: &Path, what: &str) -> i64 {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection
        .query_row(&format!("SELECT count(*) FROM {what}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}

/// `refresh --all` where no more than 64 files may be open.
fn with_few_files<'w>(world: &'w World, how: &str) -> Run<'w> {
    let all = r#"ulimit -n 64 && exec "$0" refresh --all "$1""#;
    let binary = world.binary().to_str().unwrap();
    world.program("sh", &["-c", all, binary, how])
}

fn outcomes(output: &Output) -> Vec<String> {
    let accounts = output.json()["accounts"].as_array().unwrap().clone();
    accounts
        .iter()
        .map(|account| account["outcome"].as_str().unwrap().to_owned())
        .collect()
}

fn message(account: &Value) -> &str {
    account["error"]["message"].as_str().unwrap_or_default()
}

#[test]
fn sixteen_are_under_way_at_once_and_never_more() {
    let world = World::new();
    // Nobody is answered before sixteen have asked.
    let instagram = Instagram::new(16, Duration::ZERO, |_, _| None);
    let database = connected(&world, instagram.port, &[5; 40]);
    let output = with_few_files(&world, "--json").run().assert_code(0);
    assert_eq!(outcomes(&output), vec!["renewed"; 40]);
    assert_eq!(instagram.most(), 16);
    assert_eq!(instagram.asked_for("refresh_access_token").len(), 40);
    assert_eq!(instagram.asked_for("me").len(), 40);
    assert_eq!(count(&database, "journal"), 0);
    assert_eq!(count(&database, "account WHERE generation = 2"), 40);
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
fn the_least_life_left_comes_first_and_an_expired_token_costs_nothing() {
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

#[test]
fn at_the_limit_of_the_app_the_rest_is_left_in_peace() {
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
        message(account).ends_with(": not tried, because the app has reached its limit of calls")
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
            "Wait an hour before the next call; more calls now make it longer"
        );
    }
    // That a token is dead is told all the same: it costs no call.
    assert!(
        message(&accounts[30]).contains("the token expired"),
        "{}",
        output.report()
    );
    let summary = format!(
        "error: {} accounts were not tried, because the app",
        untried.len()
    );
    let output = output.assert_says(&summary);
    assert_eq!(
        output.stderr().matches("not tried").count(),
        1,
        "{}",
        output.report()
    );
    assert_eq!(count(&database, "journal"), 0);
    let after = due_dates(&database);
    for (account, (was, is)) in accounts.iter().zip(before.iter().zip(&after)) {
        assert!(account["outcome"] == "renewed" || was == is, "{account}");
    }
}

fn due_dates(database: &PathBuf) -> Vec<i64> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut statement = connection
        .prepare("SELECT expires_at FROM account ORDER BY id")
        .unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn an_app_that_has_used_up_its_calls_is_left_in_peace_before_it_is_refused() {
    let world = World::new();
    let instagram = Instagram::judging(|asked, count| {
        let usage = r#"{"call_count":100,"total_time":3,"total_cputime":1}"#;
        let (status, _, body) = super::instagram::usual(asked);
        (count >= 10).then(|| (status, format!("x-app-usage: {usage}\r\n"), body))
    });
    let database = connected(&world, instagram.port, &[5; 60]);
    let output = world.command(&["refresh", "--all"]).run().assert_code(3);
    let output =
        output.assert_says("were not tried, because the app has used up its calls for now");
    // Nothing that was begun is broken off.
    assert_eq!(count(&database, "journal"), 0, "{}", output.report());
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
    let connection = rusqlite::Connection::open(&database).unwrap();
    let others = format!("UPDATE account SET app = 'other' WHERE id >= '{}'", id(40));
    connection.execute_batch(&others).unwrap();
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
    // Only root may listen there, and no connection is made from there, as one may be from a free port: to itself.
    const NOBODY: u16 = 1;
    let database = connected(&world, NOBODY, &[5; 100]);
    let before = due_dates(&database);
    let output = world.command(&["refresh", "--all"]).run().assert_code(3);
    let output = output.assert_says("accounts were not tried, because Instagram cannot be reached");
    let untried = output
        .stdout()
        .lines()
        .filter(|line| line.contains("not tried"));
    assert!(untried.count() >= 100 - 32, "{}", output.report());
    assert_eq!(due_dates(&database), before);
    let open = count(&database, "journal");
    assert_eq!(open, 0, "{}", output.report());
}

#[test]
fn one_bad_account_stops_nothing_and_sixteen_failures_in_a_row_do() {
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
        .assert_says("accounts were not tried, because 16 others failed one after the other")
        .assert_says("the last one: what answered was not Instagram");
    assert!(portal.asked().len() <= 32, "{:?}", portal.asked().len());
}

#[test]
fn a_short_wait_that_instagram_names_is_waited_and_a_long_one_is_told() {
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
    assert!(
        shown.stdout().contains(" of 40, about "),
        "{}",
        shown.report()
    );
    for silent in [
        &["refresh", "--all", "--quiet"][..],
        &["refresh", "@account.00001"],
    ] {
        let shown = world.on_a_terminal(silent, &[]).run().assert_code(0);
        assert!(!shown.stdout().contains("about"), "{}", shown.report());
    }
    let piped = world.command(&["refresh", "--all"]).run().assert_code(0);
    assert_eq!(piped.stderr(), "");
}

#[test]
fn a_signal_in_the_middle_keeps_what_is_done_and_breaks_nothing_off() {
    let world = World::new();
    let instagram = Instagram::new(0, Duration::from_millis(100), |_, _| None);
    let database = connected(&world, instagram.port, &[5; 400]);
    let running = world.command(&["refresh", "--all"]).spawn();
    until("some that are done", Duration::from_secs(60), || {
        (instagram.asked_for("me").len() >= 20).then_some(())
    });
    running.signal(Signal::INT);
    let output = running.finish().assert_fails(130);
    let output = output
        .assert_says("error: interrupted when ")
        .assert_says(" of 400 accounts were done");
    let renewed = count(&database, "account WHERE generation = 2");
    let asked = instagram.asked_for("refresh_access_token").len();
    assert!(asked < 400, "{}", output.report());
    // Whoever was asked about got the answer kept, or the journal knows that it was not.
    let open = count(&database, "journal");
    assert!(
        renewed + open >= i64::try_from(asked).unwrap(),
        "{renewed} {open} {asked}"
    );
    let _ = world
        .command(&["refresh", "--all", "--quiet"])
        .run()
        .assert_code(0);
    assert_eq!(count(&database, "account WHERE generation = 2"), 400);
    assert_eq!(count(&database, "journal"), 0);
}

#[test]
fn however_many_accounts_there_are_it_stays_small() {
    measure("files", |_| ());
}

#[test]
fn however_many_accounts_are_in_the_sealed_file_it_stays_small() {
    measure("the sealed file", |world| {
        let _ = SealedFile::start(world, KeyFrom::File);
        let _ = (world.command(&[
            "store", "move", "--all", "--to", "sealed", "--yes", "--quiet",
        ]))
        .timeout(Duration::from_secs(600))
        .run()
        .assert_code(0);
    });
}

/// Refreshes as many as were asked for, of which a store has been made to hold the tokens.
fn measure(store: &str, keep: impl FnOnce(&World)) {
    let many = std::env::var(HOW_MANY).map_or(64, |many| many.parse().unwrap());
    let limit = Duration::from_secs(60) + Duration::from_millis(100) * u32::try_from(many).unwrap();
    let world = World::new();
    let instagram = Instagram::new(0, REPLY, |_, _| None);
    let database = connected(&world, instagram.port, &vec![5; many]);
    keep(&world);
    let running = with_few_files(&world, "--quiet").timeout(limit).spawn();
    let (mut memory, mut files) = (0, 0);
    let process = PathBuf::from(format!("/proc/{}", running.id()));
    until("its end", limit, || {
        files = files.max(fs::read_dir(process.join("fd")).map_or(0, Iterator::count));
        // Where the system tells nothing of a process, nothing is measured.
        let peak = peak_memory(&fs::read_to_string(process.join("status")).unwrap_or_default());
        memory = memory.max(peak.unwrap_or_default());
        // A process that has ended has no memory.
        peak.is_none().then_some(())
    });
    let output = running.finish().assert_code(0);
    let ideal = REPLY * 2 * u32::try_from(many).unwrap() / 16;
    println!(
        "{many} accounts in {store}: {:.1?}, ideal {ideal:.1?}, quotient {:.2}, {memory} KiB, {files} files open",
        output.took(),
        ideal.as_secs_f64() / output.took().as_secs_f64(),
    );
    assert_eq!(
        count(&database, "account WHERE generation = 2"),
        i64::try_from(many).unwrap()
    );
    assert!(instagram.most() <= 16);
    assert!(memory <= MEMORY_MAX_KIB, "{memory} KiB");
}

fn peak_memory(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
