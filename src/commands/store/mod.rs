//! `store`: where secrets are, whether they can be had from there, and how they come to another place.
//!
//! - `show` what is where, `check` whether it works and is whole, `relocation` the way to another store; `shown`, `checked`
//!   and `moved` how that is told
//! - `known` the accounts and stores in question, `apps` the App Secrets on that way, `place` where a store is

mod apps;
mod check;
mod checked;
mod moved;
mod recorded;
mod relocation;
mod show;
mod shown;

#[cfg(test)]
pub(super) use {checked::StoreCheckJson, moved::StoreMoveJson, shown::StoreShowJson};

use std::io::{self, Write};

use crate::failure::Failure;
use crate::output::{Page, Render};
use crate::session::Session;

/// Show where secrets are, try it, move them to another store
///
/// igconnect help stores says which store is for whom. Nothing of this asks Instagram.
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
    /// Show which store is chosen, where it is, and what is in which
    ///
    /// Looks at the names of entries, never at a secret, and asks the stores that are chosen, that an account is in, or
    /// that there is a file of. A leftover is an entry that nothing here refers to: igconnect deletes none by itself,
    /// but what a killed trial of a store left: that is deleted by store check. A store that cannot be asked is told, and
    /// the exit code is 6.
    #[command(after_long_help = "\
Examples:
  igconnect store show
  igconnect store show --json | jq '.leftovers'
  igconnect store show | grep '^account'")]
    Show,
    /// Try each store, and look whether entries are there and whole; change nothing
    ///
    /// Writes a dummy, reads it back, compares and deletes it, in the chosen store and in each that holds something here,
    /// and says how long that took. A dummy that an earlier trial left, because it was killed, is deleted too. Then for the account: is its entry there, whole, and the one that the local cache
    /// knows? Codes: 4 it is gone, 3 another one is there, 6 the store cannot be asked, 7 a newer igconnect wrote it.
    #[command(after_long_help = "\
Examples:
  igconnect store check
  igconnect store check @shop --json
  igconnect store check --all")]
    Check {
        /// @username, id or alias; the default account where none is named
        #[arg(value_name = "ACCOUNT")]
        name: Option<String>,
        /// Every account; the exit code is that of the worst
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
    /// Move accounts to another store, without losing one
    ///
    /// Each account is copied, read back, compared, switched, and then deleted from where it was, which is proved too.
    /// Ended in the middle, the same command, or the next one that changes the account, goes on with it. One account that
    /// fails does not stop the others. Instagram is not asked, and the tokens stay what they are.
    ///
    /// With --all the App Secrets go too, and `store` in config.toml is set, unless IGCONNECT_STORE chooses the store.
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
