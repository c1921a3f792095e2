//! `store move`: accounts, and with all of them the App Secrets, go to another store.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::apps::{self, AppRow, Named};
use crate::account::{Account, StoreKind};
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::flows::{self, MoveOutcome};
use crate::output::words;
use crate::session::ChosenBy;
use crate::session::Session;
use crate::store::Store;

/// What is moved, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// @username, id or alias; several are possible; the default account where none is named
    accounts: Vec<String>,
    /// The store: keyring, sealed, command:NAME, openbao
    #[arg(long, value_name = "STORE")]
    to: String,
    /// Every account, and the App Secrets
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// The answer of store move: what was moved.
pub(crate) struct Moved {
    pub(super) to: StoreKind,
    pub(super) accounts: Vec<AccountRow>,
    pub(super) apps: Vec<AppRow>,
    pub(super) configuration: Option<Configuration>,
    pub(super) dry_run: bool,
}

/// What became of an account.
pub(super) struct AccountRow {
    pub(super) account: Account,
    pub(super) outcome: Result<MoveOutcome, Failure>,
}

/// What became of `store` in the configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Configuration {
    /// It names the store now.
    Set,
    /// It named the store already.
    Unchanged,
    /// The environment chooses the store, so it was left alone.
    Overruled,
}

/// Asks, moves, and proves it.
pub(super) fn run(args: &Args, session: &Session) -> Result<Moved, Failure> {
    let to = wanted(args, session)?;
    let (mut moved, stores) = foreseen(args, session, &to)?;
    if args.dry_run || moved.is_nothing() {
        return Ok(moved);
    }
    if !args.yes && !confirmed(session, &moved)? {
        return Err(Failure::new(Kind::Unfinished, "nothing was moved"));
    }
    // Nothing leaves its store for one that cannot keep it.
    to.check()?;
    let is_written = moved.configuration == Some(Configuration::Set);
    apps::bring(session, &mut moved.apps, &stores, &to, is_written)?;
    move_accounts(session, &mut moved.accounts, &to)?;
    Ok(moved)
}

/// What is to be done, and the stores that an App Secret may be in.
fn foreseen(args: &Args, session: &Session, to: &Store) -> Result<(Moved, Vec<Named>), Failure> {
    let rows = rows(args, session, to)?;
    let configuration = args.all.then(|| configuration(session, to)).transpose()?;
    // App Secrets are found in the chosen store, so they go only where that is.
    let is_chosen_elsewhere = configuration == Some(Configuration::Overruled)
        && session.stores.chosen()?.as_ref() != Some(to.kind());
    if is_chosen_elsewhere {
        session.console.warn(
            "IGCONNECT_STORE chooses another store: App Secrets stay there, and new accounts go there",
        );
    }
    let (mut stores, mut apps) = (Vec::new(), Vec::new());
    if args.all && !is_chosen_elsewhere {
        let kinds = rows.iter().map(|row| row.account.store.clone());
        stores = apps::stores(session, kinds)?;
        apps = apps::look(session, &stores, to)?;
    }
    let moved = Moved {
        to: to.kind().clone(),
        accounts: rows,
        apps,
        configuration,
        dry_run: args.dry_run,
    };
    Ok((moved, stores))
}

/// The accounts that are meant, and whether each has a way to go.
fn rows(args: &Args, session: &Session, to: &Store) -> Result<Vec<AccountRow>, Failure> {
    let accounts = chosen(args, session)?;
    let cache = session.caches().open_to_read()?;
    let other_stores = cache.map_or(Ok(BTreeMap::new()), |cache| cache.other_stores())?;
    let rows = accounts.into_iter().map(|account| {
        let is_there = account.store == *to.kind() && !other_stores.contains_key(&account.id);
        let outcome = Ok(match is_there {
            true => MoveOutcome::AlreadyThere,
            false => MoveOutcome::Moved,
        });
        AccountRow { account, outcome }
    });
    Ok(rows.collect())
}

