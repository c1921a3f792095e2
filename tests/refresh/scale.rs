//! Many accounts for many days, a run of `refresh --all` on each: what the figures of `help scale` rest on.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use super::instagram::Instagram;
use super::many::setup::connected;
use crate::harness::database::Database;
use crate::harness::{World, need};

/// How many accounts the simulation has, and for how many days, instead of a few.
const HOW_MANY: &str = "IGCONNECT_TESTS_SCALE";
const HOW_LONG: &str = "IGCONNECT_TESTS_SCALE_DAYS";

/// A token lives for 60 days and is due for the last 10 of them.
const CYCLE: usize = 50;

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// What a run on one of the days came to.
struct Day {
    renewals: usize,
    requests: usize,
    took: Duration,
}

/// Runs it once on each of these days, counted from today; each account is alive afterwards.
fn live(world: &World, instagram: &Instagram, database: &Database, days: &[usize]) -> Vec<Day> {
    let mut before = (0, 0);
    let run = |day: &usize| {
        let run = world.at_clock(&format!("+{day}d"), &["refresh", "--all", "--quiet"]);
        let run = run.timeout(Duration::from_secs(1800));
        let output = run.run().assert_code(0);
        let asked = instagram.asked();
        let renewals = asked
            .iter()
            .filter(|asked| asked.what == "refresh_access_token");
        let now = (renewals.count(), asked.len());
        let day = Day {
            renewals: now.0 - before.0,
            requests: now.1 - before.1,
            took: output.took(),
        };
        before = now;
        assert_eq!(database.journal(), []);
        day
    };
    days.iter().map(run).collect()
}

#[test]
fn accounts_stay_spread_over_the_cycle_and_the_next_run_makes_up_for_a_lost_day() {
    if !need("faketime") {
        return;
    }
    let accounts = number(HOW_MANY, 2 * CYCLE);
    let days = number(HOW_LONG, 5);
    let world = World::new();
    let instagram = Instagram::start();
    let lives: Vec<_> = (0..accounts)
        .map(|number| 11 + (number % CYCLE) as i64)
        .collect();
    let database = connected(&world, instagram.port, &lives);
    // The first of these days has nothing due, and one in the middle is lost.
    let lost = 1 + days / 2;
    let open: Vec<_> = (0..=days + 1).filter(|day| *day != lost).collect();
    let lived = live(&world, &instagram, &database, &open);
    let a_day = accounts / CYCLE;
    for (day, of_day) in open.iter().zip(&lived) {
        let due = match *day {
            0 => 0,
            day if day == lost + 1 => 2 * a_day,
            _ => a_day,
        };
        assert_eq!(of_day.renewals, due, "on day {day}");
        // Every account's profile is fetched each day, whether or not its token is due.
        assert_eq!(of_day.requests, accounts + due, "on day {day}");
    }
    let took: Vec<_> = lived.iter().map(|day| day.took.as_secs_f64()).collect();
    let renewed: usize = lived.iter().map(|day| day.renewals).sum();
    let asked: usize = lived.iter().map(|day| day.requests).sum();
    println!(
        "{accounts} accounts, {} runs: {renewed} renewals, {} a day and {} after the lost one, {asked} requests, \
         {:.4} a day for an account, {:.1} s for a run",
        open.len(),
        a_day,
        2 * a_day,
        asked as f64 / (open.len() * accounts) as f64,
        took.iter().sum::<f64>() / took.len() as f64,
    );
}

#[test]
fn accounts_of_one_day_stay_together_and_cost_twice_the_requests_of_another_day() {
    if !need("faketime") {
        return;
    }
    let accounts = number(HOW_MANY, CYCLE);
    let world = World::new();
    let instagram = Instagram::start();
    let database = connected(&world, instagram.port, &vec![11; accounts]);
    let days = [0, 2, 3, CYCLE + 1, CYCLE + 3, CYCLE + 4];
    let lived = live(&world, &instagram, &database, &days);
    let (renewals, requests): (Vec<_>, Vec<_>) = lived
        .iter()
        .map(|day| (day.renewals / accounts, day.requests / accounts))
        .unzip();
    assert_eq!(renewals, [0, 1, 0, 0, 1, 0], "on the days {days:?}");
    assert_eq!(requests, [1, 2, 1, 1, 2, 1], "on the days {days:?}");
}

#[test]
fn a_refresh_writes_one_secret_and_deletes_one() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    let instagram = Instagram::start();
    let accounts = 20;
    let _ = connected(&world, instagram.port, &vec![5; accounts]);
    let trace = world.folder("TMPDIR").join("trace");
    let binary = world.binary().to_str().unwrap();
    let calls = "trace=rename,renameat,renameat2,unlink,unlinkat";
    let line = [
        "-f",
        "-qq",
        "-e",
        calls,
        "-o",
        trace.to_str().unwrap(),
        binary,
    ];
    let run = world.program(
        "strace",
        &[&line[..], &["refresh", "--all", "--quiet"]].concat(),
    );
    let _ = run.run().assert_code(0);
    let trace = fs::read_to_string(trace).unwrap();
    let done = |what: &str| {
        let of_tokens = |line: &&str| line.contains(what) && line.contains("secrets/acct.");
        let lines = trace.lines().filter(|line| line.contains("= 0"));
        lines.filter(of_tokens).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(
        (done("rename"), done("unlink")),
        (accounts, accounts),
        "{trace}"
    );
}
