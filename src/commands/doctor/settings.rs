//! Shows where each setting comes from: flag, environment, file or default. Shows no values.

use crate::answers::Check;
use crate::session::Session;
use crate::settings::{Config, RedirectUri, World, environment};

pub(super) fn check(session: &Session, config: Option<&Config>) -> Vec<Check> {
    let mut checks = vec![Check::ok(describe_sources(session, config))];
    // Read from the environment, so nothing has looked at it yet.
    checks.extend(session.settings.api_version().err().map(Check::from));
    checks
        .into_iter()
        .map(|check| check.named("settings"))
        .collect()
}

pub(super) fn is_set(name: &str) -> bool {
    environment::raw(name).is_some()
}

fn describe_sources(session: &Session, config: Option<&Config>) -> String {
    let by = |name: &str, in_file: bool| match (is_set(name), in_file) {
        (true, _) => format!("by {name}"),
        (false, true) => "by the configuration file".to_owned(),
        (false, false) => "by default".to_owned(),
    };
    let world = match (&session.settings.world, is_set("IGCONNECT_SANDBOX")) {
        (World::Instagram, _) => "the real one by default".to_owned(),
        (World::TestServer(_), _) => "a test server by IGCONNECT_INSTAGRAM".to_owned(),
        (World::Sandbox, true) => "the sandbox by IGCONNECT_SANDBOX".to_owned(),
        (World::Sandbox, false) => "the sandbox by --sandbox".to_owned(),
    };
    let app_in_file = config.is_some_and(|config| !config.app_names().is_empty());
    let store_in_file = config.is_some_and(|config| config.store.is_some());
    // config.toml keeps the default address too, so only another one was chosen.
    let own_uri = config
        .and_then(|config| config.app(None).ok().flatten())
        .zip(RedirectUri::parse_or_default(None).ok())
        .is_some_and(|(app, default)| app.redirect_uri != default);
    let account = match (&session.accounts.flag, is_set("IGCONNECT_ACCOUNT")) {
        (Some(_), _) => "by --account",
        (None, true) => "by IGCONNECT_ACCOUNT",
        (None, false) => "the default account",
    };
    let app_id = session.settings.world.app_id_variable();
    let app = match app_in_file || is_set(app_id) {
        true => by(app_id, app_in_file),
        false if session.settings.world == World::Sandbox => "the sandbox's own".to_owned(),
        false => "none".to_owned(),
    };
    let redirect_uri = by("IGCONNECT_REDIRECT_URI", own_uri);
    [
        format!("Instagram: {world}"),
        format!("app: {app}"),
        format!("redirect URI: {redirect_uri}"),
        format!("store: {}", by("IGCONNECT_STORE", store_in_file)),
        format!("account: {account}"),
        format!("data folder: {}", by("IGCONNECT_DATA_DIR", false)),
        format!("configuration file: {}", by("IGCONNECT_CONFIG", false)),
        format!("API version: {}", by("IGCONNECT_API_VERSION", false)),
    ]
    .join("; ")
}
