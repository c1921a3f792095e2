//! Signals: the first ends the story that runs, in an orderly way; the second ends the process at once.
//!
//! They are received on a thread of their own, so that a keyring that blocks the story cannot hide Ctrl-C from us.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use crate::failure::{Failure, Kind};

/// What is being stored when the signal comes is stored to its end, within this time.
const GRACE: Duration = Duration::from_secs(2);

/// Of that, the time for the replies that a story of many parts still waits for.
const LAST_REPLIES: Duration = Duration::from_millis(1500);

/// The signals of this process, once somebody listens.
pub(crate) struct Signals {
    first: watch::Receiver<Option<Kind>>,
    story_runs: Arc<AtomicBool>,
}

impl Signals {
    /// Starts to listen. From here on no signal ends the process by itself.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let unheard = |_| Failure::new(Kind::Failed, "signals cannot be received");
        let (send, first) = watch::channel(None);
        let story_runs = Arc::new(AtomicBool::new(false));
        let runs = Arc::clone(&story_runs);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(unheard)?;
        let mut arrivals = {
            let _guard = runtime.enter();
            arrivals::Arrivals::open().map_err(unheard)?
        };
        let end = move || {
            runtime.block_on(async {
                let kind = arrivals.next().await;
                let told = send.send(Some(kind)).is_ok();
                if told && runs.load(Ordering::SeqCst) {
                    let _ = tokio::time::timeout(GRACE, arrivals.next()).await;
                }
                std::process::exit(i32::from(kind.exit_code()));
            });
        };
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(end)
            .map_err(unheard)?;
        Ok(Self { first, story_runs })
    }

    /// Runs a story until its end or the first signal.
    pub(super) async fn guard<T, E: Into<Failure>>(
        &self,
        story: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.known_to_run(async {
            tokio::select! {
                biased;
                kind = self.first() => Err(Failure::new(kind, "interrupted")),
                result = story => result.map_err(E::into),
            }
        })
        .await
    }

    /// As [`Self::guard`], for a story of many parts: at the first signal it is told to `rest`, so that it begins no
    /// other part, and a reply that is on its way still finds somebody to keep it.
    pub(super) async fn guard_batch<T, E: Into<Failure>>(
        &self,
        rest: impl FnOnce(),
        story: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.known_to_run(async {
            let mut story = pin!(story);
            tokio::select! {
                biased;
                kind = self.first() => {
                    rest();
                    let _ = tokio::time::timeout(LAST_REPLIES, story).await;
                    Err(Failure::new(kind, "interrupted"))
                }
                result = &mut story => result.map_err(E::into),
            }
        })
        .await
    }

    async fn known_to_run<T>(
        &self,
        story: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.story_runs.store(true, Ordering::SeqCst);
        let result = story.await;
        self.story_runs.store(result.is_err(), Ordering::SeqCst);
        result
    }

    async fn first(&self) -> Kind {
        let mut first = self.first.clone();
        let kind = first.wait_for(Option::is_some).await;
        kind.ok()
            .and_then(|kind| *kind)
            .unwrap_or(Kind::Interrupted)
    }
}

#[cfg(unix)]
mod arrivals {
    //! SIGINT, SIGTERM and SIGHUP, one after the other.

    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::failure::Kind;

    pub(crate) struct Arrivals([Signal; 3]);

    impl Arrivals {
        pub(crate) fn open() -> io::Result<Self> {
            let kinds = [
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
            ];
            let [interrupt, terminate, hangup] = kinds.map(signal);
            Ok(Self([interrupt?, terminate?, hangup?]))
        }

        pub(crate) async fn next(&mut self) -> Kind {
            let [interrupt, terminate, hangup] = &mut self.0;
            tokio::select! {
                _ = interrupt.recv() => Kind::Interrupted,
                _ = terminate.recv() => Kind::Terminated,
                _ = hangup.recv() => Kind::Terminated,
            }
        }
    }
}

#[cfg(not(unix))]
mod arrivals {
    //! Ctrl-C.

    use std::io;

    use crate::failure::Kind;

    pub(crate) struct Arrivals;

    impl Arrivals {
        pub(crate) fn open() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) -> Kind {
            // Without a console there is no interrupt to wait for.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Kind::Interrupted
        }
    }
}
