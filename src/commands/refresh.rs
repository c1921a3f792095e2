//! `refresh`: a longer life for tokens that are due, a fresh profile always.

mod answer;
mod handed;

use jiff::{SignedDuration, Timestamp};

use super::Context;
use super::hand_over::HandTo;
use super::subject::Subject;
use crate::account::{Account, Due};
use crate::failure::Failure;
use crate::flows::{self, Policy, Renewal};
use crate::instagram::Instagram;

/// Renew tokens that are due and fetch profiles anew
///
/// A token lives 60 days and is due when fewer than 10 of them are left. Instagram renews none that is younger than
/// 24 hours, and none that is dead. The old token is kept until the new one is stored and read back. One account that
/// fails does not stop the others; the exit code is that of the worst.
///
/// --hand-to starts CMD without a shell (words apart by blanks, no quotes) for each token whose text changed: one line
/// on its standard input, the account's id in INSTAGRAM_USER_ID, what it prints on stderr, at most 60 seconds. If it
/// fails, so does this, with 1; the new token is in the store all the same. A token in IGCONNECT_TOKEN is renewed only
/// with --hand-to, and every time: nobody knows its age, and Instagram refuses one younger than 24 hours.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect refresh                  the default account
  igconnect refresh --all --quiet    in a morning's cron job
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
}

/// What became of each account.
pub struct Answer {
    rows: Vec<Row>,
    now: Timestamp,
    dry_run: bool,
}

struct Row {
    subject: Subject,
    outcome: Result<Renewal, Failure>,
    /// With --hand-to, whether the command was given the token.
    handed_over: Option<Result<bool, Failure>>,
    /// The account is there no more.
    is_gone: bool,
}

impl Row {
    fn new(subject: impl Into<Subject>, outcome: Result<Renewal, Failure>) -> Self {
        Self {
            subject: subject.into(),
            outcome,
            handed_over: None,
            is_gone: false,
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

/// Renews one account after the other.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let now = context.settings.clock.now();
    // A command that cannot take the new token must not cost the old one.
    args.hand_to.as_ref().map_or(Ok(()), HandTo::check)?;
    if let Some(token) = guest(args, context)? {
        return Ok(Answer {
            rows: vec![handed::guest(args, context, &token)?],
            now,
            dry_run: args.dry_run,
        });
    }
    let accounts = chosen(args, context)?;
    let policy = Policy {
        window: args.if_expires_within,
        force: args.force,
        profile: true,
    };
    let rows = if args.dry_run {
        accounts
            .into_iter()
            .map(|account| foreseen(account, now, policy))
            .collect()
    } else {
        let mut rows = renewed(context, accounts, policy, args.hand_to.as_ref())?;
        // An account that was disconnected, or whose disconnect was finished just now, is none of all.
        rows.retain(|row| !args.all || !row.is_gone);
        rows
    };
    Ok(Answer {
        rows,
        now,
        dry_run: args.dry_run,
    })
}

fn guest(args: &Args, context: &Context) -> Result<Option<crate::account::LongToken>, Failure> {
    if args.all || !args.accounts.is_empty() {
        return Ok(None);
    }
    context.guest_token(None)
}

fn chosen(args: &Args, context: &Context) -> Result<Vec<Account>, Failure> {
    let cache = match (args.dry_run, args.all) {
        (true, _) => context.cache_to_read()?,
        (false, true) => context.complete_cache()?,
        (false, false) => context.sound_cache()?,
    };
    if args.all {
        return Ok(cache.map_or(Ok(Vec::new()), |cache| cache.all())?);
    }
    let names: Vec<Option<&str>> = match args.accounts.as_slice() {
        [] => vec![None],
        names => names.iter().map(|name| Some(name.as_str())).collect(),
    };
    let mut accounts: Vec<Account> = Vec::new();
    for name in names {
        let account = context.account(cache.as_ref(), name)?;
        // An account named twice, by alias and by id, is one account.
        if accounts.iter().all(|known| known.id != account.id) {
            accounts.push(account);
        }
    }
    Ok(accounts)
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

fn renewed(
    context: &Context,
    accounts: Vec<Account>,
    policy: Policy,
    hand_to: Option<&HandTo>,
) -> Result<Vec<Row>, Failure> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let instagram = context.instagram()?;
    context.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            context
                .console
                .detail(format!("Refreshing {} …", account.title()));
            let before = account.fingerprint.clone();
            let mut row = one(context, &instagram, account, policy).await;
            if let (Some(hand_to), Subject::Stored(account)) = (hand_to, &row.subject) {
                row.handed_over = Some(match row.outcome {
                    Ok(Renewal::Renewed) => {
                        handed::give_stored(context, before.as_ref(), account, hand_to).await
                    }
                    _ => Ok(false),
                });
            }
            rows.push(row);
        }
        Ok(rows)
    })
}

async fn one(context: &Context, instagram: &Instagram, account: Account, policy: Policy) -> Row {
    let renewed = async {
        let vault = context.vault_of(&account)?;
        let mut bench = context.workbench(&vault)?;
        let age_is_known = account.issued_at.is_some();
        let renewed = flows::renew(&mut bench.parts(), instagram, &account.id, policy).await;
        renewed.map_err(|error| Failure::of_renewal(error, age_is_known))
    };
    match renewed.await {
        Ok((renewal, account)) => Row::new(account, Ok(renewal)),
        Err(failure) => {
            let failure = failure.about(&account.title());
            // What was learned from a failure is in the cache already.
            let known = context.cache_to_read().ok().flatten();
            let again = known.map(|cache| cache.account(&account.id));
            let is_gone = matches!(again, Some(Ok(None)));
            let account = again
                .and_then(|found| found.ok().flatten())
                .unwrap_or(account);
            Row {
                is_gone,
                ..Row::new(account, Err(failure))
            }
        }
    }
}
