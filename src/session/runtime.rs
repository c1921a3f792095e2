//! Runs futures until they are done or a signal arrives.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::signals::Signals;
use crate::failure::{Failure, Kind};
use crate::output::{Console, words};
use crate::settings::Settings;

/// The async runtime and the signal handlers, each started when it is first needed.
pub(crate) struct Runtime {
    settings: Rc<Settings>,
    console: Rc<Console>,
    executor: OnceCell<tokio::runtime::Runtime>,
    signals: OnceCell<Signals>,
    has_warned_about_clock: Cell<bool>,
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // A pending DNS lookup must not delay the end of the program.
        if let Some(executor) = self.executor.take() {
            executor.shutdown_background();
        }
    }
}

impl Runtime {
    pub(super) fn new(settings: Rc<Settings>, console: Rc<Console>) -> Self {
        Self {
            settings,
            console,
            executor: OnceCell::new(),
            signals: OnceCell::new(),
            has_warned_about_clock: Cell::new(false),
        }
    }

    /// Runs `story` until it is done or the first signal drops it. What it stored by then stays stored.
    pub(crate) fn run<T, E: Into<Failure>>(
        &self,
        story: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.block_on(self.signals()?.guard(story))
    }

    /// Like [`Self::run`], for a story of many parts: a signal calls `stop`, and the parts in progress may finish.
    pub(crate) fn run_batch<T, E: Into<Failure>>(
        &self,
        stop: impl FnOnce(),
        story: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        self.block_on(self.signals()?.guard_batch(stop, story))
    }

    fn block_on<T>(&self, story: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let result = self.executor()?.block_on(story);
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

    fn signals(&self) -> Result<&Signals, Failure> {
        if let Some(signals) = self.signals.get() {
            return Ok(signals);
        }
        let signals = Signals::listen()?;
        Ok(self.signals.get_or_init(|| signals))
    }

    fn executor(&self) -> Result<&tokio::runtime::Runtime, Failure> {
        if let Some(executor) = self.executor.get() {
            return Ok(executor);
        }
        let executor = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| Failure::new(Kind::Failed, "the system has no resources left"))?;
        Ok(self.executor.get_or_init(|| executor))
    }
}
