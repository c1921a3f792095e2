//! What is to run, and when. Rules alone: no clock, no disk.

use std::path::Path;

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use ring::rand::{SecureRandom, SystemRandom};

use super::ScheduleError;

/// A daily run of this program.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The time of day, to the minute, in the time zone of the machine.
    pub at: Time,
    /// The program, by its absolute path.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The variables that it is to have beside those that the scheduler sets. None of them is a secret.
    pub environment: Vec<(String, String)>,
}

impl Plan {
    /// Fails where a text could not be told to every scheduler: no line has a second one.
    pub(crate) fn new(
        at: Time,
        program: &Path,
        arguments: Vec<String>,
        environment: Vec<(String, String)>,
    ) -> Result<Self, ScheduleError> {
        let unfit = |what: String| {
            ScheduleError::Unfit(format!(
                "{what} has characters that no scheduler can be told"
            ))
        };
        let plain = |text: &str| !text.chars().any(char::is_control);
        let path = program.to_str().filter(|path| plain(path));
        let program = path.ok_or_else(|| unfit("the path of this program".to_owned()))?;
        if let Some((name, _)) = environment.iter().find(|(_, value)| !plain(value)) {
            return Err(unfit(name.clone()));
        }
        Ok(Self {
            at,
            program: program.to_owned(),
            arguments,
            environment,
        })
    }
}

/// The first time after `now` that it is `at` in `zone`.
pub(crate) fn next_run(at: Time, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let run = |days: i64| {
        let day = today.checked_add(days.days()).ok()?;
        Some(zone.to_zoned(day.to_datetime(at)).ok()?.timestamp())
    };
    run(0).filter(|first| *first > now).or_else(|| run(1))
}

/// A minute between ten and four, when most machines are on: not everybody asks Instagram at once.
pub(crate) fn random_time() -> Time {
    let mut bytes = [0; 2];
    // Without chance all ask at the same minute, which is no failure.
    let _ = SystemRandom::new().fill(&mut bytes);
    let minute = u16::from_le_bytes(bytes) % (6 * 60);
    let part = |number: u16| i8::try_from(number).unwrap_or(0);
    Time::new(10 + part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight())
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
    fn a_random_time_is_a_time_of_the_day() {
        for _ in 0..1000 {
            assert!((10..16).contains(&random_time().hour()));
        }
    }

    #[test]
    fn what_would_break_a_line_is_refused() {
        let plan = |program: &str, value: &str| {
            let environment = vec![("NAME".to_owned(), value.to_owned())];
            Plan::new(
                Time::midnight(),
                Path::new(program),
                Vec::new(),
                environment,
            )
        };
        assert!(plan("/usr/bin/a b'\"%$", "C:\\x y").is_ok());
        for (program, value) in [("/a\nb", ""), ("/a", "b\nc"), ("/a", "b\u{1b}c")] {
            assert!(plan(program, value).is_err());
        }
    }
}
