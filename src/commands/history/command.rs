//! The arguments of `history`, and how it runs.

use jiff::Timestamp;

use super::report::Report;
use super::since::Since;

use crate::answers::AllAccounts;
use crate::failure::{Failure, Kind};
use crate::session::Session;

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

/// Which events to show.
pub(super) struct Part {
    pub(super) since: Option<Timestamp>,
    pub(super) limit: Option<u32>,
}

/// Finds the accounts. Their events are read while they are printed.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if session.console.is_json() && args.format != HistoryFormat::Human {
        return Err(Failure::new(
            Kind::Usage,
            "--json cannot be used with another --format",
        ));
    }
    let cache = session.caches().open_to_read()?;
    let only = match (args.all, &cache) {
        (false, cache) => Some(
            session
                .accounts
                .find(cache.as_ref(), args.name.as_deref())?,
        ),
        // Finds an unreadable account before anything is printed.
        (true, Some(cache)) => {
            cache.check_rows()?;
            None
        }
        (true, None) => None,
    };
    let everyone = AllAccounts::new(cache);
    if only.is_none() && everyone.count_up_to(1)? == 0 {
        session
            .console
            .say("No account is connected. Connect one: igconnect login");
    }
    let now = session.settings.clock.started_at();
    let part = Part {
        since: args.since.map(|since| since.instant(now)),
        limit: args.limit,
    };
    Ok(Report::new(everyone, only, part, args.format))
}
