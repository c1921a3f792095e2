//! Shows where each setting comes from: flag, environment, file or default. Shows no values.

use crate::answers::Check;
use crate::output::together;
use crate::session::Session;
use crate::settings::{Config, RedirectUri, World, environment};

const BY_DEFAULT: &str = "by default";

/// A setting, and what set it.
type Source = (&'static str, String);

pub(super) fn check(session: &Session, config: Option<&Config>) -> Vec<Check> {
    let sources = sources(session, config);
    let message: Vec<_> = sources
        .iter()
        .map(|(setting, source)| format!("{setting}: {source}"))
        .collect();
    let mut checks = vec![Check::ok(message.join("; ")).with_rows(without_defaults(sources))];
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

/// The settings that were chosen, a row each, and one row with the others.
fn without_defaults(sources: Vec<Source>) -> Vec<Source> {
    let (default, mut rows): (Vec<_>, Vec<_>) = sources
        .into_iter()
        .partition(|(_, source)| source == BY_DEFAULT);
    let default: Vec<_> = default
        .into_iter()
        .map(|(setting, _)| together(setting))
        .collect();
    rows.extend((!default.is_empty()).then(|| (BY_DEFAULT, default.join(", "))));
    rows
}

/// Returns each setting and what set it.
fn sources(session: &Session, config: Option<&Config>) -> Vec<Source> {
    let by = |name: &str, in_file: bool| match (is_set(name), in_file) {
        (true, _) => format!("by {name}"),
        (false, true) => "by the configuration file".to_owned(),
        (false, false) => BY_DEFAULT.to_owned(),
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
    vec![
        ("Instagram", world),
        ("app", app),
        ("redirect URI", redirect_uri),
        ("store", by("IGCONNECT_STORE", store_in_file)),
        ("account", account.to_owned()),
        ("data folder", by("IGCONNECT_DATA_DIR", false)),
        ("configuration file", by("IGCONNECT_CONFIG", false)),
        ("API version", by("IGCONNECT_API_VERSION", false)),
    ]
}
