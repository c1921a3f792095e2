//! Time limits for calls that have none, such as reading a file.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::answers::Check;
use crate::failure::{Failure, Kind};

/// Returns the result of `work`, or `None` after `limit`. Work that hangs keeps its thread until the program ends.
pub(super) fn run_within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (send, receive) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || drop(send.send(work())));
    started.ok().and_then(|_| receive.recv_timeout(limit).ok())
}

/// Like [`run_within`], with a file or folder. The error is the check, which failed.
pub(super) fn inspect_within<T: Send + 'static, E: Into<Failure> + Send + 'static>(
    limit: Duration,
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, E> + Send + 'static,
) -> Result<T, Check> {
    let owned_path = path.to_owned();
    match run_within(limit, move || work(&owned_path)) {
        Some(result) => result.map_err(Check::from),
        // A network drive whose server is gone answers neither yes nor no.
        None => Err(Check::failed(
            Kind::State,
            format!(
                "{} does not answer; is it on a network drive?",
                path.display()
            ),
            "Check the disk, or choose another folder with IGCONNECT_DATA_DIR and IGCONNECT_CONFIG",
        )),
    }
}
