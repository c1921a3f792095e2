//! Three homes that share one server do everything at once, while programs are killed and the server restarts:
//! in the end some order explains what is there, and no renewal was asked for twice.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::team::{Team, with_json};
use crate::harness::accounts::PEOPLE;
use crate::harness::front::{Asked, Front};
use crate::harness::random::Random;
use crate::harness::{OpenBao, World, until_within};

/// How many things are done, instead of a few.
const TEAM: &str = "IGCONNECT_TESTS_TEAM";

/// What [`turn`] knows to do.
const ACTIONS: usize = 10;

#[test]
fn whatever_three_homes_do_some_order_explains_the_end() {
    let Some(mut team) = Team::gather(OpenBao::start_on_disk, 3, "backdated") else {
        return;
    };
    // Known to all, connected to none: each login gives the crowd this token, which is due.
    let tokens = PEOPLE.map(|(id, name)| {
        let token = team.connect(&team.homes[0], name);
        let _ = team.homes[0]
            .command(&["disconnect", id, "--yes"])
            .run()
            .assert_code(0);
        token
    });
    let all: usize = env::var(TEAM).map_or(36, |number| number.parse().expect("a number"));
    let mut random = Random::new();
    let plans = [(); 3].map(|()| {
        let turns = (0..all.div_ceil(3)).map(|_| {
            (
                random.below(PEOPLE.len()),
                random.below(ACTIONS),
                random.below(8),
            )
        });
        turns.collect::<Vec<_>>()
    });
    let codes = Mutex::new(BTreeMap::<(usize, i32), usize>::new());
    let before = team.renewals().len();
    let done = AtomicUsize::new(0);
    let Team {
        homes,
        server,
        front,
        ..
    } = &mut team;
    let (homes, front) = (&*homes, &*front);
    thread::scope(|scope| {
        for (home, plan) in homes.iter().zip(&plans) {
            let (tokens, codes, done) = (&tokens, &codes, &done);
            scope.spawn(move || {
                for (who, what, fate) in plan {
                    let code = turn(home, front, tokens, *who, *what, *fate == 0);
                    *codes.lock().unwrap().entry((*what, code)).or_default() += 1;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // The server is killed once for each quarter of the work.
        for quarter in 1..4 {
            until_within("a quarter of the work", Duration::from_secs(900), || {
                (done.load(Ordering::Relaxed) >= all * quarter / 4).then_some(())
            });
            server.kill();
            server.start_again();
        }
    });
    // Past the test runner, which swallows what a passing test prints.
    let codes = codes.into_inner().unwrap();
    let _ = writeln!(
        io::stderr(),
        "a team's commands, by (command, code): {codes:?}"
    );
    judge(&team);
    let turns = plans.iter().flatten();
    let turns: Vec<_> = turns
        .map(|(who, what, fate)| (*who, *what, *fate == 0))
        .collect();
    one_renewal_of_each(&team.renewals()[before..], &tokens, &turns);
    everybody_leaves(&team);
}

/// Does one thing, and returns its code. One that is killed has none.
fn turn(
    home: &World,
    front: &Front,
    tokens: &[String; 4],
    who: usize,
    what: usize,
    is_killed: bool,
) -> i32 {
    let (id, _) = PEOPLE[who];
    let arguments: &[&str] = match what {
        0 | 1 => &["login", "--with-token"],
        2 | 3 => &["refresh", id],
        4 => &["refresh", "--all"],
        5 => &["status", id, "--verify"],
        6 => &["token", id],
        7 => &["disconnect", id, "--yes"],
        8 => &["list", "--from-store"],
        _ => &["run", id, "--", "true"],
    };
    let asked = front.asked().len();
    let run = home
        .command(arguments)
        .prints_a_secret()
        .timeout(Duration::from_secs(180));
    let running = match what {
        0 | 1 => run.stdin(tokens[who].clone()),
        _ => run,
    }
    .spawn();
    if is_killed {
        // In the middle: when a request to Instagram came, or a moment later where none does.
        let mut looks = 0;
        until_within("a moment to be killed at", Duration::from_secs(30), || {
            looks += 1;
            (front.asked().len() > asked || looks > 60).then_some(())
        });
        running.signal(Signal::KILL);
    }
    let ended = running.finish();
    let with_json = [0, 3, 4, 6, 9].contains(&ended.code()) || (is_killed && ended.code() == 137);
    let calm = !ended.stderr().contains("a bug in igconnect");
    assert!(with_json && calm, "{what} {id}\n{}", ended.report());
    ended.code()
}

/// Each account works or is gone, and every home agrees.
#[track_caller]
fn judge(team: &Team) {
    // Claims of killed programs end, and the next command finishes what they left open.
    for home in &team.homes {
        let _ = home.command(&["list", "--from-store"]).run().assert_code(0);
        until_within("an end of what was open", Duration::from_secs(120), || {
            let settled = home
                .command(&["refresh", "--all"])
                .timeout(Duration::from_secs(180))
                .run();
            let ended = [0, 4].contains(&settled.code());
            assert!(ended || settled.code() == 9, "{}", settled.report());
            ended.then_some(())
        });
    }
    for (id, name) in PEOPLE {
        let stored = team.tokens(id);
        assert!(stored.len() <= 1, "{name}: both slots are taken");
        for home in &team.homes {
            let status = with_json(home, &["status", id]).run();
            let state = status.json()["accounts"][0]["state"].clone();
            let Some(token) = stored.first() else {
                // Gone: forgotten here, or known to be gone.
                assert!(status.code() == 4, "{}", status.report());
                continue;
            };
            assert_eq!(status.code(), 0, "{state} {}", status.report());
            let held = home
                .command(&["token", id])
                .prints_a_secret()
                .run()
                .assert_code(0);
            assert_eq!(held.stdout().trim_end(), token);
            let _ = home
                .command(&["status", id, "--verify"])
                .run()
                .assert_code(0);
        }
    }
}

/// Everybody is forgotten from everywhere, and no token is left.
#[track_caller]
fn everybody_leaves(team: &Team) {
    for home in &team.homes {
        let gone = home.command(&["disconnect", "--all", "--yes"]).run();
        let _ = gone.assert_code(0);
    }
    let left = team.server.names(&team.folder());
    let claims = left
        .iter()
        .filter(|name| name.starts_with("claim."))
        .count();
    let probes = left
        .iter()
        .filter(|name| name.starts_with("probe."))
        .count();
    assert_eq!(claims + probes, left.len(), "{left:?}");
}

/// Each login brings a token that is due, and each is renewed by one request, unless the program that asked was killed
/// before it could keep the answer.
#[track_caller]
fn one_renewal_of_each(renewals: &[Asked], tokens: &[String; 4], turns: &[(usize, usize, bool)]) {
    for (who, (_, name)) in PEOPLE.iter().enumerate() {
        // A token of the sandbox begins with the name of its owner, whichever it is.
        let owner = &tokens[who][..36];
        let asked = renewals
            .iter()
            .filter(|asked| asked.line.contains(owner))
            .count();
        let mine = || {
            turns
                .iter()
                .filter(|(whose, what, _)| *whose == who || [4, 8].contains(what))
        };
        let logins = mine().filter(|(_, what, _)| *what < 2).count();
        let killed = mine().filter(|(_, _, is_killed)| *is_killed).count();
        println!("{name}: {asked} renewals, {logins} logins, {killed} killed");
        assert!(
            asked <= logins + killed,
            "{name}: {asked} renewals for {logins} logins, {killed} killed"
        );
    }
}
