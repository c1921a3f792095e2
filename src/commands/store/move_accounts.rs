//! `store move`: moves accounts to another store, and with `--all` the App Secrets too.

use std::cell::Cell;
use std::rc::Rc;

use super::command::StoreReport;
use super::move_app_secrets::{AppSecretMove, MovedApp};
use super::recorded::Recorded;
use crate::account::{Account, StoreKind};
use crate::failure::{Failure, Kind};
use crate::flows::{self, MoveOutcome};
use crate::output::words;
use crate::session::{ChosenBy, Session};
use crate::store::Store;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// @username, id or alias, one or more [default: the default account]
    accounts: Vec<String>,
    /// The new store: keyring, sealed, command:NAME, openbao
    #[arg(long, value_name = "STORE")]
    to: String,
    /// Move every account, and the App Secrets
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// Show what would be moved, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

pub(super) struct Report {
    pub(super) to: StoreKind,
    pub(super) accounts: Vec<MovedAccount>,
    pub(super) apps: Vec<MovedApp>,
    /// Only with `--all`.
    pub(super) configuration: Option<StoreSetting>,
    pub(super) dry_run: bool,
}

pub(super) struct MovedAccount {
    pub(super) account: Account,
    pub(super) result: Result<MoveOutcome, Failure>,
}

/// What happens to `store` in the configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreSetting {
    Set,
    Unchanged,
    /// Unchanged, because `IGCONNECT_STORE` chooses the store.
    Overruled,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let to = find_target(args, session)?;
    let (mut report, app_secrets) = plan(args, session, &to)?;
    if args.dry_run || report.is_nothing_to_do() {
        return Ok(report);
    }
    if !args.yes && !confirm(session, &report)? {
        return Err(Failure::new(Kind::Unfinished, "nothing was moved"));
    }
    // Prove that the target works before anything leaves its store.
    to.check()?;
    let sets_store = report.configuration == Some(StoreSetting::Set);
    app_secrets.move_all(session, &mut report.apps, sets_store)?;
    move_all(session, &mut report.accounts, &to)?;
    Ok(report)
}

/// Returns what would be moved.
fn plan<'s>(
    args: &Args,
    session: &Session,
    to: &'s Store,
) -> Result<(Report, AppSecretMove<'s>), Failure> {
    let accounts = plan_accounts(args, session, to)?;
    let configuration = args.all.then(|| plan_setting(session, to)).transpose()?;
    // App Secrets are read from the chosen store, so they move only if that changes too.
    let is_chosen_elsewhere = configuration == Some(StoreSetting::Overruled)
        && session.stores.chosen()?.as_ref() != Some(to.kind());
    if is_chosen_elsewhere {
        session.console.warn(
            "IGCONNECT_STORE chooses another store: App Secrets stay there, and new accounts go there",
        );
    }
    let mut app_secrets = AppSecretMove::none(to);
    if args.all && !is_chosen_elsewhere {
        app_secrets.open_stores(session, accounts.iter().map(|row| &row.account))?;
    }
    let report = Report {
        to: to.kind().clone(),
        apps: match args.all && !is_chosen_elsewhere {
            true => app_secrets.plan(session)?,
            false => Vec::new(),
        },
        accounts,
        configuration,
        dry_run: args.dry_run,
    };
    Ok((report, app_secrets))
}

fn plan_accounts(args: &Args, session: &Session, to: &Store) -> Result<Vec<MovedAccount>, Failure> {
    let cache = match args.dry_run {
        true => session.caches().open_to_read()?,
        false => session.caches().open_checked()?,
    };
    let recorded = Recorded::read(cache.as_ref())?;
    let accounts = match args.all {
        true => recorded.accounts,
        false => session.accounts.find_each(cache.as_ref(), &args.accounts)?,
    };
    let other_stores = recorded.other_stores;
    let planned = accounts.into_iter().map(|account| {
        let is_there = account.store == *to.kind() && !other_stores.contains_key(&account.id);
        let result = Ok(match is_there {
            true => MoveOutcome::AlreadyThere,
            false => MoveOutcome::Moved,
        });
        MovedAccount { account, result }
    });
    Ok(planned.collect())
}

fn find_target(args: &Args, session: &Session) -> Result<Rc<Store>, Failure> {
    let kind = args.to.parse().map_err(|_| {
        let message = "--to is not a known store";
        Failure::new(Kind::Usage, message).hint(format!("Choose one of: {}", StoreKind::CHOICES))
    })?;
    session.stores.open(&kind)
}

fn plan_setting(session: &Session, to: &Store) -> Result<StoreSetting, Failure> {
    let configured = session.settings.config()?.store;
    Ok(match session.stores.chosen_by()? {
        ChosenBy::Environment => StoreSetting::Overruled,
        _ if configured.as_deref() == Some(to.kind().as_str()) => StoreSetting::Unchanged,
        _ => StoreSetting::Set,
    })
}

fn confirm(session: &Session, report: &Report) -> Result<bool, Failure> {
    let unasked = || Failure::unasked("the move needs a confirmation", "--yes");
    if !session.console.can_ask() {
        return Err(unasked());
    }
    let count = report.accounts.iter().filter(|row| row.is_moving()).count();
    let accounts = words::counted(i64::try_from(count).unwrap_or(i64::MAX), "account");
    let question = match report.apps.is_empty() {
        true => format!("Move {accounts} to {}?", report.to),
        false => format!("Move {accounts} and the App Secrets to {}?", report.to),
    };
    let answer = dialoguer::Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact();
    answer.map_err(|_| unasked())
}

/// Moves one account after the other. A signal stops after the account in progress.
fn move_all(session: &Session, rows: &mut [MovedAccount], to: &Store) -> Result<(), Failure> {
    if !rows.iter().any(MovedAccount::is_moving) {
        return Ok(());
    }
    let context = session.flow_context()?;
    let all = rows.len();
    let (is_stopping, done) = (Cell::new(false), Cell::new(0));
    let progress = session.console.progress("Moving", all);
    let story = async {
        for row in rows.iter_mut().filter(|row| row.is_moving()) {
            // Calls to stores block: without a yield, a signal would never be noticed.
            tokio::task::yield_now().await;
            if is_stopping.get() {
                break;
            }
            let result = async {
                let from = session.stores.open(&row.account.store)?;
                let moved = flows::move_account(&context, &from, &row.account.id, to).await;
                Ok::<_, Failure>(moved?)
            };
            let result = result.await;
            row.result = result.map_err(|failure| failure.about(&row.account.title()));
            done.set(done.get() + 1);
            progress.advance();
        }
        Ok::<_, Failure>(())
    };
    let moved = session.runtime.run_batch(|| is_stopping.set(true), story);
    moved.map_err(|failure| {
        let done = done.get();
        let message = format!("interrupted after {done} of {all} accounts");
        Failure::new(failure.kind, message).hint("Repeat the command to move the rest")
    })
}

impl MovedAccount {
    pub(super) fn is_moving(&self) -> bool {
        !matches!(self.result, Ok(MoveOutcome::AlreadyThere))
    }
}

impl Report {
    fn is_nothing_to_do(&self) -> bool {
        self.apps.iter().all(MovedApp::is_done)
            && !self.accounts.iter().any(MovedAccount::is_moving)
            && self.configuration != Some(StoreSetting::Set)
    }
}

impl StoreReport for Report {
    fn failures(&self) -> Vec<&Failure> {
        let apps = self.apps.iter().map(|row| &row.result);
        let accounts = self.accounts.iter().map(|row| &row.result);
        let results = apps.chain(accounts);
        results.filter_map(|result| result.as_ref().err()).collect()
    }
}
