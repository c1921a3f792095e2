//! Every call for a file fails once: the command says so or goes on, and nothing is lost.

use super::judge::{TOLD, judge};
use super::scene::{Leaves, SCENES, Scene};
use super::sweep::{Point, points, size, spread, try_all};
use crate::support::need;

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

struct Attempt<'a> {
    scene: &'a Scene,
    template: &'a std::path::Path,
    point: Point,
    error: &'static str,
}

impl std::fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Point { call, number } = &self.point;
        write!(
            f,
            "{} with {} at {call} {number}",
            self.scene.name, self.error
        )
    }
}

#[test]
fn whatever_call_for_a_file_fails_no_account_is_lost() {
    if !need("strace") {
        return;
    }
    let templates: Vec<_> = SCENES.iter().map(Scene::template).collect();
    let mut all = Vec::new();
    for (scene, template) in SCENES.iter().zip(&templates) {
        let points = points(scene, template.path());
        for point in points
            .iter()
            .filter(|point| CALLS.contains(&point.call.as_str()))
        {
            all.extend(
                ERRORS
                    .iter()
                    .map(|error| (scene, template.path(), point.clone(), *error)),
            );
        }
    }
    let chosen: Vec<_> = spread(&all, size(40))
        .into_iter()
        .map(|(scene, template, point, error)| Attempt {
            scene,
            template,
            point,
            error,
        })
        .collect();
    try_all("failing calls survived", &chosen, attempt);
}

fn attempt(attempt: &Attempt<'_>) -> Result<(), String> {
    let place = attempt.scene.place(attempt.template);
    let Point { call, number } = &attempt.point;
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:error={}:when={number}", attempt.error);
    let options = ["--seccomp-bpf", "-o/dev/null", "-e", &trace, "-e", &inject];
    let ended = place.traced(&options, attempt.scene.command);
    // Without a handle to be had, there may be no runtime: that is no part of the state.
    let no_resources = ended.code == 1
        && (attempt.error == "EMFILE" || ended.said.contains("output cannot be written"));
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
    let leaves = match (ended.code, attempt.scene.name) {
        (0, "disconnect") => Leaves::None,
        (0, "login") => Leaves::Account,
        _ => attempt.scene.leaves,
    };
    judge(&place, leaves)
}
