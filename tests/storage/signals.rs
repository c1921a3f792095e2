//! Signals at every system call: the command ends by its code or goes on to its end, and nothing is lost.

use super::judge::judge;
use super::scene::{Leaves, SCENES, Scene};
use super::sweep::{Point, points, size, spread, try_all};
use crate::support::need;

/// Each with the codes that may come of it beside 0, which is a command that was through with its work. QUIT ends a
/// program at once, as KILL does; that a reader has left (PIPE) is told by the write, not by the signal.
const SIGNALS: &[(&str, &[i32])] = &[
    ("INT", &[130]),
    ("TERM", &[143]),
    ("HUP", &[143, 129]),
    ("QUIT", &[131]),
    ("PIPE", &[]),
];

struct Attempt<'a> {
    scene: &'a Scene,
    template: &'a std::path::Path,
    point: Point,
    signal: &'static str,
    codes: &'static [i32],
}

impl std::fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Point { call, number } = &self.point;
        write!(
            f,
            "{} with {} at {call} {number}",
            self.scene.name, self.signal
        )
    }
}

#[test]
fn whatever_signal_comes_at_any_system_call_no_account_is_lost() {
    if !need("strace") {
        return;
    }
    let templates: Vec<_> = SCENES.iter().map(Scene::template).collect();
    let mut all = Vec::new();
    for (scene, template) in SCENES.iter().zip(&templates) {
        for point in points(scene, template.path()) {
            all.extend(
                SIGNALS.iter().map(|(signal, codes)| {
                    (scene, template.path(), point.clone(), *signal, *codes)
                }),
            );
        }
    }
    let chosen: Vec<_> = spread(&all, size(40))
        .into_iter()
        .map(|(scene, template, point, signal, codes)| Attempt {
            scene,
            template,
            point,
            signal,
            codes,
        })
        .collect();
    try_all("signals survived", &chosen, attempt);
}

fn attempt(attempt: &Attempt<'_>) -> Result<(), String> {
    let place = attempt.scene.place(attempt.template);
    let Point { call, number } = &attempt.point;
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:signal={}:when={number}", attempt.signal);
    // Not with --seccomp-bpf: strace then injects errors and no signals.
    let options = ["-o/dev/null", "-e", &trace, "-e", &inject];
    let ended = place.traced(&options, attempt.scene.command);
    if ended.code != 0 && !attempt.codes.contains(&ended.code) {
        return Err(format!("ended with {}: {}", ended.code, ended.said));
    }
    if ended.said.contains("a bug in igconnect") {
        return Err(ended.said);
    }
    let leaves = match (ended.code, attempt.scene.name) {
        (0, "disconnect") => Leaves::None,
        (0, "login") => Leaves::Account,
        _ => attempt.scene.leaves,
    };
    judge(&place, leaves)
}
