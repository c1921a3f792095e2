//! `history`: what happened to a connection, and its counts over time.

mod card;
mod document;
mod report;
mod since;

#[cfg(test)]
pub(super) use document::HistoryJson;

use jiff::Timestamp;

pub(crate) use report::Report;
use since::Since;

use crate::failure::{Failure, Kind};
use crate::session::Session;
use crate::session::all_accounts::AllAccounts;

/// Show what happened to a connection, and its counts over time
///
/// Logins, renewals, checks and failures, from the local cache alone, the newest first. On a terminal the counts of
/// followers, follows and posts are drawn over time; in a pipe the columns are apart by tabs: time, account, what
/// happened, why, followers, follows, posts.
///
/// Kept are the newest 100 events of an account. Of older ones of a kind the last of each day stays for 90 days, then
/// the last of each week for five years. disconnect forgets the history with the account, and a later login begins a
/// new one.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect history                        the default account
  igconnect history @shop --since 30d
  igconnect history --all --since 2026-08-01 --format csv > history.csv
  igconnect history --json | jq '.accounts[0].events[0]'

In CSV a text that a spreadsheet would calculate (one that begins with = + - @, a tab or a carriage return) \
stands behind an apostrophe; --json has it as it is.")]
pub(crate) struct Args {
    /// @username, id or alias; the default account where none is named
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Every account
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Only what happened since then: a span such as 30d, or a day such as 2026-08-01
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// Only the newest so many of each account
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// How to write the answer
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table
    Human,
    /// Comma-separated values, RFC 4180, with a header
    Csv,
}

/// Which events are asked for.
struct Part {
    since: Option<Timestamp>,
    limit: Option<u32>,
}

/// Looks the accounts up; their events are read while they are written.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if session.console.is_json() && args.format != Format::Human {
        return Err(Failure::new(
            Kind::Usage,
            "--json and another --format exclude each other",
        ));
    }
    let cache = session.caches().open_to_read()?;
    let only = match (args.all, &cache) {
        (false, cache) => Some(
            session
                .accounts
                .find(cache.as_ref(), args.name.as_deref())?,
        ),
        // An account that cannot be read is found before anything is written.
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
            .say("No account is connected here. Connect one: igconnect login");
    }
    let now = session.settings.clock.started_at();
    let part = Part {
        since: args.since.map(|since| since.instant(now)),
        limit: args.limit,
    };
    Ok(Report::new(everyone, only, part, args.format))
}