fn wanted(args: &Args, session: &Session) -> Result<Rc<Store>, Failure> {
    let kind = args.to.parse().map_err(|_| {
        let message = "--to names no store that igconnect can move to";
        Failure::new(Kind::Usage, message).hint(format!("There are: {}", StoreKind::CHOICES))
    })?;
    session.stores.open(&kind)
}

fn chosen(args: &Args, session: &Session) -> Result<Vec<Account>, Failure> {
    let accounts = |cache: Option<Cache>| match (args.all, cache) {
        (true, None) => Ok(Vec::new()),
        (true, Some(cache)) => Ok(cache.all()?),
        (false, cache) => session.accounts.find_each(cache.as_ref(), &args.accounts),
    };
    match args.dry_run {
        true => accounts(session.caches().open_to_read()?),
        false => accounts(session.caches().open_checked()?),
    }
}

fn configuration(session: &Session, to: &Store) -> Result<Configuration, Failure> {
    let named = session.settings.config()?.store;
    Ok(match session.stores.chosen_by()? {
        ChosenBy::Environment => Configuration::Overruled,
        _ if named.as_deref() == Some(to.kind().as_str()) => Configuration::Unchanged,
        _ => Configuration::Set,
    })
}

fn confirmed(session: &Session, moved: &Moved) -> Result<bool, Failure> {
    let unasked = || Failure::unasked("moving has to be confirmed", "--yes");
    if !session.console.can_ask() {
        return Err(unasked());
    }
    let going = moved.accounts.iter().filter(|row| row.is_going()).count();
    let accounts = words::counted(i64::try_from(going).unwrap_or(i64::MAX), "account");
    let question = match moved.apps.is_empty() {
        true => format!("Move {accounts} to {}?", moved.to),
        false => format!("Move {accounts} and the App Secrets to {}?", moved.to),
    };
    let answer = dialoguer::Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact();
    answer.map_err(|_| unasked())
}

/// Moves them one after the other. A signal ends it once the one under way is at its end.
fn move_accounts(session: &Session, rows: &mut [AccountRow], to: &Store) -> Result<(), Failure> {
    if !rows.iter().any(AccountRow::is_going) {
        return Ok(());
    }
    let context = session.flow_context()?;
    let all = rows.len();
    let (is_resting, done) = (Cell::new(false), Cell::new(0));
    let progress = session.console.progress("Moving", all);
    let story = async {
        for row in rows.iter_mut().filter(|row| row.is_going()) {
            // Stores answer without a pause of ours in which a signal would be heard.
            tokio::task::yield_now().await;
            if is_resting.get() {
                break;
            }
            let relocated = async {
                let from = session.stores.open(&row.account.store)?;
                Ok::<_, Failure>(flows::move_account(&context, &from, &row.account.id, to).await?)
            };
            let outcome = relocated.await;
            row.outcome = outcome.map_err(|failure| failure.about(&row.account.title()));
            done.set(done.get() + 1);
            progress.advance();
        }
        Ok::<_, Failure>(())
    };
    let moved = session.runtime.run_batch(|| is_resting.set(true), story);
    moved.map_err(|failure| {
        let message = format!(
            "interrupted when {} of {all} accounts were done",
            done.get()
        );
        Failure::new(failure.kind, message).hint("The same command goes on with the rest")
    })
}

impl AccountRow {
    /// Whether there is anything to do for it.
    pub(super) fn is_going(&self) -> bool {
        !matches!(self.outcome, Ok(MoveOutcome::AlreadyThere))
    }
}

impl Moved {
    /// Whether all is where it should be.
    fn is_nothing(&self) -> bool {
        let rests = |row: &AppRow| matches!(row.outcome, Ok(false)) && !row.is_elsewhere;
        let apps_rest = self.apps.iter().all(rests);
        let accounts_rest = !self.accounts.iter().any(AccountRow::is_going);
        apps_rest && accounts_rest && self.configuration != Some(Configuration::Set)
    }

    /// What went wrong.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let accounts = self
            .accounts
            .iter()
            .filter_map(|row| row.outcome.as_ref().err());
        let apps = self
            .apps
            .iter()
            .filter_map(|row| row.outcome.as_ref().err());
        apps.chain(accounts)
    }
}
