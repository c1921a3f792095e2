//! Killed at every system call: what was stored stays, what was begun is finished or undone by the next command.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::judge::{judge, stores_with_tokens};
use super::scene::SCENES;
use super::sweep::{Attempt, Point, Stage, of_trace, points};
use crate::harness::sweep::{size, spread, try_all};
use crate::harness::{SecretService, World, need};

/// The code of a program that was killed.
const KILLED: i32 = 137;

/// A kill, and perhaps one of what comes after it.
#[derive(Clone)]
struct Kill {
    point: Point,
    again: Option<Again>,
}

/// A kill of the next command.
#[derive(Clone)]
struct Again {
    command: &'static [&'static str],
    point: Point,
}

impl std::fmt::Display for Kill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "killed at {}", self.point)?;
        match &self.again {
            Some(Again { command, point }) => write!(f, ", then {command:?} at {point}"),
            None => Ok(()),
        }
    }
}

#[test]
fn a_kill_at_any_system_call_loses_no_account() {
    sweep("file", 40);
}

#[test]
fn a_kill_over_the_sealed_file_loses_no_account() {
    sweep("sealed", 12);
}

/// Kills every command over this store at so many points, or as many as were asked for.
fn sweep(store: &'static str, sample: usize) {
    if !need("strace") {
        return;
    }
    let stage = Stage::new(SCENES.iter().map(|scene| scene.over(store)));
    let all = stage.attempts(|scene, template| {
        let points = points(scene, template).into_iter();
        points.map(|point| Kill { point, again: None }).collect()
    });
    let chosen = spread(&all, size(sample));
    // How many runs met their kill.
    let killed = AtomicUsize::new(0);
    let what = format!("kill points survived over {store}");
    try_all(&what, &chosen, |one| attempt(one, &killed));
    let killed = killed.load(Ordering::Relaxed);
    assert!(
        killed * 10 >= chosen.len() * 9,
        "only {killed} of {} were killed",
        chosen.len()
    );

    // What comes next is killed too, at points that lie elsewhere in it for each first kill: of a move the same move,
    // of all else a refresh.
    let points_of = |name: &str| {
        let these = all.iter().filter(|attempt| attempt.scene.name == name);
        these
            .map(|attempt| attempt.how.point.clone())
            .collect::<Vec<_>>()
    };
    let recovery = points_of("recovery");
    let nested: Vec<_> = spread(&all, size(sample) / 3)
        .into_iter()
        .enumerate()
        .map(|(place, mut attempt)| {
            let (command, points) = match attempt.scene.moves() {
                true => (attempt.scene.command, points_of(attempt.scene.name)),
                false => (&["refresh", "--all"][..], recovery.clone()),
            };
            let point = points[place * 37 % points.len()].clone();
            attempt.how.again = Some(Again { command, point });
            attempt
        })
        .collect();
    let what = format!("{what}, of which the next command was killed too");
    let killed = AtomicUsize::new(0);
    try_all(&what, &nested, |one| attempt(one, &killed));
}

fn attempt(attempt: &Attempt<'_, Kill>, killed: &AtomicUsize) -> Result<(), String> {
    let (scene, Kill { point, again }) = (attempt.scene, &attempt.how);
    let world = scene.world(attempt.template);
    let ended = world.traced(&kill(point), scene.command).run();
    // A run that did not reach the point is judged like any run to its end.
    assert!([0, KILLED].contains(&ended.code()), "{}", ended.report());
    killed.fetch_add(usize::from(ended.code() == KILLED), Ordering::Relaxed);
    if let Some(Again { command, point }) = again {
        let ended = world.traced(&kill(point), command).run();
        assert!(
            [0, 4, KILLED].contains(&ended.code()),
            "again: {}",
            ended.report()
        );
    }
    // Every other move is resumed by the same command; for the rest `judge` sees to it.
    if scene.moves() && point.number % 2 == 0 {
        let resumed = world.command(scene.command).run().assert_code(0);
        let to = scene.command[3];
        assert_eq!(stores_with_tokens(&world), [to], "{}", resumed.report());
    }
    judge(&world, scene.leaves);
    Ok(())
}

/// Options for strace. With --seccomp-bpf it would inject errors but no signals.
pub fn kill(Point { call, number }: &Point) -> [&'static str; 5] {
    let trace = format!("trace={call}").leak();
    let inject = format!("inject={call}:signal=KILL:when={number}").leak();
    ["-o/dev/null", "-e", trace, "-e", inject]
}

#[test]
fn a_kill_beside_a_real_keyring_loses_no_account() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    if !need("strace") {
        return;
    }
    let login = || world.connect_in("backdated");
    let traced = |options: &[&str]| world.traced(options, &["--sandbox", "refresh"]);
    login();
    let trace = world.folder("TMPDIR").join("trace");
    let _ = traced(&["-o", trace.to_str().unwrap()])
        .run()
        .assert_code(0);
    let all = of_trace(&trace, &world.folder("XDG_DATA_HOME"));
    std::fs::remove_file(trace).unwrap();
    let chosen = spread(&all, size(40) / 10);
    for point in &chosen {
        login();
        let _ = traced(&kill(point)).run().assert_code(137);
        let _ = world
            .command(&["--sandbox", "refresh", "--all"])
            .run()
            .assert_code(0);
        let _ = world.command(&["--sandbox", "status"]).run().assert_code(0);
    }
    let _ = world
        .command(&["--sandbox", "disconnect", "--yes"])
        .run()
        .assert_code(0);
    let left = keyring.search_all("igconnect-sandbox");
    let tokens = left
        .iter()
        .filter(|entry| entry.attributes["username"].starts_with("acct/"));
    assert_eq!(tokens.count(), 0);
}
