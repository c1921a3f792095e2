//! Killed at every system call: what was stored stays, what was begun is finished or undone by the next command.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::judge::judge;
use super::scene::{SCENES, Scene};
use super::sweep::{Point, of_trace, points, size, spread, try_all};
use crate::support::{SecretService, World, need};

/// A kill, and perhaps one of the recovery after it.
#[derive(Clone)]
struct Attempt<'a> {
    scene: &'a Scene,
    template: &'a std::path::Path,
    point: Point,
    again: Option<Point>,
}

impl std::fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Point { call, number } = &self.point;
        write!(f, "{} killed at {call} {number}", self.scene.name)?;
        match &self.again {
            Some(Point { call, number }) => write!(f, ", its recovery at {call} {number}"),
            None => Ok(()),
        }
    }
}

#[test]
fn killed_at_any_system_call_no_account_is_lost() {
    sweep("file", 40);
}

#[test]
fn killed_over_the_sealed_file_no_account_is_lost() {
    sweep("sealed", 12);
}

/// Kills every command over this store at so many points, or as many as were asked for.
fn sweep(store: &'static str, sample: usize) {
    if !need("strace") {
        return;
    }
    let scenes: Vec<_> = SCENES.iter().map(|scene| scene.over(store)).collect();
    let templates: Vec<_> = scenes.iter().map(Scene::template).collect();
    let mut all = Vec::new();
    for (scene, template) in scenes.iter().zip(&templates) {
        let template = template.path();
        let points = points(scene, template);
        all.extend(points.into_iter().map(|point| Attempt {
            scene,
            template,
            point,
            again: None,
        }));
    }
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

    // The recovery is killed too: at points that lie elsewhere in it for each first kill.
    let recovery = scenes
        .iter()
        .zip(&templates)
        .find(|(scene, _)| scene.name == "recovery");
    let recovery = recovery
        .map(|(scene, template)| points(scene, template.path()))
        .unwrap();
    let nested: Vec<_> = spread(&all, size(sample) / 3)
        .into_iter()
        .enumerate()
        .map(|(place, attempt)| Attempt {
            again: Some(recovery[place * 37 % recovery.len()].clone()),
            ..attempt
        })
        .collect();
    let what = format!("{what}, of which the recovery was killed too");
    let killed = AtomicUsize::new(0);
    try_all(&what, &nested, |one| attempt(one, &killed));
}

fn attempt(attempt: &Attempt<'_>, killed: &AtomicUsize) -> Result<(), String> {
    let place = attempt.scene.place(attempt.template);
    let ended = place.traced(&kill(&attempt.point), attempt.scene.command);
    // A run that did not reach the point is judged like any run to its end.
    killed.fetch_add(usize::from(ended.killed), Ordering::Relaxed);
    if !ended.killed && ended.code != 0 {
        return Err(format!("neither killed nor done: {}", ended.said));
    }
    if let Some(again) = &attempt.again {
        let ended = place.traced(&kill(again), &["refresh", "--all"]);
        if !ended.killed && ![0, 4].contains(&ended.code) {
            return Err(format!("recovery neither killed nor done: {}", ended.said));
        }
    }
    judge(&place, attempt.scene.leaves)
}

// Not with --seccomp-bpf: strace then injects errors and no signals.
fn kill(Point { call, number }: &Point) -> [&'static str; 5] {
    let trace = format!("trace={call}").leak();
    let inject = format!("inject={call}:signal=KILL:when={number}").leak();
    ["-o/dev/null", "-e", trace, "-e", inject]
}

#[test]
fn killed_beside_a_real_keyring_no_account_is_lost() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    if !need("strace") {
        return;
    }
    let login = || {
        let login = [
            "--sandbox",
            "--scenario",
            "backdated",
            "login",
            "--port",
            "0",
        ];
        let _ = world.command(&login).run().assert_code(0);
    };
    let traced = |options: &[&str]| {
        let program = [world.binary().to_str().unwrap(), "--sandbox", "refresh"];
        world.program("strace", &[&["-f", "-q", "-q"], options, &program].concat())
    };
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
