//! Many processes at once: one renewal, and an end that some order of them explains.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::judge::{assert_no_token, assert_sound};
use super::scene::{SCENES, world};
use crate::harness::World;
use crate::harness::accounts::PEOPLE;
use crate::harness::front::sandbox_beside;
use crate::harness::sweep::size;
use crate::harness::visitor::get;

/// For how many seconds the crowd is at work, instead of a few turns for each process.
const CROWD: &str = "IGCONNECT_TESTS_CROWD";

#[test]
fn thirty_two_processes_make_one_refresh() {
    // A second renewal of the same token would be refused here, and its command would fail.
    let scene = SCENES.iter().find(|scene| scene.old_token_dies).unwrap();
    let world = scene.world(&scene.template());
    let running: Vec<_> = (0..32)
        .map(|_| world.command(&["refresh", "--json"]).spawn())
        .collect();
    let outcomes = running.into_iter().map(|run| {
        let account = run.finish().assert_code(0).json()["accounts"][0].take();
        account["outcome"].as_str().unwrap().to_owned()
    });
    let (renewed, others): (Vec<_>, Vec<_>) = outcomes.partition(|outcome| outcome == "renewed");
    assert_eq!(renewed.len(), 1);
    assert!(
        others.iter().all(|outcome| outcome == "not_due"),
        "{others:?}"
    );
    assert_eq!(world.database().count_events("refreshed"), 1);
}

#[cfg(unix)]
#[test]
fn whatever_eight_processes_do_to_four_accounts_some_order_explains_the_end() {
    let world = world("file");
    let instagram = sandbox_beside(&world, "backdated");
    // Not by `token`, which would refresh it first: the crowd is to find it due.
    let tokens = PEOPLE.map(|(id, name)| {
        world.connect_person(name);
        let (_, entry) = world.stored_token(id).expect("a token");
        let _ = world
            .command(&["disconnect", id, "--yes"])
            .run()
            .assert_code(0);
        entry["token"].as_str().unwrap().to_owned()
    });
    let turns = size(200) / 8;
    let seconds = env::var(CROWD).map(|seconds| seconds.parse().expect("a number of seconds"));
    let end = Instant::now() + Duration::from_secs(seconds.as_ref().copied().unwrap_or(0));
    let codes = Mutex::new(BTreeMap::<(usize, i32), usize>::new());
    thread::scope(|scope| {
        for worker in 0..8_usize {
            let (world, tokens, codes, seconds) = (&world, &tokens, &codes, &seconds);
            scope.spawn(move || {
                // A sequence of its own for each worker, the same in each run.
                let mut number = worker as u64 + 1;
                let mut done = 0;
                while if seconds.is_ok() {
                    Instant::now() < end
                } else {
                    done < turns
                } {
                    done += 1;
                    number = number
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let pick = usize::try_from(number >> 33).unwrap();
                    let what = pick / 4 % ACTIONS;
                    let code = turn(world, tokens, pick % 4, what);
                    *codes.lock().unwrap().entry((what, code)).or_default() += 1;
                }
            });
        }
    });
    // Past the test runner, which swallows what a passing test prints.
    let codes = codes.into_inner().unwrap();
    let done: usize = codes.values().sum();
    let _ = writeln!(
        io::stderr(),
        "a crowd's commands: {done}, by (command, code): {codes:?}"
    );
    assert_sound(&world);
    assert_one_default(&world);
    assert_eq!(world.files().open_to_others(), [] as [&Path; 0]);
    for (id, _) in PEOPLE {
        let listed = world.command(&["status", id, "--json"]).run();
        let verified = world.command(&["status", id, "--verify", "--json"]).run();
        let is_known = listed.code() != 4;
        assert_eq!(
            is_known,
            verified.code() != 4,
            "{}{}",
            listed.report(),
            verified.report()
        );
        if !is_known {
            assert!(
                verified.report().contains("is not connected"),
                "{}",
                verified.report()
            );
            continue;
        }
        let me = format!(
            "http://127.0.0.1:{instagram}/v25.0/me?fields=user_id&access_token={}",
            world
                .command(&["token", id])
                .prints_a_secret()
                .run()
                .assert_code(0)
                .stdout()
                .trim()
        );
        let me = get(&Url::parse(&me).unwrap());
        assert!(me.text().contains(id), "{}", me.text());
    }
    let _ = world
        .command(&["disconnect", "--all", "--yes"])
        .run()
        .assert_code(0);
    assert_no_token(&world);
}

/// Whichever accounts are connected, one of them is the default account.
#[track_caller]
fn assert_one_default(world: &World) {
    let listed = world.command(&["list", "--json"]).run();
    let accounts = listed.json()["accounts"].as_array().unwrap().clone();
    let defaults = accounts.iter().filter(|account| account["default"] == true);
    assert_eq!(
        defaults.count(),
        accounts.len().min(1),
        "{}",
        listed.report()
    );
}

/// How many things [`turn`] knows to do.
const ACTIONS: usize = 21;

/// Does one of them, and returns its code.
fn turn(world: &World, tokens: &[String; 4], who: usize, what: usize) -> i32 {
    let (id, _) = PEOPLE[who];
    let (command, stdin): (&[&str], &str) = match what {
        0 | 1 => (&["login", "--with-token"], &tokens[who]),
        2 => (&["refresh", id, "--force"], ""),
        3 => (&["refresh", "--all"], ""),
        4 => (&["status", "--all"], ""),
        5 => (&["status", id, "--verify"], ""),
        6 => (&["token", id], ""),
        7 => (&["disconnect", id, "--yes"], ""),
        8 => (&["run", id, "--", "true"], ""),
        9 => (&["use", id], ""),
        10 => (&["list", "--json"], ""),
        11 => (&["refresh", "--all", "--dry-run"], ""),
        12 => (&["login", "--begin"], ""),
        13 => (&["app", "list"], ""),
        14 => (&["doctor"], ""),
        15 => (&["certificate"], ""),
        16 => (&["explain", "190"], ""),
        18 => (&["store", "move", "--to", "sealed", id, "--yes"], ""),
        19 => (&["store", "move", "--to", "file", id, "--yes"], ""),
        20 => (&["store", "check", "--all"], ""),
        _ => (&["status", "--all", "--format", "nagios"], ""),
    };
    let run = world.command(command).prints_a_secret();
    let ended = run.stdin(format!("{stdin}\n")).run();
    // Gone in the meantime, not known yet, or somebody else at work; never a bug, never a broken state. Nagios has
    // codes of its own.
    let codes: &[i32] = if what == 17 {
        &[0, 1, 2, 3]
    } else {
        &[0, 3, 4, 9]
    };
    assert!(
        codes.contains(&ended.code()) && !ended.report().contains("a bug in igconnect"),
        "{}",
        ended.report()
    );
    ended.code()
}
