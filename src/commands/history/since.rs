//! `--since`: how far back to look, as a span or as a day.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// Where a history begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// So long ago.
    Ago(SignedDuration),
    /// At the beginning of this day, where the person is.
    Day(Date),
    /// At this instant.
    Instant(Timestamp),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(ago) = crate::settings::parse_duration(text) {
            return Ok(Self::Ago(ago));
        }
        // A date reads the day out of an instant too, so the instant is tried first.
        let instant = text.parse().map(Self::Instant);
        instant
            .or_else(|_| text.parse().map(Self::Day))
            .map_err(|_| "use a duration such as 30d, or a date such as 2026-08-01")
    }
}

impl Since {
    /// The instant that is meant at `now`; one before all time is the beginning of time.
    pub(super) fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now.checked_sub(span).unwrap_or(Timestamp::MIN),
            Self::Day(day) => day
                .to_zoned(crate::output::time_zone())
                .map_or(Timestamp::MIN, |midnight| midnight.timestamp()),
            Self::Instant(at) => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_days_and_instants_are_understood() {
        let day = SignedDuration::from_hours(24);
        for (text, since) in [
            ("30d", Since::Ago(day * 30)),
            ("36h", Since::Ago(SignedDuration::from_hours(36))),
            ("2026-08-01", Since::Day(Date::constant(2026, 8, 1))),
            (
                "1970-01-01T00:00:07Z",
                Since::Instant(Timestamp::from_second(7).unwrap()),
            ),
        ] {
            assert_eq!(text.parse(), Ok(since), "{text}");
        }
        for text in ["", "soon", "-3d", "30", "2026-13-01", "yesterday"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_longer_than_time_begins_with_time() {
        let ages = Since::Ago(SignedDuration::MAX);
        assert_eq!(ages.instant(Timestamp::UNIX_EPOCH), Timestamp::MIN);
    }
}
