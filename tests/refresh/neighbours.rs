//! What other programs notice of a refresh of many, and it of them: neither a slow store nor a slow reader keeps anybody
//! from the database.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use super::instagram::{Instagram, refusal};
use super::many::setup::{connected, count};
use crate::harness::World;
use crate::harness::database::Database;

/// What a credential helper does first: it waits until the test has written to the database twice, at least once of it
/// begun after the helper was. The program gives up on a helper that waits for ever.
#[cfg(unix)]
const WAITS: &str = r#"until [ -e written ]; do sleep 0.01; done; seen=$(cat written)
until [ "$(cat written)" -gt $((seen + 1)) ]; do sleep 0.01; done"#;

#[cfg(unix)]
#[test]
fn while_a_store_is_asked_others_may_write() {
    let world = World::new();
    // All are answered at the same moment, so that their changes are ready together.
    let instagram = Instagram::new(16, Duration::ZERO, |_, _| None);
    let database = connected(&world, instagram.port, &[5; 16]);
    world.keeps_in_files("patient", WAITS);
    let written = world.folder("HOME").join("written");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                database.touch();
                thread::sleep(Duration::from_millis(2)); // leaves room for the program
                let next = written.with_extension("next");
                fs::write(&next, number.to_string()).unwrap();
                fs::rename(&next, &written).unwrap();
            }
        });
        let to = "command:patient";
        let moved = world
            .command(&["store", "move", "--all", "--to", to, "--yes"])
            .run();
        let refreshed = world.command(&["refresh", "--all", "--quiet"]).run();
        is_over.store(true, Ordering::Relaxed);
        let _ = (moved.assert_code(0), refreshed.assert_code(0));
    });
    assert_eq!(count(&database, 2), 16);
}

#[cfg(unix)]
#[cfg(unix)]
#[test]
fn while_the_answer_is_read_slowly_others_may_write() {
    let world = World::new();
    let instagram = Instagram::start();
    let database = connected(&world, instagram.port, &[5; 2000]);
    // Far more than a pipe holds is left unread until the test has written.
    let slowly = r#"exec 3<&0; "$0" refresh --all --dry-run --no-input | {
        read -r line && echo reading && read -r written <&3
        wc -l
    }"#;
    let binary = world.binary().to_str().unwrap();
    let mut run = world
        .program("sh", &["-c", slowly, binary])
        .open_stdin()
        .spawn();
    run.stdout_line("that it reads", |line| line == "reading");
    database.touch();
    run.write("written\n");
    let output = run.finish().assert_code(0);
    let lines: Vec<_> = output.stdout().split_whitespace().collect();
    assert_eq!(lines, ["reading", "1999"], "{}", output.report());
}

#[test]
fn an_account_disconnected_during_a_batch_is_not_reported() {
    let world = World::new();
    let database = Arc::new(Mutex::new(None::<Database>));
    let known = Arc::clone(&database);
    let gone = (Mutex::new(false), Condvar::new());
    let first = Mutex::new(String::new());
    // The first request fails at once. The other fifteen of the first sixteen wait for the last one, whose turn comes when
    // that of the first is over, and meanwhile somebody disconnects it.
    let instagram = Instagram::judging(move |asked, count| {
        if count == 0 {
            *first.lock().unwrap() = asked.id.clone();
            return Some(refusal(400, 80002, "retry-after: 90\r\n"));
        }
        let (is_gone, changed) = &gone;
        if count == 16 {
            let path = known.lock().unwrap().take().unwrap();
            path.delete(&first.lock().unwrap());
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
