//! Words for times and counts.

use jiff::{SignedDuration, Timestamp};

use super::time_zone::time_zone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A duration in one unit: `60 days`, `1 hour`, `30 seconds`.
pub(crate) fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (count, unit) = match seconds {
        // Rounded to the nearest day: a new token has 60 days left, not 59.
        s if s >= 36 * HOUR => ((s + DAY / 2) / DAY, "day"),
        s if s >= HOUR => (s / HOUR, "hour"),
        s if s >= MINUTE => (s / MINUTE, "minute"),
        s => (s, "second"),
    };
    counted(count, unit)
}

/// The error of a clock: `3 days ahead`, `1 hour behind`.
pub(crate) fn skew(ahead: SignedDuration) -> String {
    let size = duration(ahead.abs());
    if ahead.is_negative() {
        format!("{size} behind")
    } else {
        format!("{size} ahead")
    }
}

/// `1 day`, `2 days`.
pub(crate) fn counted(count: impl TryInto<i64>, unit: &str) -> String {
    let count = count.try_into().unwrap_or(i64::MAX);
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {unit}{plural}", number(count))
}

/// How a count changed: `+412`, `-3`, `0`.
pub(crate) fn change(by: i64) -> String {
    let sign = if by > 0 { "+" } else { "" };
    format!("{sign}{}", number(by))
}

/// How long ago `at` was: `just now`, `3 hours ago`.
pub(crate) fn age(at: Timestamp, now: Timestamp) -> String {
    let passed = now.duration_since(at);
    if passed.as_secs() < MINUTE {
        "just now".to_owned()
    } else {
        format!("{} ago", duration(passed))
    }
}

/// What is left until `end`: `60 days left`, or `expired 5 days ago`.
pub(crate) fn left(end: Timestamp, now: Timestamp) -> String {
    if end > now {
        format!("{} left", duration(end.duration_since(now)))
    } else {
        format!("expired {} ago", duration(now.duration_since(end)))
    }
}

/// An instant in the person's time zone: `2027-01-22 01:13 CET`.
pub(crate) fn instant(at: Timestamp) -> String {
    let zoned = at.to_zoned(time_zone());
    zoned.strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// A day in the person's time zone: `2027-01-22`.
pub(crate) fn day(at: Timestamp) -> String {
    at.to_zoned(time_zone()).strftime("%Y-%m-%d").to_string()
}

/// A time of day in the person's time zone: `14:32`.
pub(crate) fn time_of_day(at: Timestamp) -> String {
    at.to_zoned(time_zone()).strftime("%H:%M").to_string()
}

/// A day in the person's time zone, for pages: `27 Jan 2027`.
pub(crate) fn date(at: Timestamp) -> String {
    at.to_zoned(time_zone()).strftime("%-d %b %Y").to_string()
}

/// A count with separators: `15,420`.
pub(crate) fn number(count: impl TryInto<i64>) -> String {
    let count = count.try_into().unwrap_or(i64::MAX);
    let digits = count.unsigned_abs().to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{}", groups.join(","))
}

/// `text` with a capital letter.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// `text` with a capital letter and a full stop.
pub(crate) fn as_sentence(text: &str) -> String {
    format!("{}.", capitalized(text).trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_separated() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (15_420, "15,420"),
            (-1_234_567_i64, "-1,234,567"),
        ] {
            assert_eq!(number(count), text);
        }
    }

    #[test]
    fn durations_have_one_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (119, "1 minute"),
            (HOUR, "1 hour"),
            (2 * HOUR - 1, "1 hour"),
            (DAY, "24 hours"),
            (47 * HOUR, "2 days"),
            (60 * DAY - 1, "60 days"),
            (-5, "0 seconds"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), text);
        }
    }
}
