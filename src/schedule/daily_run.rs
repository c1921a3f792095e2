//! What runs every day, and when. Rules only: no clock, no disk.

use std::path::Path;

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use ring::digest::{SHA256, digest};

use super::error::ScheduleError;

#[derive(Debug, Clone)]
pub(crate) struct DailyRun {
    /// To the minute, in the machine's time zone.
    pub at: Time,
    /// The absolute path of the program.
    pub program: String,
    pub arguments: Vec<String>,
    /// Variables beside those that the scheduler sets. None of them is a secret.
    pub environment: Vec<(String, String)>,
}

impl DailyRun {
    /// Fails if a path or value has a line break or another control character, which no scheduler can express.
    pub(crate) fn new(
        at: Time,
        program: &Path,
        arguments: Vec<String>,
        environment: Vec<(String, String)>,
    ) -> Result<Self, ScheduleError> {
        let unsupported = |name: &str| {
            let problem = "contains characters that schedulers do not support";
            ScheduleError::Unsupported(format!("{name} {problem}"))
        };
        let is_plain = |text: &str| !text.chars().any(char::is_control);
        let program = program.to_str().filter(|path| is_plain(path));
        let program = program.ok_or_else(|| unsupported("the path of igconnect"))?;
        if let Some((name, _)) = environment.iter().find(|(_, value)| !is_plain(value)) {
            return Err(unsupported(name));
        }
        Ok(Self {
            at,
            program: program.to_owned(),
            arguments,
            environment,
        })
    }
}

/// Returns the first time after `now` that it is `at` in `zone`.
pub(crate) fn next_run(at: Time, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let run_in = |days: i64| {
        let day = today.checked_add(days.days()).ok()?;
        Some(zone.to_zoned(day.to_datetime(at)).ok()?.timestamp())
    };
    // By the calendar and not by 24 hours, because days are shorter and longer when clocks change.
    run_in(0).filter(|today| *today > now).or_else(|| run_in(1))
}

/// Returns a time between 10:00 and 16:00, when most machines are on. It is the same for the same `machine`, and differs
/// between machines so that not all of them ask Instagram in the same minute.
pub(crate) fn usual_time(machine: &[u8]) -> Time {
    let digest = digest(&SHA256, machine);
    let number = digest.as_ref().iter().take(4);
    let number = number.fold(0, |n: i64, byte| n << 8 | i64::from(*byte));
    Time::constant(10, 0, 0, 0).saturating_add((number % (6 * 60)).minutes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_run_is_today_or_tomorrow() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let at = Time::constant(6, 17, 0, 0);
        for (now, next) in [
            ("2027-01-01T03:00:00Z", "2027-01-01T04:17:00Z"),
            ("2027-01-01T04:17:00Z", "2027-01-02T04:17:00Z"),
            ("2027-12-31T22:30:00Z", "2028-01-01T04:17:00Z"),
        ] {
            let found = next_run(at, now.parse().unwrap(), &zone);
            assert_eq!(found, Some(next.parse().unwrap()), "{now}");
        }
    }

    #[test]
    fn the_usual_time_is_the_same_at_each_call_and_spread_over_six_hours() {
        let times = |from: u32| (from..from + 1000).map(|n| usual_time(&n.to_le_bytes()));
        assert!(times(0).eq(times(0)));
        assert!(times(0).all(|time| (10..16).contains(&time.hour())));
        let minutes: std::collections::BTreeSet<_> = times(0).collect();
        assert!(minutes.len() > 250, "{}", minutes.len());
    }

    #[test]
    fn control_characters_are_refused() {
        let run = |program: &str, value: &str| {
            let environment = vec![("NAME".to_owned(), value.to_owned())];
            DailyRun::new(
                Time::midnight(),
                Path::new(program),
                Vec::new(),
                environment,
            )
        };
        assert!(run("/usr/bin/a b'\"%$", "C:\\x y").is_ok());
        for (program, value) in [("/a\nb", ""), ("/a", "b\nc"), ("/a", "b\u{1b}c")] {
            assert!(run(program, value).is_err());
        }
    }
}
