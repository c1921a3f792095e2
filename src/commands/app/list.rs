//! `app list`: lists the apps of the configuration.

use super::report::AppList;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn run(session: &Session) -> Result<AppList, Failure> {
    let config = session.settings.config()?;
    let apps = config
        .app_names()
        .into_iter()
        .filter_map(|name| config.app(Some(name)).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    if apps.is_empty() {
        session
            .console
            .say("No app is set up. Add one: igconnect app add");
    }
    Ok(AppList { apps, done: None })
}
