//! `app remove`: deletes an app and its secret.

use super::report::AppList;
use crate::failure::Failure;
use crate::session::Session;
use crate::settings::{App, Config};
use crate::store::StoreError;

/// Remove an app and its secret; its accounts stay connected
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The app's name in igconnect
    name: String,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<AppList, Failure> {
    let config = session.settings.config()?;
    let app = config.app(Some(&args.name))?;
    let app = app.ok_or_else(|| session.apps.not_found(Some(&args.name)))?;
    let path = session.settings.paths.config_file()?;
    // Two apps may be one at Meta, with two redirect URIs: the secret goes with the last of them.
    let is_shared = config
        .apps()?
        .iter()
        .any(|it| it.name != app.name && it.id == app.id);
    if !is_shared {
        // Before the app: without it in the configuration, nothing would lead to the secret any more.
        delete_secret(session, &app)?;
    }
    Config::remove_app(&path, &app.name)?;
    Ok(AppList {
        apps: vec![app],
        done: Some("Removed"),
    })
}

fn delete_secret(session: &Session, app: &App) -> Result<(), Failure> {
    let stores = session.stores.open_possible()?;
    for store in &stores {
        match store.delete_app_secret(app.id.as_str()) {
            Err(StoreError::Absent) if stores.len() > 1 => {}
            removed => removed?,
        }
    }
    Ok(())
}
