//! What other programs notice of a refresh of many, and it of them: neither a slow store nor a slow reader keeps anybody
//! from the database.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::instagram::{Instagram, refusal};
use super::many::setup::{connected, count};
use crate::harness::{World, need};

/// What a helper does first: it tries to write to the database.
const TRIES: &str = r#"sqlite3 -cmd '.timeout 0' 'DATABASE' 'BEGIN IMMEDIATE; ROLLBACK' || echo "$1" >>kept_waiting"#;

#[test]
fn while_a_store_is_asked_others_may_write() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    // All are answered at the same moment, so that their changes are ready together.
    let instagram = Instagram::new(16, Duration::ZERO, |_, _| None);
    let database = connected(&world, instagram.port, &[5; 16]);
    let tries = TRIES.replace("DATABASE", &database.display().to_string());
    world.keeps_in_files("patient", &tries);
    let to = "command:patient";
    let moved = world.command(&["store", "move", "--all", "--to", to, "--yes"]);
    let _ = moved.run().assert_code(0);
    let refreshed = world.command(&["refresh", "--all", "--quiet"]).run();
    let _ = refreshed.assert_code(0);
    assert_eq!(count(&database, "account WHERE generation = 2"), 16);
    let kept_waiting = world.folder("HOME").join("kept_waiting");
    assert!(
        !kept_waiting.exists(),
        "{:?}",
        std::fs::read_to_string(kept_waiting)
    );
}

#[test]
fn while_the_answer_is_read_slowly_others_may_write() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    let instagram = Instagram::start();
    let database = connected(&world, instagram.port, &[5; 2000]);
    // Far more than a pipe holds is left unread while somebody else writes.
    let slowly = r#""$0" refresh --all --dry-run --no-input | {
        read -r line && sqlite3 -cmd '.timeout 5000' "$1" 'UPDATE account SET alias = NULL' && echo written
        wc -l
    }"#;
    let (binary, database) = (world.binary().display(), database.display());
    let run = world.program(
        "sh",
        &["-c", slowly, &binary.to_string(), &database.to_string()],
    );
    let output = run.run().assert_code(0);
    let lines: Vec<_> = output.stdout().split_whitespace().collect();
    assert_eq!(lines, ["written", "1999"], "{}", output.report());
}

#[test]
fn nobody_is_alarmed_for_one_that_was_disconnected_in_the_meantime() {
    let world = World::new();
    let database = Arc::new(Mutex::new(None::<PathBuf>));
    let known = Arc::clone(&database);
    let gone = (Mutex::new(false), Condvar::new());
    let first = Mutex::new(String::new());
    // Whoever asks first fails at once. The other fifteen of the first sixteen wait for the last one, whose turn comes when
    // that of the first is over, and meanwhile somebody disconnects it.
    let instagram = Instagram::judging(move |asked, count| {
        if count == 0 {
            *first.lock().unwrap() = asked.id.clone();
            return Some(refusal(400, 80002, "retry-after: 90\r\n"));
        }
        let (is_gone, changed) = &gone;
        if count == 16 {
            let path = known.lock().unwrap().clone().unwrap();
            let connection = rusqlite::Connection::open(path).unwrap();
            let forget = "DELETE FROM account WHERE id = ?1";
            let id = first.lock().unwrap().clone();
            assert_eq!(connection.execute(forget, [id]).unwrap(), 1);
            *is_gone.lock().unwrap() = true;
            changed.notify_all();
        }
        let until = changed.wait_timeout_while(
            is_gone.lock().unwrap(),
            Duration::from_secs(20),
            |is_gone| !*is_gone,
        );
        assert!(!until.unwrap().1.timed_out(), "{asked:?}");
        None
    });
    let lives: Vec<i64> = std::iter::once(5).chain([6; 16]).collect();
    *database.lock().unwrap() = Some(connected(&world, instagram.port, &lives));
    let output = world
        .command(&["refresh", "--all", "--scheduled", "--json"])
        .run();
    let output = output.assert_code(0);
    assert_eq!(output.stderr(), "");
    let accounts = output.json()["accounts"].as_array().unwrap().len();
    assert_eq!(accounts, 16);
}
