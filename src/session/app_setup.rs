//! Setting up a Meta app: asked for on a terminal, taken from flag, environment and stdin otherwise.
//! `app add` does it, and `login` offers it where there is no app yet.

use std::io::Read;

use super::Session;
use crate::account::{AppSecret, SECRET_MAX_BYTES};
use crate::failure::{Failure, Kind};
use crate::settings::{App, AppId, Config, RedirectUri, SecretSource, environment};

/// Where in the App Dashboard the two values and the redirect URI are.
pub(crate) const DASHBOARD: &str = "App Dashboard (https://developers.facebook.com/apps/), Instagram, \
                             API setup with Instagram login";

/// What was said about the app on the command line.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Said<'a> {
    /// Its name here.
    pub name: Option<&'a str>,
    /// Its Instagram App ID.
    pub id: Option<&'a str>,
    /// Its redirect URI.
    pub redirect_uri: Option<&'a RedirectUri>,
}

/// Gathers id and secret, keeps the secret in the store and the rest in `config.toml`.
pub(crate) fn add(session: &Session, said: Said<'_>) -> Result<App, Failure> {
    let name = checked_name(said.name.unwrap_or("default"))?;
    // A file that cannot take the app is found before a secret is asked for and kept, wherever the store was chosen.
    session.settings.config()?;
    let store = session.stores.open_for_new()?;
    let id = app_id(session, said.id)?;
    let redirect_uri = match said.redirect_uri {
        Some(uri) => uri.clone(),
        None => environment::text("IGCONNECT_REDIRECT_URI")?
            .map_or_else(RedirectUri::default_uri, |uri| uri.parse())?,
    };
    let secret = app_secret(session)?;
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

/// How to register the redirect URI, for stderr.
pub(crate) fn next_steps(app: &App) -> String {
    format!(
        "Register this redirect URI, letter by letter:\n\n  {}\n\nunder {DASHBOARD}, \
         Set up Instagram business login, Business login settings, OAuth redirect URIs.\n\
         If the dashboard adds a slash at the end, take it away again. Then: igconnect login",
        app.redirect_uri
    )
}

fn checked_name(name: &str) -> Result<&str, Failure> {
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (1..=32).contains(&name.len()) && name.bytes().all(alphabet) {
        Ok(name)
    } else {
        Err(Failure::new(
            Kind::Usage,
            "an app's name is 1 to 32 letters, digits, '-' or '_'",
        ))
    }
}

fn app_id(session: &Session, said: Option<&str>) -> Result<AppId, Failure> {
    let said = match said {
        Some(id) => Some(id.to_owned()),
        None => environment::text("IGCONNECT_APP_ID")?,
    };
    if let Some(id) = said {
        return Ok(id.parse()?);
    }
    let unasked = || {
        Failure::unasked(
            "the Instagram App ID is needed",
            "--id, or IGCONNECT_APP_ID",
        )
    };
    if !session.console.can_ask() {
        return Err(unasked());
    }
    session
        .console
        .say(format!("You find both under {DASHBOARD}."));
    let id: String = dialoguer::Input::new()
        .with_prompt("Instagram App ID (not the Meta app's id)")
        .validate_with(|text: &String| text.trim().parse::<AppId>().map(drop))
        .interact_text()
        .map_err(|_| unasked())?;
    Ok(id.trim().parse()?)
}

fn app_secret(session: &Session) -> Result<AppSecret, Failure> {
    let unusable = |error| Failure::secret("the App Secret", error);
    if let Some(secret) = environment::secret("IGCONNECT_APP_SECRET")? {
        return AppSecret::new(secret).map_err(unusable);
    }
    let unasked = || {
        Failure::unasked(
            "the Instagram App Secret is needed",
            "one line on stdin, IGCONNECT_APP_SECRET, or IGCONNECT_APP_SECRET_FILE",
        )
    };
    if session.console.can_ask() {
        let asked = dialoguer::Password::new()
            .with_prompt("Instagram App Secret (stays hidden)")
            .interact();
        return AppSecret::new(asked.map_err(|_| unasked())?.trim().to_owned()).map_err(unusable);
    }
    if session.console.is_typed_at() {
        return Err(unasked());
    }
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(SECRET_MAX_BYTES as u64 + 2)
        .read_to_string(&mut text);
    read.map_err(|_| Failure::new(Kind::Usage, "the App Secret on stdin is not text"))?;
    if text.is_empty() {
        return Err(unasked());
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    AppSecret::new(line.strip_suffix('\r').unwrap_or(line).to_owned()).map_err(unusable)
}
