//! Waiting for something to become true: asked in short steps, never slept for.

use std::fmt::Debug;
use std::thread;
use std::time::{Duration, Instant};

/// What takes longer than this hangs. Whole logins take a second; a loaded machine may take many times as long, and no
/// test judges that.
pub const HANG: Duration = Duration::from_secs(120);

/// Asks until there is an answer. Fails with `what` it waited for when there is none for very long.
#[track_caller]
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_within(what, HANG, ask)
}

/// As [`until`], for what may take long, or must not.
#[track_caller]
pub fn until_within<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    until_ok(what, limit, || ask().ok_or("not yet"))
}

/// As [`until_within`], and shows the last refusal when it fails.
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
