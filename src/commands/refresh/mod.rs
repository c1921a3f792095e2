//! `refresh`: a longer life for tokens that are due, a fresh profile always.

mod batch;
mod circuit_breaker;
mod dry_run;
mod hand_over;
mod report;
mod row;
mod scheduled;

#[cfg(test)]
pub(super) use report::RefreshJson;

use jiff::{SignedDuration, Timestamp};

use self::batch::{Batch, Queued};
use self::dry_run::dry_run;
use self::row::Row;
use crate::cache::{Cache, CacheError};
use crate::failure::Failure;
use crate::flows::RefreshPolicy;
use crate::session::Session;
use crate::session::hand_over::HandTo;
use crate::session::rows::Rows;

/// Renew tokens that are due and fetch profiles anew
///
/// A token lives 60 days and is due when fewer than 10 of them are left. Instagram renews none that is younger than
/// 24 hours, and none that is dead. The old token is kept until the new one is stored and read back. One account that
/// fails does not stop the others; the exit code is that of the worst. At the limit of the app, or without a connection,
/// the accounts that are left are not tried and keep their due date.
///
/// --hand-to starts CMD without a shell (words apart by blanks, no quotes) for each token whose text changed: one line
/// on its standard input, the account's id in INSTAGRAM_USER_ID, what it prints on stderr, at most 60 seconds. If it
/// fails, so does this, with 1; the new token is in the store all the same. A token in IGCONNECT_TOKEN is renewed only
/// with --hand-to, and every time: nobody knows its age, and Instagram refuses one younger than 24 hours.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect refresh                  the default account
  igconnect refresh --all --quiet    what igconnect schedule runs every day
  igconnect refresh @shop --force    now, if it is older than 24 hours
  igconnect refresh --hand-to 'gh secret set INSTAGRAM_TOKEN'")]
pub(crate) struct Args {
    /// @username, id or alias; several are possible; the default account where none is named
    accounts: Vec<String>,
    /// Every account
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// A token is due with less life left than this
    #[arg(long, value_name = "DURATION", default_value = "10d", value_parser = crate::settings::parse_duration)]
    if_expires_within: SignedDuration,
    /// Renew every token that is older than 24 hours
    #[arg(long)]
    force: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Give a new token to this command, on its standard input
    #[arg(long, value_name = "CMD")]
    hand_to: Option<HandTo>,
    /// Nobody looks on: keep quiet about what passes by itself, remember how it ended
    #[arg(long, hide = true, requires = "all")]
    scheduled: bool,
}

/// What became of each account.
pub(crate) struct Report {
    rows: Rows<Row>,
    /// What to say of the accounts that were not tried.
    left_out: Vec<Failure>,
    now: Timestamp,
    dry_run: bool,
    /// Failures that may wait for the next run, since nobody looks on at this one.
    patient: bool,
}

impl Report {
    fn new(rows: Rows<Row>, args: &Args, session: &Session) -> Self {
        Self {
            rows,
            left_out: Vec::new(),
            now: session.settings.clock.started_at(),
            dry_run: args.dry_run,
            patient: false,
        }
    }
}

/// Renews the accounts, the most urgent first.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    match args.scheduled {
        true => scheduled::run(args, session),
        false => refresh(args, session),
    }
}

fn refresh(args: &Args, session: &Session) -> Result<Report, Failure> {
    // A command that cannot take the new token must not cost the old one.
    args.hand_to.as_ref().map_or(Ok(()), HandTo::check)?;
    if let Some(token) = env_account(args, session)? {
        let (env_account, row) = hand_over::env_account(args, session, &token)?;
        return Ok(Report::new(Rows::one(env_account, row), args, session));
    }
    let policy = RefreshPolicy {
        window: args.if_expires_within,
        force: args.force,
        profile: true,
    };
    if args.dry_run {
        let rows = dry_run(args, session, policy)?;
        return Ok(Report::new(rows, args, session));
    }
    let queue = queue(args, session)?;
    if queue.is_empty() {
        return Ok(Report::new(Rows::new(None, Vec::new()), args, session));
    }
    let batch = Batch::new(session, policy, args.hand_to.as_ref())?;
    let rows = batch.refresh(queue)?;
    let left_out = batch.left_out();
    Ok(Report {
        // Whoever asked Instagram may have learned what time it is.
        now: session.settings.clock.now(),
        left_out,
        ..Report::new(Rows::new(Some(batch.into_cache()), rows), args, session)
    })
}

fn env_account(
    args: &Args,
    session: &Session,
) -> Result<Option<crate::account::LongToken>, Failure> {
    if args.all || !args.accounts.is_empty() {
        return Ok(None);
    }
    session.environment_token(None)
}

/// The accounts that are meant, as they wait for their turn.
fn queue(args: &Args, session: &Session) -> Result<Vec<Queued>, Failure> {
    let now = session.settings.clock.started_at();
    let mut queue = Vec::new();
    if args.all {
        if let Some(cache) = session.complete_cache()? {
            cache.for_each(|account| {
                queue.push(Queued::of_all(&account, queue.len(), now));
                Ok::<_, CacheError>(())
            })?;
        }
        return Ok(queue);
    }
    // To look through the whole cache takes long in a large one, so only where it does not answer.
    let named = |cache: Result<Option<Cache>, Failure>| {
        session.accounts.find_each(cache?.as_ref(), &args.accounts)
    };
    let accounts = named(session.cache_to_read()).or_else(|_| named(session.checked_cache()))?;
    let accounts = accounts.into_iter().enumerate();
    queue.extend(accounts.map(|(place, account)| Queued::named(account, place, now)));
    Ok(queue)
}
