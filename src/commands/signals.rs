//! Signals: the first ends a story in an orderly way, for the story is dropped where it waits.

use crate::failure::{Failure, Kind};

#[cfg(unix)]
pub(super) fn first() -> Result<impl Future<Output = Kind>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen =
        |kind| signal(kind).map_err(|_| Failure::new(Kind::Failed, "signals cannot be received"));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Kind::Interrupted,
            _ = terminate.recv() => Kind::Terminated,
            _ = hangup.recv() => Kind::Terminated,
        }
    })
}

#[cfg(not(unix))]
pub(super) fn first() -> Result<impl Future<Output = Kind>, Failure> {
    Ok(async {
        // Without a console there is no interrupt to wait for.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Kind::Interrupted
    })
}
