//! The arguments of `app`, and its four verbs.

use super::report::AppList;
use super::{add, check, remove};
use crate::failure::Failure;
use crate::output::Render;
use crate::session::Session;
use crate::settings::App;

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
        AppVerb::List => Box::new(list(session)?),
        AppVerb::Remove(args) => Box::new(remove::run(args, session)?),
        AppVerb::Check(args) => Box::new(check::run(args, session)?),
    })
}

fn list(session: &Session) -> Result<AppList, Failure> {
    let config = session.settings.config()?;
    let names = config.app_names().into_iter();
    let apps = names.filter_map(|name| config.app(Some(name)).transpose());
    let apps = apps.collect::<Result<Vec<_>, _>>()?;
    if apps.is_empty() {
        session.console.say(match session.apps.find(None)? {
            // Not from the configuration, so it is called "environment" or "sandbox".
            Some(App { name, id, .. }) => {
                format!("No app is set up. Logins use the app of the {name}, with Instagram App ID {id}.")
            }
            None => "No app is set up. Add one: igconnect app add".to_owned(),
        });
    }
    Ok(AppList { apps, done: None })
}
