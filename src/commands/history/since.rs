//! `--since`: a duration or a date.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    Ago(SignedDuration),
    /// The beginning of this day in the person's time zone.
    Day(Date),
    Instant(Timestamp),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(ago) = crate::settings::parse_duration(text) {
            return Ok(Self::Ago(ago));
        }
        // A date also parses from an instant, so the instant is tried first.
        let instant = text.parse().map(Self::Instant);
        instant
            .or_else(|_| text.parse().map(Self::Day))
            .map_err(|_| "use a duration such as 30d, or a date such as 2026-08-01")
    }
}

impl Since {
    /// Returns the time at `now`, or the earliest possible time.
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
