//! What `status` takes and does.

use jiff::{SignedDuration, Timestamp};

use super::exit_state::{CheckedAccount, Thresholds};
use super::format::{self, StatusFormat};
use super::report::{Report, Selection};
use super::verify;
use crate::account::{AnyAccount, EnvAccount};
use crate::answers::AllAccounts;
use crate::failure::Failure;
use crate::output::{time_zone, words};
use crate::schedule::{LastRun, SavedSchedule, SavedState, next_run};
use crate::session::Session;

/// The time over which the card shows followers.
const TREND: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Show the state of an account: profile, token, days left
///
/// Reads only the local cache: no network, no keyring, an answer in milliseconds. Each figure shows how old it is. On a
/// terminal, -v adds ids, the fingerprint and the app. --all with --expires-within shows only the accounts that need
/// you.
///
/// The exit code is 0 for connected or expiring, 4 for expired or log in again, 3 if only Instagram knows, and 6 if the
/// store does not answer.
///
/// A token in IGCONNECT_TOKEN, or in the private file that IGCONNECT_TOKEN_FILE names, is shown unless you name an
/// account. --verify asks Instagram about it, and nothing is stored. Its expiry is unknown.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect status                            the default account
  igconnect status @shop --json               one account, for a script
  igconnect status --all --expires-within 7d  exit with 5 if one expires
  igconnect status --verify                   ask Instagram too
  igconnect status --all --format prometheus > igconnect.prom

Formats for machines:
  nagios      one line with performance data, and exit codes of its own:
              0 OK, 1 WARNING (expires within --expires-within or 10 days),
              2 CRITICAL (expired, or log in again), 3 UNKNOWN (all else)
  prometheus  metrics for the textfile collector
  junit       a test report with a test case per account
  github      annotations for a workflow, and a table in GITHUB_STEP_SUMMARY")]
pub(crate) struct Args {
    /// @username, id or alias [default: the default account]
    #[arg(value_name = "ACCOUNT")]
    pub(super) name: Option<String>,
    /// Show every account; the exit code is the worst of all
    #[arg(long, conflicts_with = "name")]
    pub(super) all: bool,
    /// Ask the store and Instagram too, and record what they say
    #[arg(long)]
    pub(super) verify: bool,
    /// Exit with 5 if a token expires within this time, such as 7d
    #[arg(long, value_name = "DURATION", value_parser = crate::settings::parse_duration)]
    pub(super) expires_within: Option<SignedDuration>,
    /// Output format; --json is --format json
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<StatusFormat>,
}

impl Args {
    /// Whether a script relies on the exit code: it must not be 0 without any account.
    fn is_check(&self) -> bool {
        self.verify
            || self.expires_within.is_some()
            || self.format.is_some_and(StatusFormat::is_monitoring)
    }
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let is_json = session.console.is_json();
    if is_json && !matches!(args.format, None | Some(StatusFormat::Json)) {
        return Err(Failure::two_formats());
    }
    let clock = &session.settings.clock;
    let selection = select(args, session)?;
    if args.is_check() && selection.is_empty()? {
        return Err(Failure::no_account(None));
    }
    let shows_cards = !is_json && matches!(args.format, None | Some(StatusFormat::Human));
    let followers = match selection.accounts.as_slice() {
        [one] if shows_cards && session.console.shows_data_to_a_person() => {
            followers(session, one, clock.now())?
        }
        _ => Vec::new(),
    };
    let schedule = shows_cards.then(|| describe_schedule(session, clock.started_at()));
    let report = Report {
        selection,
        thresholds: Thresholds {
            // Instagram's answers may have corrected the clock.
            now: clock.now(),
            expires_within: args.expires_within,
        },
        format: args.format.unwrap_or(StatusFormat::Human),
        is_verified: args.verify,
        schedule: schedule.flatten(),
        followers,
    };
    if args.format == Some(StatusFormat::Github) {
        format::append_summary(&report, session);
    }
    Ok(report)
}

/// Returns the followers of the last days, the oldest first.
fn followers(
    session: &Session,
    checked: &CheckedAccount,
    now: Timestamp,
) -> Result<Vec<(Timestamp, i64)>, Failure> {
    let AnyAccount::Stored(account) = &checked.account else {
        return Ok(Vec::new());
    };
    let Some(cache) = session.caches().open_to_read()? else {
        return Ok(Vec::new());
    };
    let since = now.checked_sub(TREND).ok();
    let events = cache.history(&account.id, since, None)?;
    let counted = events.iter().rev().filter_map(|event| {
        let [followers, ..] = event.counts?;
        Some((event.at, followers?))
    });
    Ok(counted.collect())
}

fn select(args: &Args, session: &Session) -> Result<Selection, Failure> {
    let name = args.name.as_deref();
    // The environment token replaces the default account, so --all does not show it.
    if !args.all
        && let Some(token) = session.environment_token(name)?
    {
        return Ok(if args.verify {
            verify::verify_env_account(args, session, &token)?.into()
        } else {
            CheckedAccount::new(EnvAccount::new(&token)).into()
        });
    }
    if args.verify {
        let accounts = verify::verify_stored(args, session)?;
        return Ok(Selection {
            accounts,
            ..Selection::default()
        });
    }
    if args.all {
        return select_all(args, session);
    }
    let cache = session.caches().open_to_read()?;
    let account = session.accounts.find(cache.as_ref(), name)?;
    let account = match &cache {
        Some(cache) => cache.without_running_change(account),
        None => account,
    };
    // The process ends soon, and freeing the schema that SQLite has read costs as much as the query. Closing does nothing
    // else: the connection is read-only and has no open transaction.
    std::mem::forget(cache);
    Ok(CheckedAccount::new(account).into())
}

/// The accounts are read only while they are shown. The exit code needs just a few of them.
fn select_all(args: &Args, session: &Session) -> Result<Selection, Failure> {
    let Some(cache) = session.caches().open_to_read()? else {
        return Ok(Selection::default());
    };
    // The walk and the exit code must be about the same accounts.
    cache.begin_snapshot()?;
    if session.console.is_json() || args.format.is_some_and(StatusFormat::is_monitoring) {
        // A machine takes a document that breaks off for a complete one, so a damaged cache must be found before.
        cache.check_rows()?;
    }
    Ok(Selection {
        candidates: cache.worst_candidates()?,
        all: Some(AllAccounts::new(Some(cache))),
        ..Selection::default()
    })
}

/// Describes the schedule for the card. Reads two files and asks no scheduler. Returns `None` if igconnect installed no
/// schedule.
fn describe_schedule(session: &Session, now: Timestamp) -> Option<String> {
    let folder = session.settings.paths.data_dir().ok()?;
    let installed = SavedSchedule::read(&folder)?;
    let mut line = format!("by {}", installed.scheduler);
    if let Some(next) = next_run(installed.at, now, &time_zone()) {
        line += &format!(", next {}", words::instant(next));
    }
    if let Some(last) = LastRun::read(&folder) {
        line += &format!(", last {}", words::age(last.at, now));
        if last.exit != 0 {
            line += &format!(" with code {}", last.exit);
        }
    }
    Some(line)
}
