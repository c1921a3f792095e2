//! `store`: shows, checks and moves stored secrets.
//!
//! `show`, `check` and `relocation` do the work; `shown`, `checked` and `moved` are their reports.

mod apps;
mod check;
mod checked;
mod known;
mod moved;
mod place;
mod relocation;
mod show;
mod shown;

#[cfg(test)]
pub(super) use {checked::StoreCheckJson, moved::StoreMoveJson, shown::StoreShowJson};

use std::io::{self, Write};

use crate::failure::Failure;
use crate::output::{Page, Render};
use crate::session::Session;

/// Show, check and move stored secrets
///
/// The store keeps tokens and App Secrets. To choose one, see igconnect help stores. These commands do not contact
/// Instagram.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect store show
  igconnect store check --all
  igconnect store move --to sealed --all --dry-run")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show which store is used and what each store contains
    ///
    /// Reads only the names of entries, never a secret. A leftover is an entry that no account or app uses. igconnect
    /// does not delete leftovers, except test entries: store check deletes those. If a store cannot be reached, the exit
    /// code is 6.
    #[command(after_long_help = "\
Examples:
  igconnect store show
  igconnect store show --json | jq '.leftovers'
  igconnect store show | grep '^account'")]
    Show,
    /// Test each store and check that its entries are intact
    ///
    /// Writes a test entry to each store, reads it back and deletes it, and shows how long that took. Then checks that the
    /// account's entry exists, is intact and matches the cache. The exit code is 4 if it is missing, 3 if it is a
    /// different one, 6 if the store cannot be reached, and 7 if a newer igconnect wrote it.
    #[command(after_long_help = "\
Examples:
  igconnect store check
  igconnect store check @shop --json
  igconnect store check --all")]
    Check {
        /// @username, id or alias [default: the default account]
        #[arg(value_name = "ACCOUNT")]
        name: Option<String>,
        /// Check every account; the exit code is the worst of all
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
    /// Move accounts to another store
    ///
    /// Copies each account, reads the copy back, switches to it, and then deletes the old entry. If a move is
    /// interrupted, repeat it; the next command that changes the account also finishes it. An account that fails does
    /// not stop the others.
    ///
    /// --all also moves the App Secrets and sets `store` in config.toml, unless IGCONNECT_STORE is set.
    #[command(after_long_help = "\
Examples:
  igconnect store move --to sealed --all --dry-run
  igconnect store move --to sealed --all --yes
  igconnect store move --to command:pass @shop @atelier")]
    Move(relocation::Args),
}

/// What was found, or done.
pub(crate) enum Report {
    /// What is where.
    Shown(show::Shown),
    /// Whether it works.
    Checked(check::Checked),
    /// What was moved.
    Moved(relocation::Moved),
}

/// Does what was asked.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    Ok(match &args.command {
        Command::Show => Report::Shown(show::run(session)?),
        Command::Check { name, all } => {
            Report::Checked(check::run(name.as_deref(), *all, session)?)
        }
        Command::Move(args) => Report::Moved(relocation::run(args, session)?),
    })
}

impl Report {
    /// What went wrong with single stores and accounts, for stderr.
    pub(crate) fn failures(&self) -> Vec<&Failure> {
        match self {
            Self::Shown(shown) => shown.failures().collect(),
            Self::Checked(checked) => checked.failures().collect(),
            Self::Moved(moved) => moved.failures().collect(),
        }
    }

    fn report(&self) -> &dyn Render {
        match self {
            Self::Shown(shown) => shown,
            Self::Checked(checked) => checked,
            Self::Moved(moved) => moved,
        }
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        self.report().human(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        self.report().json(out)
    }

    fn is_data(&self) -> bool {
        self.report().is_data()
    }

    fn afterword(&self) -> Option<String> {
        self.report().afterword()
    }

    fn exit_code(&self) -> u8 {
        let codes = self.failures();
        crate::failure::worst_exit_code(codes.iter().map(|failure| failure.kind.exit_code()))
    }
}
