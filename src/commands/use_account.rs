//! `use`: sets the default account.

use std::io::{self, Write};

use crate::account::{Account, REFRESH_WINDOW};
use crate::answers;
use crate::cache::Cache;
use crate::failure::Failure;
use crate::output::{Page, Render};
use crate::session::Session;

/// Set the default account
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect use            choose from a list
  igconnect use @shop")]
pub(crate) struct Args {
    /// @username, id or alias [default: ask on a terminal]
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
}

pub(crate) struct Report {
    account: Account,
    /// The person chose none.
    is_kept: bool,
    now: jiff::Timestamp,
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let cache = session.caches().open_to_read()?;
    // Not by IGCONNECT_ACCOUNT, which names an account for commands that need one.
    let name = args.name.as_deref().or(session.accounts.flag.as_deref());
    let (mut account, is_kept) = match name {
        Some(_) => (session.accounts.find(cache.as_ref(), name)?, false),
        None => choose(session, cache.as_ref())?,
    };
    // Closed before the same file is opened for writing.
    drop(cache);
    if !account.is_default {
        session.caches().open_to_write()?.set_default(&account.id)?;
    }
    account.is_default = true;
    let now = session.settings.clock.started_at();
    Ok(Report {
        account,
        is_kept,
        now,
    })
}

/// Lets the person choose an account. Escape keeps the default one, and then the second value is true.
fn choose(session: &Session, cache: Option<&Cache>) -> Result<(Account, bool), Failure> {
    let mut accounts = cache.map_or(Ok(Vec::new()), Cache::all)?;
    let default = accounts.iter().position(|account| account.is_default);
    let default = default.unwrap_or_default();
    let Some(first) = accounts.first() else {
        return Err(Failure::no_account(None));
    };
    let unasked = || {
        let question = "the default account has to be chosen";
        Failure::unasked(
            question,
            &format!("a name: igconnect use {}", first.selector()),
        )
    };
    if !session.console.can_ask() {
        return Err(unasked());
    }
    let prompt = dialoguer::Select::new()
        .with_prompt("Default account")
        .items(accounts.iter().map(Account::title))
        .default(default);
    let chosen = prompt.interact_opt().map_err(|_| unasked())?;
    Ok((
        accounts.swap_remove(chosen.unwrap_or(default)),
        chosen.is_none(),
    ))
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let now = if self.is_kept { "still" } else { "now" };
        let sentence = format!("{} is {now} the default account", self.account.title());
        writeln!(out, "{}", page.fitted(&sentence))
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let status = self.account.status(self.now, REFRESH_WINDOW);
        let account = answers::AccountJson::new(&self.account, status, self.now);
        let mut document = answers::Accounts::begin(out)?;
        document.row(&account)?;
        document.end(None)
    }

    fn is_message(&self) -> bool {
        true
    }
}
