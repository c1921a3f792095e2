//! Signals: the first one ends the running story in an orderly way, the second one ends the process at once.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use self::receiver::Receiver;
use crate::failure::{Failure, Kind};

/// After the first signal, the time to finish writes in progress.
const GRACE: Duration = Duration::from_secs(2);

/// The part of [`GRACE`] in which a batch may wait for replies.
const LAST_REPLIES: Duration = Duration::from_millis(1500);

pub(super) struct Signals {
    first: watch::Receiver<Option<Kind>>,
    /// Whether a story runs, or was interrupted and is being cleaned up.
    is_busy: Arc<AtomicBool>,
    /// Whether signals are the business of a child.
    #[cfg(not(unix))]
    is_deaf: Arc<AtomicBool>,
}

impl Signals {
    /// Starts to listen. From now on, no signal ends the process directly.
    pub(super) fn listen() -> Result<Self, Failure> {
        let unavailable = |_| Failure::new(Kind::Failed, "cannot receive signals");
        let (send, first) = watch::channel(None);
        let is_busy = Arc::new(AtomicBool::new(false));
        let busy = Arc::clone(&is_busy);
        let runtime = single_threaded().map_err(unavailable)?;
        let mut receiver = {
            // tokio registers signals with the runtime that is entered.
            let _entered = runtime.enter();
            Receiver::open().map_err(unavailable)?
        };
        let is_deaf = Arc::new(AtomicBool::new(false));
        let deaf = Arc::clone(&is_deaf);
        let wait = move || {
            runtime.block_on(async {
                let kind = loop {
                    let kind = receiver.next().await;
                    if !deaf.load(Ordering::SeqCst) {
                        break kind;
                    }
                };
                let is_heard = send.send(Some(kind)).is_ok();
                if is_heard && busy.load(Ordering::SeqCst) {
                    // The main thread ends the process before this, unless it hangs.
                    let _ = tokio::time::timeout(GRACE, receiver.next()).await;
                }
                std::process::exit(i32::from(kind.exit_code()));
            });
        };
        // A thread of its own: a call to the keyring may block the main thread, and Ctrl-C must still work.
        let thread = thread::Builder::new().name("signals".to_owned());
        thread.spawn(wait).map_err(unavailable)?;
        Ok(Self {
            first,
            is_busy,
            #[cfg(not(unix))]
            is_deaf,
        })
    }

    /// From here on, signals are the business of a child.
    #[cfg(not(unix))]
    pub(super) fn ignore(&self) {
        self.is_deaf.store(true, Ordering::SeqCst);
    }

    /// Runs `story` until it is done or the first signal drops it. With `stop`, the first signal only calls that, so that
    /// the story starts nothing more. It still stores the replies that arrive within [`LAST_REPLIES`].
    pub(super) async fn guard<T, E: Into<Failure>>(
        &self,
        story: impl Future<Output = Result<T, E>>,
        stop: Option<impl FnOnce()>,
    ) -> Result<T, Failure> {
        self.is_busy.store(true, Ordering::SeqCst);
        let mut story = pin!(story);
        let result = tokio::select! {
            // First the signal: a story that is always ready must not hide it.
            biased;
            kind = self.wait_for_first() => {
                if let Some(stop) = stop {
                    stop();
                    let _ = tokio::time::timeout(LAST_REPLIES, story).await;
                }
                Err(Failure::new(kind, "interrupted"))
            }
            result = &mut story => result.map_err(E::into),
        };
        // After a failure the command still reports it and cleans up: that deserves the grace period too.
        self.is_busy.store(result.is_err(), Ordering::SeqCst);
        result
    }

    async fn wait_for_first(&self) -> Kind {
        let mut first = self.first.clone();
        let kind = first.wait_for(Option::is_some).await;
        // The sender is gone only if its thread failed. Then stop, because Ctrl-C would not work.
        kind.ok()
            .and_then(|kind| *kind)
            .unwrap_or(Kind::Interrupted)
    }
}

/// Returns an executor that starts no threads, because each would delay a short command.
pub(super) fn single_threaded() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

#[cfg(unix)]
mod receiver {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::failure::Kind;

    pub(super) struct Receiver([Signal; 3]);

    impl Receiver {
        pub(super) fn open() -> io::Result<Self> {
            let interrupt = signal(SignalKind::interrupt())?;
            let terminate = signal(SignalKind::terminate())?;
            let hangup = signal(SignalKind::hangup())?;
            Ok(Self([interrupt, terminate, hangup]))
        }

        pub(super) async fn next(&mut self) -> Kind {
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
mod receiver {
    use std::io;

    use tokio::signal::windows::{
        CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
        ctrl_logoff, ctrl_shutdown,
    };

    use crate::failure::Kind;

    /// Without a console, nothing is ever received.
    pub(super) struct Receiver {
        keys: (CtrlC, CtrlBreak),
        ends: (CtrlClose, CtrlLogoff, CtrlShutdown),
    }

    impl Receiver {
        pub(super) fn open() -> io::Result<Self> {
            Ok(Self {
                keys: (ctrl_c()?, ctrl_break()?),
                ends: (ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?),
            })
        }

        pub(super) async fn next(&mut self) -> Kind {
            let (interrupt, interrupt_more) = &mut self.keys;
            let (close, log_off, shut_down) = &mut self.ends;
            tokio::select! {
                _ = interrupt.recv() => Kind::Interrupted,
                _ = interrupt_more.recv() => Kind::Interrupted,
                // Windows ends the process five seconds after these.
                _ = close.recv() => Kind::Terminated,
                _ = log_off.recv() => Kind::Terminated,
                _ = shut_down.recv() => Kind::Terminated,
            }
        }
    }
}
