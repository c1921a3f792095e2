//! The one place that reads the clock: once at the start; later instants of the run are counted from there, and
//! corrected once a server of Instagram's has told that the clock is wrong.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Clocks that differ by more than this make tokens look older or younger than they are.
pub const SKEW_MAX: SignedDuration = SignedDuration::from_mins(5);

/// The time of one run. A clock that is set while the run lasts cannot confuse it.
#[derive(Debug)]
pub struct Clock {
    start: Timestamp,
    read: Timestamp,
    counted_from: Instant,
    /// Seconds by which it is ahead of the servers' clock; 0 where they agree, or as long as none was asked.
    ahead: AtomicI64,
}

impl Clone for Clock {
    fn clone(&self) -> Self {
        Self {
            ahead: AtomicI64::new(self.ahead.load(Ordering::Relaxed)),
            ..*self
        }
    }
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
            ahead: AtomicI64::new(0),
        }
    }

    /// The instant the run began: what a command takes as `now`.
    pub fn started_at(&self) -> Timestamp {
        self.start
    }

    /// The present instant, as far as it is known: after a long wait, and after [`Self::correct`].
    pub fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::Relaxed);
        let here = self.here();
        here.checked_sub(SignedDuration::from_secs(ahead))
            .unwrap_or(here)
    }

    /// The present instant by this machine's clock.
    fn here(&self) -> Timestamp {
        let seconds = i64::try_from(self.elapsed().as_secs()).unwrap_or(0);
        self.start
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(self.start)
    }

    /// Takes over the time of a server, where it differs by more than [`SKEW_MAX`].
    pub fn correct(&self, server: Timestamp) {
        if self.now().duration_since(server).abs() > SKEW_MAX {
            // Not added to what is known: several answers may come at once.
            let ahead = self.here().duration_since(server).as_secs();
            self.ahead.store(ahead, Ordering::Relaxed);
        }
    }

    /// By how much this machine's clock is ahead of the servers', where that is known and too much.
    pub fn ahead(&self) -> Option<SignedDuration> {
        let seconds = self.ahead.load(Ordering::Relaxed);
        (seconds != 0).then(|| SignedDuration::from_secs(seconds))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn clock_at(second: i64) -> Clock {
        Clock {
            start: Timestamp::from_second(second).unwrap(),
            read: Timestamp::from_second(second).unwrap(),
            counted_from: Instant::now(),
            ahead: AtomicI64::new(0),
        }
    }

    #[test]
    fn a_server_corrects_what_is_wrong_and_not_what_is_late() {
        for (start, server, ahead) in [
            (1000, 1000, None),
            (1300, 1000, None),
            (90_000, 1000, Some(89_000)),
            (1000, 90_000, Some(-89_000)),
            (-9000, 1000, Some(-10_000)),
        ] {
            let clock = clock_at(start);
            let server = Timestamp::from_second(server).unwrap();
            clock.correct(server);
            clock.correct(server);
            let told = clock.ahead().map(|ahead| ahead.as_secs());
            // The test itself may take a second or two.
            let near = |one: i64, other: i64| (0..60).contains(&(one - other));
            assert_eq!(told.is_some(), ahead.is_some(), "{start}");
            assert!(
                told.zip(ahead)
                    .is_none_or(|(told, wanted)| near(told, wanted))
            );
            let wrong = clock.now().duration_since(server).abs();
            assert!(wrong <= SKEW_MAX + SignedDuration::from_secs(60));
            assert_eq!(
                clock.started_at().as_second(),
                start,
                "the start is what it was"
            );
        }
    }
}
