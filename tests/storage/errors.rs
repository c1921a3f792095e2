//! Every call for a file fails once: the command says so or goes on, and nothing is lost.

use super::judge::{TOLD, judge};
use super::scene::SCENES;
use super::sweep::{Attempt, Point, Stage, points, size, spread, try_all};
use crate::harness::need;

const ERRORS: &[&str] = &["EIO", "ENOSPC", "EINTR", "EACCES", "EMFILE", "ENOLCK"];

const CALLS: &[&str] = &[
    "openat",
    "pwrite64",
    "write",
    "fsync",
    "fdatasync",
    "rename",
    "unlink",
    "flock",
    "ftruncate",
];

/// This call fails with this error.
#[derive(Clone)]
struct Failing {
    point: Point,
    error: &'static str,
}

impl std::fmt::Display for Failing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "with {} at {}", self.error, self.point)
    }
}

#[test]
fn whatever_call_for_a_file_fails_no_account_is_lost() {
    if !need("strace") {
        return;
    }
    let stage = Stage::new(SCENES.iter().copied());
    let all = stage.attempts(|scene, template| {
        let points = points(scene, template).into_iter();
        let for_files = points.filter(|point| CALLS.contains(&point.call.as_str()));
        let each = |point: Point| {
            ERRORS.iter().map(move |error| Failing {
                point: point.clone(),
                error,
            })
        };
        for_files.flat_map(each).collect()
    });
    try_all("failing calls survived", &spread(&all, size(40)), attempt);
}

fn attempt(attempt: &Attempt<'_, Failing>) -> Result<(), String> {
    let Failing { point, error } = &attempt.how;
    let place = attempt.scene.place(attempt.template);
    let Point { call, number } = point;
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:error={error}:when={number}");
    let options = ["--seccomp-bpf", "-o/dev/null", "-e", &trace, "-e", &inject];
    let ended = place.traced(&options, attempt.scene.command);
    // Without a handle to be had, there may be no runtime: that is no part of the state.
    let no_resources =
        ended.code == 1 && (*error == "EMFILE" || ended.said.contains("cannot write the output"));
    // The wake-up of the runtime is a write too, to no file: it never fails, and a failure of it is a bug indeed.
    let no_file = call == "write" && ended.said.contains("runtime/io/driver.rs");
    if no_file {
        return judge(&place, attempt.scene.leaves);
    }
    if ended.code != 0 && !TOLD.contains(&ended.code) && !no_resources {
        return Err(format!("ended with {}: {}", ended.code, ended.said));
    }
    if ended.said.contains("a bug in igconnect") {
        return Err(ended.said);
    }
    judge(&place, attempt.scene.leaves_after(ended.code))
}
