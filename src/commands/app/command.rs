//! The arguments of `app`, and its four verbs.

use super::{add, check, list, remove};
use crate::failure::Failure;
use crate::output::Render;
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

pub(crate) fn run(args: &Args, session: &Session) -> Result<Box<dyn Render>, Failure> {
    Ok(match &args.verb {
        AppVerb::Add(args) => Box::new(add::run(args, session)?),
        AppVerb::List => Box::new(list::run(session)?),
        AppVerb::Remove(args) => Box::new(remove::run(args, session)?),
        AppVerb::Check(args) => Box::new(check::run(args, session)?),
    })
}
