//! Every call for a file fails once: the command says so or goes on, and nothing is lost.

use super::judge::{assert_reported, judge};
use super::scene::SCENES;
use super::sweep::{Attempt, Point, Stage, points};
use crate::harness::need;
use crate::harness::sweep::{size, spread, try_all};

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
fn no_failing_call_for_a_file_loses_an_account() {
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
    let world = attempt.scene.world(attempt.template);
    let Point { call, number } = point;
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:error={error}:when={number}");
    let options = ["--seccomp-bpf", "-o/dev/null", "-e", &trace, "-e", &inject];
    let ended = world.traced(&options, attempt.scene.command).run();
    let said = |words| ended.report().contains(words);
    // The wake-up of the runtime is a write too, to no file: it never fails, and a failure of it is a bug indeed.
    if call == "write" && said("runtime/io/driver.rs") {
        judge(&world, attempt.scene.leaves);
        return Ok(());
    }
    // Without a handle to be had, there may be no runtime: that is not a part of the state.
    let no_resources = ended.code() == 1 && (*error == "EMFILE" || said("cannot write the output"));
    if !no_resources {
        assert_reported(&ended);
    }
    judge(&world, attempt.scene.leaves_after(ended.code()));
    Ok(())
}
