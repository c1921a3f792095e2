//! Runs futures until they are done or a signal arrives.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::signals::{Signals, single_threaded};
use crate::failure::{Failure, Kind};
use crate::output::{Console, words};
use crate::settings::Settings;

/// The async runtime and the signal handlers, each started when it is first needed.
pub(crate) struct Runtime {
    pub(super) settings: Rc<Settings>,
    pub(super) console: Rc<Console>,
    pub(super) started: OnceCell<(tokio::runtime::Runtime, Signals)>,
    pub(super) has_warned_about_clock: Cell<bool>,
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // A pending DNS lookup must not delay the end of the program.
        if let Some((executor, _)) = self.started.take() {
            executor.shutdown_background();
        }
    }
}

impl Runtime {
    /// Runs `story` until it is done or the first signal drops it. What it stored by then stays stored.
    pub(crate) fn run<T, E: Into<Failure>>(
        &self,
        story: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.run_guarded(story, None::<fn()>)
    }

    /// Like [`Self::run`], for a story of many parts: a signal calls `stop`, and the parts in progress may finish.
    pub(crate) fn run_batch<T, E: Into<Failure>>(
        &self,
        stop: impl FnOnce(),
        story: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.run_guarded(story, Some(stop))
    }

    fn run_guarded<T, E: Into<Failure>>(
        &self,
        story: impl Future<Output = Result<T, E>>,
        stop: Option<impl FnOnce()>,
    ) -> Result<T, Failure> {
        let (executor, signals) = self.started()?;
        let result = executor.block_on(signals.guard(story, stop));
        // Answers of servers carry the time: only now may a wrong clock have been noticed.
        if let Some(ahead) = self.settings.clock.ahead()
            && !self.has_warned_about_clock.replace(true)
        {
            self.console.warn(format!(
                "this machine's clock is {}; set it, because status relies on it",
                words::skew(ahead)
            ));
        }
        result
    }

    /// From here on, no signal ends this process.
    #[cfg(not(unix))]
    pub(crate) fn ignore_signals(&self) -> Result<(), Failure> {
        self.started().map(|(_, signals)| signals.ignore())
    }

    fn started(&self) -> Result<&(tokio::runtime::Runtime, Signals), Failure> {
        if let Some(started) = self.started.get() {
            return Ok(started);
        }
        require_descriptors()?;
        // Signals first: one that arrives before the listener is there would end the process at once.
        let signals = Signals::listen()?;
        let executor = single_threaded()
            .map_err(|_| Failure::new(Kind::Failed, "the system has no resources left"))?;
        Ok(self.started.get_or_init(|| (executor, signals)))
    }
}

/// What a run with the network needs: two runtimes, their signals, sockets, the database, locks and a store.
#[cfg(unix)]
const DESCRIPTORS_MIN: u64 = 48;

/// Raises a limit of open files that is too low, if the system allows that. Libraries panic where none is left.
#[cfg(unix)]
pub(super) fn require_descriptors() -> Result<(), Failure> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let is_low = |limit: Option<u64>| limit.is_some_and(|limit| limit < DESCRIPTORS_MIN);
    if !is_low(limit.current) {
        return Ok(());
    }
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if !is_low(limit.maximum) && setrlimit(Resource::Nofile, raised).is_ok() {
        return Ok(());
    }
    let allowed = limit.maximum.unwrap_or_default();
    let message = format!(
        "too many open files: only {allowed} may be open, and {DESCRIPTORS_MIN} are needed"
    );
    Err(Failure::new(Kind::State, message).hint("Raise the limit: ulimit -n 256"))
}

#[cfg(not(unix))]
pub(super) fn require_descriptors() -> Result<(), Failure> {
    Ok(())
}
