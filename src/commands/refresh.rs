//! `refresh`: a longer life for tokens that are due, a fresh profile always.

mod answer;
mod crew;
mod halt;
mod handed;
mod scheduled;

use jiff::{SignedDuration, Timestamp};

use self::crew::Crew;
use super::Context;
use super::hand_over::HandTo;
use super::subject::Subject;
use crate::account::{Account, Due};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::flows::{self, Policy, Renewal};

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
  igconnect refresh --all --quiet    once a day; igconnect schedule install sees to it
  igconnect refresh @shop --force    now, if it is older than 24 hours
  igconnect refresh --hand-to 'gh secret set INSTAGRAM_TOKEN'")]
pub struct Args {
    /// @username, id or alias; several are possible; the default account where none is named
    accounts: Vec<String>,
    /// Every account
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// A token is due with less life left than this
    #[arg(long, value_name = "DURATION", default_value = "10d", value_parser = super::duration)]
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
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(
        rename = "refresh",
        with = "crate::output::json::Every<answer::RowJson<'static>>"
    )
)]
pub struct Answer {
    rows: Vec<Row>,
    /// What to say of the accounts that were not tried.
    left_out: Vec<Failure>,
    now: Timestamp,
    dry_run: bool,
    /// Failures that may wait for the next run, since nobody looks on at this one.
    patient: bool,
}

struct Row {
    subject: Subject,
    outcome: Result<Renewal, Failure>,
    /// With --hand-to, whether the command was given the token.
    handed_over: Option<Result<bool, Failure>>,
    /// The account is there no more.
    is_gone: bool,
    /// Somebody was asked about it.
    is_tried: bool,
}

impl Row {
    fn new(subject: impl Into<Subject>, outcome: Result<Renewal, Failure>) -> Self {
        Self {
            subject: subject.into(),
            outcome,
            handed_over: None,
            is_gone: false,
            is_tried: true,
        }
    }

    /// What went wrong, if anything did.
    fn failure(&self) -> Option<&Failure> {
        let handed = self.handed_over.as_ref();
        self.outcome
            .as_ref()
            .err()
            .or_else(|| handed.and_then(|handed| handed.as_ref().err()))
    }
}

/// Renews the accounts, the most urgent first.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    match args.scheduled {
        true => scheduled::run(args, context),
        false => refresh(args, context),
    }
}

fn refresh(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let answer = Answer {
        rows: Vec::new(),
        left_out: Vec::new(),
        now: context.settings.clock.now(),
        dry_run: args.dry_run,
        patient: false,
    };
    // A command that cannot take the new token must not cost the old one.
    args.hand_to.as_ref().map_or(Ok(()), HandTo::check)?;
    if let Some(token) = guest(args, context)? {
        let rows = vec![handed::guest(args, context, &token)?];
        return Ok(Answer { rows, ..answer });
    }
    let accounts = chosen(args, context)?;
    let policy = Policy {
        window: args.if_expires_within,
        force: args.force,
        profile: true,
    };
    if args.dry_run {
        let foreseen = |account| foreseen(account, answer.now, policy);
        let rows = accounts.into_iter().map(foreseen).collect();
        return Ok(Answer { rows, ..answer });
    }
    if accounts.is_empty() {
        return Ok(answer);
    }
    let crew = Crew::new(context, &accounts, policy, args.hand_to.as_ref())?;
    let mut rows = crew.refresh(accounts)?;
    // An account that was disconnected, or whose disconnect was finished just now, is none of all.
    rows.retain(|row| !args.all || !row.is_gone);
    Ok(Answer {
        rows,
        // Whoever asked Instagram may have learned what time it is.
        now: context.settings.clock.later(),
        left_out: crew.left_out(),
        ..answer
    })
}

fn guest(args: &Args, context: &Context) -> Result<Option<crate::account::LongToken>, Failure> {
    if args.all || !args.accounts.is_empty() {
        return Ok(None);
    }
    context.guest_token(None)
}

fn chosen(args: &Args, context: &Context) -> Result<Vec<Account>, Failure> {
    if !args.all {
        // To look through the whole cache takes long in a large one, so only where it does not answer.
        let named = |cache: Result<Option<Cache>, Failure>| {
            context.accounts_named(cache?.as_ref(), &args.accounts)
        };
        return match named(context.cache_to_read()) {
            Err(_) if !args.dry_run => named(context.sound_cache()),
            accounts => accounts,
        };
    }
    let cache = match args.dry_run {
        true => context.cache_to_read()?,
        false => context.complete_cache()?,
    };
    Ok(cache.map_or(Ok(Vec::new()), |cache| cache.all())?)
}

fn foreseen(account: Account, now: Timestamp, policy: Policy) -> Row {
    let outcome = match account.due(now, policy.window, policy.force) {
        Due::Now => Ok(Renewal::Renewed),
        Due::From(at) => Ok(Renewal::NotDue(at)),
        Due::TooYoung(at) => Ok(Renewal::TooYoung(at)),
        Due::Expired => Err(flows::FlowError::Expired.into()),
    };
    Row::new(account, outcome)
}
