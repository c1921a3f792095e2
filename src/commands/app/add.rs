//! `app add`: asks for the app's id and secret and stores them.

use super::report::AppList;
use crate::failure::Failure;
use crate::session::Session;
use crate::session::app_setup;

/// Add an app, or change it
///
/// Asks for Instagram App ID and App Secret, and prints the redirect URI to register. Without a terminal, set --id or
/// IGCONNECT_APP_ID, and pass the secret as one line on stdin, in IGCONNECT_APP_SECRET or in IGCONNECT_APP_SECRET_FILE.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect app add
  pass show meta/secret | igconnect app add --id 1234567890123456")]
pub(super) struct Args {
    /// The app's name in igconnect
    #[arg(default_value = "default")]
    name: String,
    /// The Instagram App ID
    #[arg(long)]
    id: Option<String>,
    /// The redirect URI [default: https://localhost:8723/callback]
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// Replace a stored App Secret without asking
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<AppList, Failure> {
    let redirect_uri = args.redirect_uri.as_deref();
    let redirect_uri = redirect_uri.map(str::parse).transpose()?;
    let added = app_setup::set_up(
        session,
        &args.name,
        args.id.as_deref(),
        redirect_uri,
        args.yes,
    )?;
    Ok(AppList {
        apps: added.into_iter().collect(),
        done: Some("Added"),
    })
}
