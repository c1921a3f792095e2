//! `use`: one account becomes the default one.

use std::io::{self, Write};

use crate::account::{Account, REFRESH_WINDOW};
use crate::answers;
use crate::failure::Failure;
use crate::output::{Page, Render};
use crate::session::Session;

/// Make an account the default one, which commands mean when none is named
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect use @shop
  igconnect use shop")]
pub(crate) struct Args {
    /// @username, id or alias
    #[arg(value_name = "ACCOUNT")]
    name: String,
}

/// The new default account.
pub(crate) struct Report {
    account: Account,
    now: jiff::Timestamp,
}

/// Finds the account and marks it.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let cache = session.caches().open_to_read()?;
    let account = session.accounts.find(cache.as_ref(), Some(&args.name))?;
    drop(cache);
    if !account.is_default {
        session.caches().open_to_write()?.set_default(&account.id)?;
    }
    Ok(Report {
        account: Account {
            is_default: true,
            ..account
        },
        now: session.settings.clock.started_at(),
    })
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} is the default account now", self.account.title())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let status = self.account.status(self.now, REFRESH_WINDOW);
        let account = answers::AccountJson::new(&self.account, status, self.now);
        let mut document = answers::Accounts::begin(out)?;
        document.row(&account)?;
        document.end(None)
    }
}
