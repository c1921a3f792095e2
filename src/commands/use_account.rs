//! `use`: sets the default account.

use std::io::{self, Write};

use crate::account::{Account, REFRESH_WINDOW};
use crate::answers;
use crate::failure::Failure;
use crate::output::{Page, Render};
use crate::session::Session;

/// Set the default account
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

pub(crate) struct Report {
    account: Account,
    now: jiff::Timestamp,
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let cache = session.caches().open_to_read()?;
    let mut account = session.accounts.find(cache.as_ref(), Some(&args.name))?;
    // Closed before the same file is opened for writing.
    drop(cache);
    if !account.is_default {
        session.caches().open_to_write()?.set_default(&account.id)?;
    }
    account.is_default = true;
    let now = session.settings.clock.started_at();
    Ok(Report { account, now })
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} is now the default account", self.account.title())
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
