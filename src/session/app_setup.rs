//! Sets up a Meta app. Asks for its values on a terminal, else takes them from flags, environment and stdin.

use std::io::Read;

use super::app_probe;
use super::assembly::Session;
use crate::account::{AppSecret, SECRET_MAX_BYTES};
use crate::failure::{Failure, Kind};
use crate::settings::{App, AppId, Config, RedirectUri, SecretSource, environment};

pub(crate) const DASHBOARD: &str = "App Dashboard (https://developers.facebook.com/apps/), Instagram, \
                             API setup with Instagram login";

/// Keeps the secret in the store and the rest in `config.toml`, then explains how to register the redirect URI. An id
/// or redirect URI that is not given comes from the environment or the person. `may_replace` is whether the person has
/// agreed already that another secret of the same app goes. Returns `None` if the person keeps that one.
pub(crate) fn set_up(
    session: &Session,
    name: &str,
    id: Option<&str>,
    redirect_uri: Option<RedirectUri>,
    may_replace: bool,
) -> Result<Option<App>, Failure> {
    let name = check_name(name)?;
    // Fails on an unusable configuration file before it asks for a secret.
    session.settings.config()?;
    let store = session.stores.open_for_new()?;
    let id = ask_id(session, id)?;
    let redirect_uri = match redirect_uri {
        Some(uri) => uri,
        None => {
            let uri = environment::text("IGCONNECT_REDIRECT_URI")?;
            RedirectUri::parse_or_default(uri.as_deref())?
        }
    };
    let app = App {
        name: name.to_owned(),
        id,
        redirect_uri,
        secret: SecretSource::Store,
    };
    let secret = ask_secret(session)?;
    probe(session, &app, &secret)?;
    let known = store.load_app_secret(app.id.as_str())?;
    let is_other = known.is_some_and(|known| known != secret);
    if is_other && !may_replace {
        let question = format!("Replace the stored App Secret of {}?", app.id);
        if !session.confirm("replacing the App Secret", question)? {
            session.console.say("Kept the stored App Secret.");
            return Ok(None);
        }
    }
    // The secret first: an app in the configuration without a secret would fail at every login.
    store.write_app_secret(app.id.as_str(), &secret)?;
    let file = session.settings.paths.config_file()?;
    Config::write_app(&file, &app)?;
    session.console.say(format!(
        "Register exactly this redirect URI:\n\n  {}\n\nIn the {DASHBOARD}, \
         Set up Instagram business login, Business login settings, OAuth redirect URIs.\n\
         If the dashboard adds a slash at the end, remove it. Then: igconnect login",
        app.redirect_uri
    ));
    Ok(Some(app))
}

/// Room for the blanks and line ends that copying adds.
const AROUND: u64 = 64;

/// Fails if Instagram refuses the id or the secret. Without an answer both may be right.
fn probe(session: &Session, app: &App, secret: &AppSecret) -> Result<(), Failure> {
    let instagram = session.instagram.client()?;
    let _spinner = session.console.waiting("Asking Instagram …");
    let probed = session.runtime.run(async {
        app_probe::probe_id(&instagram, app).await?;
        app_probe::probe_secret(&instagram, secret).await
    });
    match probed {
        Err(failure) if failure.kind == Kind::Trouble => {
            let message = failure.message;
            session
                .console
                .warn(format!("the app was not checked: {message}"));
            Ok(())
        }
        probed => probed.map(drop),
    }
}

fn check_name(name: &str) -> Result<&str, Failure> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (1..=32).contains(&name.len()) && name.bytes().all(is_allowed) {
        return Ok(name);
    }
    let message = "an app's name is 1 to 32 letters, digits, '-' or '_'";
    Err(Failure::new(Kind::Usage, message))
}

fn ask_id(session: &Session, flag: Option<&str>) -> Result<AppId, Failure> {
    let given = match flag {
        Some(id) => Some(id.to_owned()),
        None => environment::text(session.settings.world.app_id_variable())?,
    };
    if let Some(id) = given {
        return Ok(id.parse()?);
    }
    let question = "the Instagram App ID is needed";
    let variable = session.settings.world.app_id_variable();
    let missing = || Failure::unasked(question, &format!("--id, or {variable}"));
    if !session.console.can_ask() {
        return Err(missing());
    }
    let advice = format!("Find both values in the {DASHBOARD}.");
    session.console.say(advice);
    let id: String = dialoguer::Input::new()
        // The dashboard shows two ids, and Instagram rejects the other one only in the browser.
        .with_prompt("Instagram App ID (not the Meta app's id)")
        .validate_with(|text: &String| text.trim().parse::<AppId>().map(drop))
        .interact_text()
        .map_err(|_| missing())?;
    Ok(id.trim().parse()?)
}

fn ask_secret(session: &Session) -> Result<AppSecret, Failure> {
    let missing = || {
        let name = session.settings.world.app_secret_variable();
        let answer = format!("one line on stdin, {name}, or {name}_FILE");
        Failure::unasked("the Instagram App Secret is needed", &answer)
    };
    let secret =
        if let Some(secret) = environment::secret(session.settings.world.app_secret_variable())? {
            secret
        } else if session.console.can_ask() {
            let asked = session.console.ask_hidden("Instagram App Secret");
            let mut secret = asked.map_err(|_| missing())?;
            std::mem::take(&mut *secret)
        } else if session.console.is_typed_at() {
            // With --no-input on a terminal, reading stdin would wait for a person.
            return Err(missing());
        } else {
            let mut text = String::new();
            // A longer text is refused as too long.
            let mut stdin = std::io::stdin().take(SECRET_MAX_BYTES as u64 + AROUND);
            let read = stdin.read_to_string(&mut text);
            read.map_err(|_| Failure::new(Kind::Usage, "the App Secret on stdin is not text"))?;
            if text.is_empty() {
                return Err(missing());
            }
            text
        };
    AppSecret::from_input(secret).map_err(|error| Failure::secret("the App Secret", error))
}
