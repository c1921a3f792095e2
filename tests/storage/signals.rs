//! Signals at every system call: the command ends by its code or goes on to its end, and nothing is lost.

use super::judge::judge;
use super::scene::SCENES;
use super::sweep::{Attempt, Point, Stage, points};
use crate::harness::need;
use crate::harness::sweep::{size, spread, try_all};

/// Each with the codes that may come of it beside 0, which is a command that was through with its work. QUIT ends a
/// program at once, as KILL does; a closed pipe (PIPE) is reported by the write, not by the signal.
const SIGNALS: &[(&str, &[i32])] = &[
    ("INT", &[130]),
    ("TERM", &[143]),
    ("HUP", &[143, 129]),
    ("QUIT", &[131]),
    ("PIPE", &[]),
];

/// This signal comes at this call.
#[derive(Clone)]
struct Signalled {
    point: Point,
    signal: &'static str,
    codes: &'static [i32],
}

impl std::fmt::Display for Signalled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "with {} at {}", self.signal, self.point)
    }
}

#[test]
fn no_signal_at_any_system_call_loses_an_account() {
    if !need("strace") {
        return;
    }
    let stage = Stage::new(SCENES.iter().copied());
    let all = stage.attempts(|scene, template| {
        let each = |point: Point| {
            SIGNALS.iter().map(move |(signal, codes)| Signalled {
                point: point.clone(),
                signal,
                codes,
            })
        };
        points(scene, template).into_iter().flat_map(each).collect()
    });
    try_all("signals survived", &spread(&all, size(40)), attempt);
}

fn attempt(attempt: &Attempt<'_, Signalled>) -> Result<(), String> {
    let Signalled {
        point: Point { call, number },
        signal,
        codes,
    } = &attempt.how;
    let world = attempt.scene.world(attempt.template);
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:signal={signal}:when={number}");
    // Not with --seccomp-bpf: strace then injects errors and no signals.
    let options = ["-o/dev/null", "-e", &trace, "-e", &inject];
    let ended = world.traced(&options, attempt.scene.command).run();
    let is_right = ended.code() == 0 || codes.contains(&ended.code());
    assert!(is_right, "{}", ended.report());
    assert!(
        !ended.report().contains("a bug in igconnect"),
        "{}",
        ended.report()
    );
    judge(&world, attempt.scene.leaves_after(ended.code()));
    Ok(())
}
