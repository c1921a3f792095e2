//! The arguments of `app`, and its four verbs.

use std::io::{self, Write};

use super::report::AppList;
use super::{add, check, list, remove};
use crate::answers::Checkup;
use crate::failure::Failure;
use crate::output::{Page, Render};
use crate::session::Session;

/// Set up your own Meta app
///
/// Logins go through a Meta app of your own, which you create in the App Dashboard. Its Instagram App Secret is kept in
/// the store, everything else in config.toml.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect app add               asks for id and secret
  igconnect app list
  igconnect app remove default")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: AppVerb,
}

#[derive(Debug, clap::Subcommand)]
enum AppVerb {
    Add(add::Args),
    /// List the apps
    List,
    Remove(remove::Args),
    Check(check::Args),
}

pub(crate) enum Report {
    Apps(AppList),
    Checked(Checkup),
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    match &args.verb {
        AppVerb::Add(args) => add::run(args, session).map(Report::Apps),
        AppVerb::List => list::run(session).map(Report::Apps),
        AppVerb::Remove(args) => remove::run(args, session).map(Report::Apps),
        AppVerb::Check(args) => check::run(args, session).map(Report::Checked),
    }
}

impl Report {
    fn inner(&self) -> &dyn Render {
        match self {
            Self::Apps(apps) => apps,
            Self::Checked(checkup) => checkup,
        }
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        self.inner().human(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        self.inner().json(out)
    }

    fn exit_code(&self) -> u8 {
        self.inner().exit_code()
    }

    fn is_data(&self) -> bool {
        self.inner().is_data()
    }
}
