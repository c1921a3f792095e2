//! `store move`: moves accounts to another store, and with `--all` the App Secrets too.

use std::cell::Cell;
use std::rc::Rc;

use super::move_app_secrets;
use super::move_report::{MovedAccount, MovedApp, StoreMove, StoreMoveOutcome, StoreSetting};
use super::recorded::AccountNames;
use crate::account::StoreKind;
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::flows;
use crate::output::{json, words};
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

pub(super) fn run(args: &Args, session: &Session) -> Result<StoreMove, Failure> {
    let to = find_target(args, session)?;
    let (mut report, stores) = plan(args, session, &to)?;
    if args.dry_run || is_nothing_to_do(&report) {
        return Ok(report);
    }
    if !args.yes && !confirm(session, &report)? {
        session.console.say("Nothing was moved.");
        return Ok(report.without_plans());
    }
    // Prove that the target works before anything leaves its store.
    to.check()?;
    move_app_secrets::move_all(session, &mut report, &stores, &to)?;
    move_accounts(session, &mut report.accounts, &to)?;
    Ok(report)
}

fn find_target(args: &Args, session: &Session) -> Result<Rc<Store>, Failure> {
    let kind = args.to.parse().map_err(|_| {
        let message = "--to is not a known store";
        Failure::new(Kind::Usage, message).hint(format!("Choose one of: {}", StoreKind::CHOICES))
    })?;
    session.stores.open(&kind)
}

/// Returns what would be moved, and the stores that App Secrets are moved from: none if they stay.
fn plan(
    args: &Args,
    session: &Session,
    to: &Store,
) -> Result<(StoreMove, Vec<Rc<Store>>), Failure> {
    let accounts = plan_accounts(args, session, to)?;
    let configuration = args.all.then(|| plan_setting(session, to)).transpose()?;
    // App Secrets are read from the chosen store, so they move only if that changes too.
    let is_chosen_elsewhere = configuration == Some(StoreSetting::Environment)
        && session.stores.chosen()?.as_ref() != Some(to.kind());
    if is_chosen_elsewhere {
        session.console.warn(
            "IGCONNECT_STORE chooses another store: App Secrets stay there, and new accounts go there",
        );
    }
    let (mut stores, mut apps) = (Vec::new(), Vec::new());
    if args.all && !is_chosen_elsewhere {
        let kinds = accounts.iter().map(|row| row.from.clone());
        // The default store: App Secrets may be there without any account.
        let kinds = kinds.chain([StoreKind::Keyring]);
        let used = session.stores.open_in_use(kinds)?.into_iter();
        stores.extend(used.filter_map(|used| used.store.ok()));
        apps = move_app_secrets::plan(session, &stores, to.kind())?;
    }
    let report = StoreMove {
        schema: json::SCHEMA,
        to: to.kind().clone(),
        accounts,
        apps,
        configuration,
        is_dry_run: args.dry_run,
    };
    Ok((report, stores))
}

fn plan_accounts(args: &Args, session: &Session, to: &Store) -> Result<Vec<MovedAccount>, Failure> {
    // A dry run changes nothing, and a check may rebuild the cache.
    let cache = if args.dry_run {
        session.caches().open_to_read()?
    } else {
        session.caches().open_checked()?
    };
    let accounts = (session.accounts).find_each(cache.as_ref(), args.all, &args.accounts)?;
    // The rest of an interrupted move is in its other store, which must still be emptied.
    let other_stores = cache.as_ref().map(Cache::other_stores).transpose()?;
    let other_stores = other_stores.unwrap_or_default();
    let planned = accounts.into_iter().map(|account| {
        let is_there = account.store == *to.kind() && !other_stores.contains_key(&account.id);
        MovedAccount {
            names: AccountNames::from(&account),
            from: account.store,
            outcome: StoreMoveOutcome::planned(is_there),
            error: None,
        }
    });
    Ok(planned.collect())
}

fn plan_setting(session: &Session, to: &Store) -> Result<StoreSetting, Failure> {
    let configured = session.settings.config()?.store;
    Ok(match session.stores.chosen_by()? {
        ChosenBy::Environment => StoreSetting::Environment,
        _ if configured.as_deref() == Some(to.kind().as_str()) => StoreSetting::Unchanged,
        _ => StoreSetting::WouldSet,
    })
}

fn is_nothing_to_do(report: &StoreMove) -> bool {
    report.apps.iter().all(MovedApp::is_done)
        && !report.accounts.iter().any(MovedAccount::is_waiting)
        && report.configuration != Some(StoreSetting::WouldSet)
}

fn confirm(session: &Session, report: &StoreMove) -> Result<bool, Failure> {
    let waiting = report.accounts.iter().filter(|row| row.is_waiting());
    let accounts = words::counted(waiting.count(), "account");
    let app_secrets = match report.apps.is_empty() {
        true => "",
        false => " and the App Secrets",
    };
    let question = format!("Move {accounts}{app_secrets} to {}?", report.to);
    session.confirm("the move", question)
}

/// Moves one account after the other. A signal stops after the account in progress.
fn move_accounts(session: &Session, rows: &mut [MovedAccount], to: &Store) -> Result<(), Failure> {
    if !rows.iter().any(MovedAccount::is_waiting) {
        return Ok(());
    }
    let context = session.flow_context()?;
    let all = rows.len();
    let (is_stopping, done) = (Cell::new(false), Cell::new(0));
    let progress = session.console.progress("Moving …", all);
    let story = async {
        for row in rows.iter_mut().filter(|row| row.is_waiting()) {
            // Calls to stores block: without a yield, a signal would never be noticed.
            tokio::task::yield_now().await;
            if is_stopping.get() {
                break;
            }
            let moved = async {
                let from = session.stores.open(&row.from)?;
                Ok(flows::move_account(&context, &from, &row.names.id, to).await?)
            };
            match moved.await {
                Ok(true) => row.outcome = StoreMoveOutcome::Moved,
                Ok(false) => row.outcome = StoreMoveOutcome::AlreadyThere,
                Err(failure) => {
                    let failure: Failure = failure;
                    row.outcome = StoreMoveOutcome::Failed;
                    row.error = Some(failure.about(&row.names.title));
                }
            }
            done.set(done.get() + 1);
            progress.inc(1);
        }
        Ok::<_, Failure>(())
    };
    let moved = session.runtime.run_batch(|| is_stopping.set(true), story);
    moved.map_err(|failure| {
        let message = format!("interrupted after {} of {all} accounts", done.get());
        Failure::new(failure.kind, message).hint("Repeat the command to move the rest")
    })
}
