//! The one place that reads the clock: once at the start; later instants of the run are counted from there.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The time of one run. A clock that is set while the run lasts cannot confuse it.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Timestamp,
    read: Timestamp,
    counted_from: Instant,
}

impl Clock {
    /// Reads the clock. Called once, at the start of the program.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn start() -> Self {
        // To the second: every stored time is, and equal inputs then give equal outputs.
        let now = Timestamp::now();
        let start = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self {
            start,
            read: now,
            counted_from: Instant::now(),
        }
    }

    /// The instant the run began: what a command takes as `now`.
    pub fn now(&self) -> Timestamp {
        self.start
    }

    /// The present instant, for what happens after a long wait.
    pub fn later(&self) -> Timestamp {
        let seconds = i64::try_from(self.elapsed().as_secs()).unwrap_or(0);
        self.start
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap_or(self.start)
    }

    /// The present instant to the fraction of a second: for the log, where the order of things counts.
    pub fn exactly(&self) -> Timestamp {
        let elapsed = jiff::SignedDuration::try_from(self.elapsed()).unwrap_or_default();
        self.read.checked_add(elapsed).unwrap_or(self.read)
    }

    /// How long the run has taken.
    pub fn elapsed(&self) -> Duration {
        self.counted_from.elapsed()
    }
}
