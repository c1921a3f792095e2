//! The arguments of `store`, and its three verbs.

use std::io::{self, Write};

use super::{check, move_accounts, show};
use crate::failure::{Failure, worst_exit_code};
use crate::output::{Page, Render};
use crate::session::Session;

/// Show, check and move stored secrets
///
/// See igconnect help stores for a comparison of the stores. No command here contacts Instagram.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect store show
  igconnect store check --all
  igconnect store move --to sealed --all --dry-run")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: StoreVerb,
}

#[derive(Debug, clap::Subcommand)]
enum StoreVerb {
    /// Show the chosen store, where each store is, and what it contains
    ///
    /// Reads the names of entries, never a secret. Includes the chosen store, stores that accounts are in, and stores
    /// with a file. A leftover is an entry that no account or app uses. igconnect does not delete leftovers, except test
    /// entries of killed store checks: store check deletes those. If a store cannot be read, the exit code is 6.
    #[command(after_long_help = "\
Examples:
  igconnect store show
  igconnect store show --json | jq '.leftovers'
  igconnect store show | grep '^account'")]
    Show,
    /// Check that each store works and its tokens are intact
    ///
    /// Writes a test entry to each store in use, reads it back and deletes it. Also deletes test entries of killed store
    /// checks. Nothing else is changed. Then compares the token of the account with the local cache. Exit codes: 3 a
    /// different token is there, 4 it is missing, 6 the store cannot be read, 7 a newer igconnect wrote it.
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
    /// Each account is copied, read back, compared, switched, and deleted from the old store. An interrupted move is
    /// finished by the same command, or by the next one that changes the account. One failing account does not stop the
    /// others. Tokens do not change.
    ///
    /// With --all, App Secrets are moved too, and `store` in config.toml is set unless IGCONNECT_STORE chooses the store.
    #[command(after_long_help = "\
Examples:
  igconnect store move --to sealed --all --dry-run
  igconnect store move --to sealed --all --yes
  igconnect store move --to command:pass @shop @atelier")]
    Move(move_accounts::Args),
}

/// What a verb answers, with the failures of single stores, accounts and apps.
pub(super) trait StoreReport: Render {
    fn failures(&self) -> Vec<&Failure>;
}

pub(crate) struct Report(Box<dyn StoreReport>);

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    Ok(Report(match &args.verb {
        StoreVerb::Show => Box::new(show::run(session)?),
        StoreVerb::Check { name, all } => Box::new(check::run(name.as_deref(), *all, session)?),
        StoreVerb::Move(args) => Box::new(move_accounts::run(args, session)?),
    }))
}

impl Report {
    pub(crate) fn failures(&self) -> Vec<&Failure> {
        self.0.failures()
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        self.0.human(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.json(out)
    }

    fn is_data(&self) -> bool {
        self.0.is_data()
    }

    fn afterword(&self) -> Option<String> {
        self.0.afterword()
    }

    fn exit_code(&self) -> u8 {
        let failures = self.failures();
        worst_exit_code(failures.iter().map(|failure| failure.kind.exit_code()))
    }
}
