//! Sets up a Meta app. Asks for its values on a terminal, else takes them from flags, environment and stdin.

use std::io::Read;

use super::assembly::Session;
use crate::account::{AppSecret, SECRET_MAX_BYTES};
use crate::failure::{Failure, Kind};
use crate::settings::{App, AppId, Config, RedirectUri, SecretSource, environment};

/// Where to find the values in the App Dashboard.
pub(crate) const DASHBOARD: &str = "App Dashboard (https://developers.facebook.com/apps/), Instagram, \
                             API setup with Instagram login";

/// The values from the command line.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct AppRequest<'a> {
    /// Its name in igconnect.
    pub name: Option<&'a str>,
    /// The Instagram App ID.
    pub id: Option<&'a str>,
    pub redirect_uri: Option<&'a RedirectUri>,
}

/// Keeps the secret in the store and the rest in `config.toml`.
pub(crate) fn set_up(session: &Session, request: AppRequest<'_>) -> Result<App, Failure> {
    let name = check_name(request.name.unwrap_or("default"))?;
    // Fails on an unusable configuration file before it asks for a secret.
    session.settings.config()?;
    let store = session.stores.open_for_new()?;
    let id = ask_id(session, request.id)?;
    let redirect_uri = match request.redirect_uri {
        Some(uri) => uri.clone(),
        None => environment::text("IGCONNECT_REDIRECT_URI")?
            .map_or_else(RedirectUri::default_uri, |uri| uri.parse())?,
    };
    let secret = ask_secret(session)?;
    store.write_app_secret(id.as_str(), &secret)?;
    Config::write_app(
        &session.settings.paths.config_file()?,
        name,
        &id,
        &redirect_uri,
    )
    .map_err(crate::settings::SettingsError::from)?;
    Ok(App {
        name: name.to_owned(),
        id,
        redirect_uri,
        secret: SecretSource::Store,
    })
}

/// Explains how to register the redirect URI.
pub(crate) fn next_steps(app: &App) -> String {
    format!(
        "Register exactly this redirect URI:\n\n  {}\n\nIn the {DASHBOARD}, \
         Set up Instagram business login, Business login settings, OAuth redirect URIs.\n\
         If the dashboard adds a slash at the end, remove it. Then: igconnect login",
        app.redirect_uri
    )
}

fn check_name(name: &str) -> Result<&str, Failure> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (1..=32).contains(&name.len()) && name.bytes().all(is_allowed) {
        Ok(name)
    } else {
        Err(Failure::new(
            Kind::Usage,
            "an app's name is 1 to 32 letters, digits, '-' or '_'",
        ))
    }
}

fn ask_id(session: &Session, flag: Option<&str>) -> Result<AppId, Failure> {
    let given = match flag {
        Some(id) => Some(id.to_owned()),
        None => environment::text("IGCONNECT_APP_ID")?,
    };
    if let Some(id) = given {
        return Ok(id.parse()?);
    }
    let missing = || {
        Failure::unasked(
            "the Instagram App ID is needed",
            "--id, or IGCONNECT_APP_ID",
        )
    };
    if !session.console.can_ask() {
        return Err(missing());
    }
    session
        .console
        .say(format!("Find both values in the {DASHBOARD}."));
    let id: String = dialoguer::Input::new()
        .with_prompt("Instagram App ID (not the Meta app's id)")
        .validate_with(|text: &String| text.trim().parse::<AppId>().map(drop))
        .interact_text()
        .map_err(|_| missing())?;
    Ok(id.trim().parse()?)
}

fn ask_secret(session: &Session) -> Result<AppSecret, Failure> {
    let unusable = |error| Failure::secret("the App Secret", error);
    if let Some(secret) = environment::secret("IGCONNECT_APP_SECRET")? {
        return AppSecret::new(secret).map_err(unusable);
    }
    let missing = || {
        Failure::unasked(
            "the Instagram App Secret is needed",
            "one line on stdin, IGCONNECT_APP_SECRET, or IGCONNECT_APP_SECRET_FILE",
        )
    };
    if session.console.can_ask() {
        let asked = dialoguer::Password::new()
            .with_prompt("Instagram App Secret (stays hidden)")
            .interact();
        return AppSecret::new(asked.map_err(|_| missing())?.trim().to_owned()).map_err(unusable);
    }
    if session.console.is_typed_at() {
        return Err(missing());
    }
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(SECRET_MAX_BYTES as u64 + 2)
        .read_to_string(&mut text);
    read.map_err(|_| Failure::new(Kind::Usage, "the App Secret on stdin is not text"))?;
    if text.is_empty() {
        return Err(missing());
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    AppSecret::new(line.strip_suffix('\r').unwrap_or(line).to_owned()).map_err(unusable)
}
