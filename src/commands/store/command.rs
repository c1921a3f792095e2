//! The arguments of `store`, and its three verbs.

use std::io::{self, Write};

use super::check_report::StoreCheck;
use super::move_report::StoreMove;
use super::show_report::StoreShow;
use super::{check, move_accounts, show};
use crate::failure::{Failure, worst_exit_code};
use crate::output::{Page, Render, json};
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

#[derive(serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Report {
    Show(StoreShow),
    Check(StoreCheck),
    Move(StoreMove),
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    Ok(match &args.verb {
        StoreVerb::Show => Report::Show(show::run(session)?),
        StoreVerb::Check { name, all } => {
            Report::Check(check::run(name.as_deref(), *all, session)?)
        }
        StoreVerb::Move(args) => Report::Move(move_accounts::run(args, session)?),
    })
}

impl Report {
    /// Returns the failures of single stores, accounts and apps.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let failures: Vec<_> = match self {
            Self::Show(report) => report.stores.iter().map(|row| &row.error).collect(),
            Self::Check(report) => {
                let stores = report.stores.iter().map(|row| &row.error);
                stores
                    .chain(report.accounts.iter().map(|row| &row.error))
                    .collect()
            }
            Self::Move(report) => {
                let apps = report.apps.iter().map(|row| &row.error);
                apps.chain(report.accounts.iter().map(|row| &row.error))
                    .collect()
            }
        };
        failures.into_iter().flatten()
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if matches!(self, Self::Move(report) if report.is_empty()) {
            return Ok(());
        }
        let table = match self {
            Self::Show(report) => report.table(),
            Self::Check(report) => report.table(),
            Self::Move(report) => report.table(),
        };
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }

    fn is_message(&self) -> bool {
        matches!(self, Self::Move(report) if !report.is_dry_run)
    }

    fn afterword(&self) -> Option<String> {
        match self {
            Self::Move(report) => report.afterword(),
            _ => None,
        }
    }

    fn exit_code(&self) -> u8 {
        worst_exit_code(self.failures().map(|failure| failure.kind.exit_code()))
    }
}
