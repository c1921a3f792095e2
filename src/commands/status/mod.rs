//! `status`: how one account stands, or all of them.

mod exit_state;
mod format;
mod report;
mod schedule;
mod verify;

#[cfg(test)]
pub(super) use report::StatusJson;

use jiff::{SignedDuration, Timestamp};

pub(crate) use format::Format;
pub(crate) use report::Report;

use crate::account::{Account, AccountStatus, EnvAccount, Life, LongToken, REFRESH_WINDOW};
use crate::cache::CacheError;
use crate::failure::{Failure, Kind};
use crate::session::Session;
use crate::session::all_accounts::AllAccounts;
use crate::session::rows::Rows;

/// Show how an account stands: profile, state, days left
///
/// Reads the local cache alone: no network, no keyring, an answer in milliseconds. Every cached figure says how old it
/// is. The exit code says how it stands: 0 connected or expiring, 4 expired or a login is needed, 3 only Instagram
/// can tell, 6 the store cannot be asked.
///
/// A token in IGCONNECT_TOKEN, or in the private file that IGCONNECT_TOKEN_FILE names, is an account by itself as long
/// as no account is named: --verify asks Instagram about it, and nothing is kept. Nobody knows when it ends.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect status                       the default account
  igconnect status @shop --json          one account, for a script
  igconnect status --all --expires-within 7d  exit 5 if one expires in a week
  igconnect status --verify              ask Instagram too
  igconnect status --all --format prometheus > igconnect.prom

Formats for machines:
  nagios      one line with performance data, and exit codes of its own:
              0 OK, 1 WARNING (expires within --expires-within or 10 days),
              2 CRITICAL (expired, or log in again), 3 UNKNOWN (all else)
  prometheus  metrics for the textfile collector
  junit       a test report with a test case per account
  github      annotations for a workflow, and a table in GITHUB_STEP_SUMMARY")]
pub(crate) struct Args {
    /// @username, id or alias; the default account where none is named
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Every account; the exit code is that of the worst
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Ask the store and Instagram too, and keep what they say
    #[arg(long)]
    verify: bool,
    /// Exit with 5 if a token has less life left than this, such as 7d or 36h
    #[arg(long, value_name = "DURATION", value_parser = crate::settings::parse_duration)]
    expires_within: Option<SignedDuration>,
    /// How to write the answer; --json is --format json
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

impl Args {
    /// The format that was asked for, if one was.
    pub(crate) fn format(&self) -> Option<Format> {
        self.format
    }

    /// Whether a machine waits for a verdict, for whom a look at no account must not be good news.
    fn is_a_check(&self) -> bool {
        self.verify
            || self.expires_within.is_some()
            || self.format.is_some_and(Format::is_monitoring)
    }
}

/// The accounts that were asked about.
enum Selection {
    /// Few, or all of them as `--verify` met them.
    Rows(Box<Rows<CheckedAccount>>),
    /// All as the cache has them, and those of their lives among which the worst is.
    AllAccounts(Box<AllAccounts>, Vec<Life>),
}

/// How one of them stands.
struct CheckedAccount {
    status: AccountStatus,
    expires_at: Option<Timestamp>,
    /// What `--verify` met.
    failure: Option<Box<Failure>>,
}

/// Looks the accounts up, and asks Instagram where that was wanted.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if session.console.is_json() && !matches!(args.format, None | Some(Format::Json)) {
        return Err(Failure::new(
            Kind::Usage,
            "--json and another --format exclude each other",
        ));
    }
    let now = session.settings.clock.started_at();
    let asked = match env_account(args, session)? {
        Some(token) if args.verify => verify::env_account(args, session, &token, now)?.into(),
        Some(token) => {
            let env_account = EnvAccount::new(&token);
            let met = CheckedAccount::of_guest(&env_account, now);
            Rows::one(env_account, met).into()
        }
        None if args.all && !args.verify => everyone(args, session)?,
        None if args.verify => verify::stored(args, session)?.into(),
        None => {
            let cache = session.cache_to_read()?;
            let account = session
                .accounts
                .find(cache.as_ref(), args.name.as_deref())?;
            let met = CheckedAccount::of(&account, now);
            Rows::one(account, met).into()
        }
    };
    if args.is_a_check() && asked.is_nobody()? {
        return Err(Failure::no_account(None));
    }
    let shows_cards =
        !session.console.is_json() && matches!(args.format, None | Some(Format::Human));
    let schedule = shows_cards.then(|| schedule::line(session, now)).flatten();
    // Whoever asked Instagram may have learned what time it is.
    let answer = Report::new(asked, session.settings.clock.now(), args, schedule);
    if args.format == Some(Format::Github) {
        format::append_summary(&answer, session);
    }
    Ok(answer)
}

fn env_account(args: &Args, session: &Session) -> Result<Option<LongToken>, Failure> {
    if args.all {
        return Ok(None);
    }
    session.environment_token(args.name.as_deref())
}

/// Finds out how the worst account stands; all of them are looked at only where they are to be shown.
fn everyone(args: &Args, session: &Session) -> Result<Selection, Failure> {
    let cache = session.cache_to_read()?;
    let Some(held) = &cache else {
        return Ok(Rows::new(None, Vec::new()).into());
    };
    held.hold_still()?;
    if session.console.is_json() || args.format.is_some_and(Format::is_monitoring) {
        // A machine takes a document that breaks off for a whole one, so a cache that is damaged is found before.
        held.for_each(|_| Ok::<_, CacheError>(()))?;
    }
    let deciding = held.deciding_lives()?;
    Ok(Selection::AllAccounts(
        Box::new(AllAccounts::new(cache)),
        deciding,
    ))
}

impl From<Rows<CheckedAccount>> for Selection {
    fn from(rows: Rows<CheckedAccount>) -> Self {
        Self::Rows(Box::new(rows))
    }
}

impl Selection {
    fn is_nobody(&self) -> Result<bool, CacheError> {
        match self {
            Self::Rows(rows) => Ok(rows.len() == 0),
            Self::AllAccounts(everyone, _) => Ok(everyone.count_up_to(1)? == 0),
        }
    }
}

impl CheckedAccount {
    /// As the account stands at `now`.
    fn of(account: &Account, now: Timestamp) -> Self {
        Self {
            status: account.status(now, REFRESH_WINDOW),
            expires_at: account.expires_at,
            failure: None,
        }
    }

    /// As the environment's token stands at `now`.
    fn of_guest(env_account: &EnvAccount, now: Timestamp) -> Self {
        Self {
            status: env_account.status(now, REFRESH_WINDOW),
            expires_at: env_account.expires_at,
            failure: None,
        }
    }
}
