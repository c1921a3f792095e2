//! Time limits for calls that have none, such as reading a file.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::answers::Check;
use crate::failure::Kind;

/// Returns the result of `work`, or `None` after `limit`. Work that hangs keeps its thread until the program ends.
pub(super) fn run_within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (send, receive) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || drop(send.send(work())));
    started.ok().and_then(|_| receive.recv_timeout(limit).ok())
}

/// The check of a file or folder that hangs.
pub(super) fn hanging(name: &'static str, path: &Path) -> Check {
    Check::failed(
        name,
        Kind::State,
        format!(
            "{} does not answer; is it on a network drive?",
            path.display()
        ),
        "Check the disk, or choose another folder with IGCONNECT_DATA_DIR and IGCONNECT_CONFIG",
    )
}
