//! The arguments of `history`, and how it runs.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::report::Report;
use crate::answers::AllAccounts;
use crate::failure::Failure;
use crate::output::time_zone;
use crate::session::Session;
use crate::settings::parse_duration;

/// Show past logins, refreshes and follower counts
///
/// Shows logins, refreshes, checks and failures, the newest first, from the local cache. On a terminal, charts show
/// followers, follows and posts over time. In a pipe, tabs separate the columns: time, account, event, reason,
/// followers, follows, posts.
///
/// igconnect keeps the newest 100 events of an account. Of older events it keeps the last one of each kind and day for
/// 90 days, then of each week for five years. disconnect deletes the history.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect history                        the default account
  igconnect history @shop --since 30d
  igconnect history --all --since 2026-08-01 --format csv > history.csv
  igconnect history --json | jq '.accounts[0].events[0]'

In CSV, an apostrophe precedes a text that a spreadsheet could execute: one that starts with = + - @, a tab or a \
carriage return. --json has the text unchanged.")]
pub(crate) struct Args {
    /// @username, id or alias [default: the default account]
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Show every account
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Show events since then, such as 30d or 2026-08-01
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// Show this many of the newest events per account
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = HistoryFormat::Human)]
    format: HistoryFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum HistoryFormat {
    /// A table
    Human,
    /// Comma-separated values, RFC 4180, with a header
    Csv,
}

/// The value of `--since`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Ago(SignedDuration),
    /// The beginning of this day in the person's time zone.
    Day(Date),
    Instant(Timestamp),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(ago) = parse_duration(text) {
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
    fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now.checked_sub(span).unwrap_or(Timestamp::MIN),
            Self::Day(day) => day
                .to_zoned(time_zone())
                .map_or(Timestamp::MIN, |midnight| midnight.timestamp()),
            Self::Instant(at) => at,
        }
    }
}

/// Finds the accounts. Their events are read while they are printed.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if session.console.is_json() && args.format != HistoryFormat::Human {
        return Err(Failure::two_formats());
    }
    let cache = session.caches().open_to_read()?;
    let only = match args.all {
        true => None,
        false => Some((session.accounts).find(cache.as_ref(), args.name.as_deref())?),
    };
    if let (None, Some(cache)) = (&only, &cache) {
        // Finds an unreadable account before anything is printed.
        cache.check_rows()?;
    }
    let everyone = AllAccounts::new(cache);
    if only.is_none() && everyone.count_up_to(1)? == 0 {
        let advice = "No account is connected. Connect one: igconnect login";
        session.console.say(advice);
    }
    let now = session.settings.clock.started_at();
    Ok(Report {
        everyone,
        only,
        since: args.since.map(|since| since.instant(now)),
        limit: args.limit,
        format: args.format,
    })
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
