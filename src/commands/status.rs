//! `status`: how one account stands, or all of them.

mod answer;
mod format;
mod schedule;

use jiff::{SignedDuration, Timestamp};

pub use answer::Answer;
pub use format::Format;

use super::Context;
use super::subject::{self, Subject};
use crate::account::{Account, Condition, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows;
use crate::instagram::Instagram;

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
  igconnect status --all --expires-within 7d   5 if any token has less than a week
  igconnect status --verify              ask Instagram too
  igconnect status --all --format prometheus > igconnect.prom

Formats for machines:
  nagios      one line with performance data, and exit codes of its own: 0 OK, 1 WARNING (less life left than
              --expires-within, or than 10 days), 2 CRITICAL (expired, or a login is needed), 3 UNKNOWN (all else)
  prometheus  metrics for the textfile collector
  junit       a test report, one test case for each account
  github      annotations for a workflow, and a table in GITHUB_STEP_SUMMARY where that is set")]
pub struct Args {
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
    #[arg(long, value_name = "DURATION", value_parser = super::duration)]
    expires_within: Option<SignedDuration>,
    /// How to write the answer; --json is --format json
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

impl Args {
    /// The format that was asked for, if one was.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Whether a machine waits for a verdict, for whom a look at no account must not be good news.
    fn is_a_check(&self) -> bool {
        self.verify
            || self.expires_within.is_some()
            || self.format.is_some_and(Format::is_monitoring)
    }
}

struct Row {
    subject: Subject,
    condition: Condition,
    failure: Option<Failure>,
}

/// Looks the accounts up, and asks Instagram where that was wanted.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    if context.console.is_json() && !matches!(args.format, None | Some(Format::Json)) {
        return Err(Failure::new(
            Kind::Usage,
            "--json and another --format exclude each other",
        ));
    }
    let now = context.settings.clock.now();
    let rows = match guest(args, context)? {
        Some(token) if args.verify => vec![met(args, context, &token, now)?],
        Some(token) => vec![Row::of(crate::account::Guest::new(&token), now)],
        None => stored(args, context, now)?,
    };
    let shows_cards =
        !context.console.is_json() && matches!(args.format, None | Some(Format::Human));
    let schedule = shows_cards.then(|| schedule::line(context, now)).flatten();
    // Whoever asked Instagram may have learned what time it is.
    let answer = Answer::new(rows, context.settings.clock.later(), args, schedule);
    if args.format == Some(Format::Github) {
        format::append_summary(&answer, context);
    }
    Ok(answer)
}

fn guest(args: &Args, context: &Context) -> Result<Option<LongToken>, Failure> {
    if args.all {
        return Ok(None);
    }
    context.guest_token(args.name.as_deref())
}

/// Asks Instagram about the environment's token. A run that was interrupted learned nothing about it.
fn met(args: &Args, context: &Context, token: &LongToken, now: Timestamp) -> Result<Row, Failure> {
    let instagram = context.instagram()?;
    let clock = &context.settings.clock;
    let met = context.run(async { Ok(flows::meet(&instagram, token, clock).await) })?;
    Ok(match met {
        Ok(guest) => {
            let row = Row::of(guest, clock.later());
            let unanswered = args.expires_within.is_some() && row.subject.expires_at().is_none();
            let failure = unanswered.then(end_unknown);
            Row { failure, ..row }
        }
        Err(error) => {
            let row = Row::of(flows::guest_after(token, &error), now);
            let failure = Some(subject::failed(error.into()));
            Row { failure, ..row }
        }
    })
}

fn end_unknown() -> Failure {
    let message =
        "the environment's token works, and nobody said until when: --expires-within has no answer";
    Failure::new(Kind::Trouble, message)
        .hint("Leave --expires-within out, or ask about a stored account")
}

fn stored(args: &Args, context: &Context, now: Timestamp) -> Result<Vec<Row>, Failure> {
    let cache = match args.verify {
        true => context.sound_cache()?,
        false => context.cache_to_read()?,
    };
    let accounts = match (args.all, cache) {
        (true, Some(cache)) => cache.all()?,
        (true, None) => Vec::new(),
        (false, cache) => vec![context.account(cache.as_ref(), args.name.as_deref())?],
    };
    if accounts.is_empty() && args.is_a_check() {
        return Err(Failure::no_account(None));
    }
    if args.verify && !accounts.is_empty() {
        return verified(context, accounts);
    }
    let rows = accounts.into_iter().map(|account| Row::of(account, now));
    Ok(rows.collect())
}

impl Row {
    fn of(subject: impl Into<Subject>, now: Timestamp) -> Self {
        let subject = subject.into();
        Self {
            condition: subject.condition(now),
            subject,
            failure: None,
        }
    }
}

fn verified(context: &Context, accounts: Vec<Account>) -> Result<Vec<Row>, Failure> {
    let instagram = context.instagram()?;
    context.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            rows.push(one(context, &instagram, account).await);
        }
        Ok(rows)
    })
}

/// What Instagram says is recorded by the flow, so the row is read again after it.
async fn one(context: &Context, instagram: &Instagram, account: Account) -> Row {
    let asked = ask(context, instagram, &account).await;
    let again = context.cache_to_read().ok().flatten();
    let account = again
        .and_then(|cache| cache.account(&account.id).ok().flatten())
        .unwrap_or(account);
    let row = Row::of(account, context.settings.clock.later());
    match asked {
        Ok(_) => row,
        Err(failure) if failure.kind == Kind::Store => Row {
            condition: Condition::STORE_SILENT,
            failure: Some(failure),
            ..row
        },
        Err(failure) => Row {
            failure: Some(failure),
            ..row
        },
    }
}

async fn ask(
    context: &Context,
    instagram: &Instagram,
    account: &Account,
) -> Result<Account, Failure> {
    let vault = context.vault_of(account);
    let vault = vault.map_err(|failure| failure.about(&account.title()))?;
    let bench = context.workbench(&vault)?;
    let verified = flows::verify(&bench.parts(), instagram, &account.id).await;
    verified.map_err(|error| Failure::from(error).about(&account.title()))
}
