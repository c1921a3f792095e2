//! What `refresh` takes and does.

use jiff::SignedDuration;

use super::batch::Batch;
use super::report::Report;
use super::{dry_run, hand_over, scheduled};
use crate::account::Account;
use crate::cache::Cache;
use crate::failure::Failure;
use crate::flows::RefreshPolicy;
use crate::session::Session;
use crate::session::user_command::UserCommand;
use crate::settings::environment;

/// Refresh tokens that are due and fetch profiles
///
/// A token is valid for 60 days. It is due when fewer than 10 days are left. Instagram does not refresh a token that is
/// expired or younger than 24 hours. The old token is kept until the new one is stored and read back.
///
/// An account that fails does not stop the others; the exit code is the worst of all. When the app reaches its limit or
/// the connection fails, the remaining accounts are skipped and stay due.
///
/// --hand-to runs CMD for each token that changed, without a shell (words separated by spaces, no quotes; on
/// Windows, double quotes keep the spaces of a path). CMD reads the token from its standard input, without a line end.
/// INSTAGRAM_USER_ID holds the account's id. CMD has 60 seconds; its output goes to stderr. If CMD fails, the new token is
/// still stored and refresh exits with 1.
///
/// A token in IGCONNECT_TOKEN is refreshed only with --hand-to, and each time: its age is unknown.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect refresh                  refresh the default account
  igconnect refresh --all --quiet    what igconnect schedule runs every day
  igconnect refresh @shop --force    refresh now if older than 24 hours
  igconnect refresh --hand-to 'gh secret set INSTAGRAM_TOKEN'")]
pub(crate) struct Args {
    /// @username, id or alias, one or more [default: the default account]
    pub(super) accounts: Vec<String>,
    /// Refresh every account
    #[arg(long, conflicts_with = "accounts")]
    pub(super) all: bool,
    /// Refresh tokens with less life left than this
    #[arg(long, value_name = "DURATION", default_value = "10d", value_parser = crate::settings::parse_duration)]
    pub(super) if_expires_within: SignedDuration,
    /// Refresh every token that is older than 24 hours
    #[arg(long)]
    pub(super) force: bool,
    /// Show what would be done, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Run this command with each new token on its standard input
    #[arg(long, value_name = "CMD")]
    pub(super) hand_to: Option<UserCommand>,
    /// Run unattended: stay silent about failures that the next run may mend, and record how this one ended
    #[arg(long, hide = true, requires = "all")]
    pub(super) scheduled: bool,
    /// The variables of this run, for a scheduler that sets none. Nothing else may follow
    #[arg(long, hide = true, requires = "scheduled", value_name = "NAME=VALUE", num_args = 1.., value_parser = carried)]
    pub(crate) set: Vec<(String, String)>,
}

fn carried(text: &str) -> Result<(String, String), &'static str> {
    let pair = text.split_once('=');
    let pair = pair.filter(|(name, _)| environment::CARRIED.contains(name));
    let (name, value) = pair.ok_or("use NAME=VALUE, with a variable that a schedule passes on")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Args {
    pub(super) fn policy(&self) -> RefreshPolicy {
        RefreshPolicy {
            window: self.if_expires_within,
            force: self.force,
            profile: true,
        }
    }
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if args.scheduled {
        scheduled::run(args, session)
    } else {
        refresh(args, session)
    }
}

pub(super) fn refresh(args: &Args, session: &Session) -> Result<Report, Failure> {
    // A command that cannot take the new token must not cost the old one.
    if let Some(command) = &args.hand_to {
        hand_over::check(command)?;
    }
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    let names_nothing = !args.all && args.accounts.is_empty();
    if names_nothing && let Some(token) = session.environment_token(None)? {
        rows.push(hand_over::refresh_env_account(args, session, &token)?);
    } else if args.dry_run {
        rows = dry_run::predict_all(args, session)?;
    } else {
        let accounts = find_accounts(args, session)?;
        // Without accounts nothing is opened: a new world has no cache to write to.
        if !accounts.is_empty() {
            let batch = Batch::new(args, session)?;
            rows = batch.refresh(accounts)?;
            skipped = batch.skipped();
        }
    }
    Ok(Report {
        rows,
        skipped,
        now: session.settings.clock.now(),
        is_dry_run: args.dry_run,
        is_silent: false,
    })
}

fn find_accounts(args: &Args, session: &Session) -> Result<Vec<Account>, Failure> {
    let find =
        |cache: Option<&Cache>| (session.accounts).find_each(cache, args.all, &args.accounts);
    if args.all {
        // An account that only a store has would lose its token unnoticed when that expires.
        find(session.caches().open_with_orphans()?.as_ref())
    } else {
        session.caches().find(find)
    }
}
