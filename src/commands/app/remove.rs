//! `app remove`: deletes an app and its secret.

use super::report::AppList;
use crate::failure::Failure;
use crate::session::Session;
use crate::settings::Config;
use crate::store::StoreError;

/// Remove an app and its secret; its accounts stay connected
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The app's name in igconnect
    name: String,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<AppList, Failure> {
    let app = session
        .settings
        .config()?
        .app(Some(&args.name))?
        .ok_or_else(|| Failure::no_app(Some(&args.name)))?;
    let path = session.settings.paths.config_file()?;
    // The secret first: without the app in the configuration, nothing would lead to it any more.
    let stores = session.stores.open_possible()?;
    for store in &stores {
        match store.delete_app_secret(app.id.as_str()) {
            Err(StoreError::Absent) if stores.len() > 1 => {}
            removed => removed?,
        }
    }
    Config::remove_app(&path, &app.name)?;
    Ok(AppList {
        apps: vec![app],
        done: Some("Removed"),
    })
}
