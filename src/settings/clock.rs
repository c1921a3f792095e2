//! The only place that reads the clock, once at the start. Later instants are counted from there, and corrected if a server
//! of Instagram shows that the clock is wrong.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A larger difference to Instagram's clock makes tokens look older or younger than they are.
pub(crate) const SKEW_MAX: SignedDuration = SignedDuration::from_mins(5);

/// The time of one run. Setting the system clock during the run does not change it.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Timestamp,
    read: Timestamp,
    counted_from: Instant,
    /// Seconds ahead of Instagram's clock; 0 if they agree, or before the first reply.
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
    #[allow(
        clippy::disallowed_methods,
        reason = "the only place that reads the clock"
    )]
    pub(crate) fn start() -> Self {
        // Stored times have whole seconds, so that equal inputs give equal outputs.
        let now = Timestamp::now();
        let start = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self {
            start,
            read: now,
            counted_from: Instant::now(),
            ahead: AtomicI64::new(0),
        }
    }

    /// Returns the start of the run, which commands use as the present.
    pub(crate) fn started_at(&self) -> Timestamp {
        self.start
    }

    /// Returns this moment, corrected by Instagram's clock. For use after a long wait.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        let uncorrected = self.uncorrected_now();
        // A server may claim any time, even one at the end of what a timestamp can hold.
        uncorrected.checked_sub(ahead).unwrap_or(uncorrected)
    }

    fn uncorrected_now(&self) -> Timestamp {
        let elapsed = Duration::from_secs(self.elapsed().as_secs());
        // A clock may be set to the last second that a timestamp can hold.
        self.start.checked_add(elapsed).unwrap_or(self.start)
    }

    /// Adopts the time of a server if it differs by more than [`SKEW_MAX`].
    pub(crate) fn correct(&self, server: Timestamp) {
        if self.now().duration_since(server).abs() > SKEW_MAX {
            // Not added to the known difference, because several replies may arrive at once.
            let ahead = self.uncorrected_now().duration_since(server).as_secs();
            self.ahead.store(ahead, Ordering::Relaxed);
        }
    }

    /// Returns by how much this machine's clock is ahead, if that is more than [`SKEW_MAX`].
    pub(crate) fn ahead(&self) -> Option<SignedDuration> {
        let seconds = self.ahead.load(Ordering::Relaxed);
        (seconds != 0).then(|| SignedDuration::from_secs(seconds))
    }

    /// Returns this moment with fractions of a second, for the log.
    pub(crate) fn exactly(&self) -> Timestamp {
        self.read.checked_add(self.elapsed()).unwrap_or(self.read)
    }

    pub(crate) fn elapsed(&self) -> Duration {
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
    fn a_server_corrects_a_wrong_clock_and_not_a_late_reply() {
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
            let found = clock.ahead().map(|ahead| ahead.as_secs());
            // The test itself may take a second or two.
            let near = |one: i64, other: i64| (0..60).contains(&(one - other));
            assert_eq!(found.is_some(), ahead.is_some(), "{start}");
            assert!(
                found
                    .zip(ahead)
                    .is_none_or(|(found, wanted)| near(found, wanted))
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
