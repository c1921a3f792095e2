//! Waiting for something to become true: asked in short steps up to a deadline, never slept for.

use std::fmt::Debug;
use std::thread;
use std::time::{Duration, Instant};

/// Asks until there is an answer, and fails with `what` it waited for when `limit` is over.
#[track_caller]
pub fn until<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    until_ok(what, limit, || ask().ok_or("not yet"))
}

/// As [`until`], and tells the last refusal when it fails.
#[track_caller]
pub fn until_ok<T, E: Debug>(
    what: &str,
    limit: Duration,
    mut ask: impl FnMut() -> Result<T, E>,
) -> T {
    let deadline = Instant::now() + limit;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(refusal) if Instant::now() >= deadline => {
                panic!("waited {limit:?} in vain for {what}: {refusal:?}")
            }
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
    }
}
