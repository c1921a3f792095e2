//! `app check`: asks Instagram about an app before the browser opens, with a made-up code and a made-up token.

use crate::account::{AppSecret, StoreKind};
use crate::answers::{Check, Checkup};
use crate::failure::{Failure, Kind};
use crate::instagram::explanation::Meaning;
use crate::instagram::{ApiError, AppIdCheck, Instagram, InstagramError, OAuthApp, SecretCheck};
use crate::session::{Session, app_setup::DASHBOARD};
use crate::settings::{App, SecretSource};

/// Check an app's id, secret and redirect URI with Instagram
///
/// Sends Instagram a made-up code and a made-up token, so nothing is used up. Your App Secret is sent to Instagram, as in
/// a login.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect app check
  igconnect app check shop --json")]
pub(super) struct Args {
    /// The app's name [default: the app that a login would use]
    name: Option<String>,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Checkup, Failure> {
    let name = args.name.as_deref();
    let app = session
        .apps
        .find(name)?
        // The sandbox answers with its own app to every name.
        .filter(|app| name.is_none_or(|name| app.name == name))
        .ok_or_else(|| Failure::no_app(name))?;
    let secret = load_secret(session, &app);
    let instagram = session.instagram.client()?;
    let mut checks = vec![Check::ok("app", describe_source(&app))];
    checks.extend(session.runtime.run(async {
        let id = check_id(&instagram, &app).await;
        Ok::<_, Failure>([id, check_secret(&instagram, secret).await])
    })?);
    checks.push(check_redirect_uri(&app));
    let afterword = None;
    Ok(Checkup { checks, afterword })
}

fn describe_source(app: &App) -> String {
    match app.secret {
        SecretSource::Store => format!("{}, from the configuration file", app.name),
        SecretSource::Environment => {
            "from IGCONNECT_APP_ID, which wins over the configuration file".to_owned()
        }
        SecretSource::Sandbox => "the app of the sandbox".to_owned(),
    }
}

/// Returns the App Secret from the store in which an earlier command left it.
fn find_secret(session: &Session, app: &App) -> Result<AppSecret, Failure> {
    let chosen = session.stores.chosen()?;
    let open = |kind| session.stores.open(kind);
    let store = open(chosen.as_ref().unwrap_or(&StoreKind::Keyring))?;
    match session.apps.secret(app, &store) {
        // Without a keyring, secrets of a test world are in a private file.
        Err(failure)
            if failure.kind == Kind::Store
                && chosen.is_none()
                && !session.settings.world.is_real() =>
        {
            session.apps.secret(app, &*open(&StoreKind::File)?)
        }
        found => found,
    }
}

fn load_secret(session: &Session, app: &App) -> Result<AppSecret, Failure> {
    find_secret(session, app).map_err(|failure| match failure.kind {
        // A missing secret is missing configuration here: a login would not help.
        Kind::Login => Failure {
            kind: Kind::Usage,
            ..failure
        },
        _ => failure,
    })
}

async fn check_id(instagram: &Instagram, app: &App) -> Check {
    const NAME: &str = "app-id";
    let client = OAuthApp {
        id: app.id.as_str(),
        redirect_uri: app.redirect_uri.as_str(),
    };
    match instagram.check_app_id(client).await {
        Ok(AppIdCheck::Instagram) => Check::ok(
            NAME,
            format!("Instagram knows {} as an Instagram App ID", app.id),
        ),
        Ok(AppIdCheck::Meta) => Check::failed(
            NAME,
            Kind::Usage,
            format!("{} is a Meta app id, not an Instagram App ID", app.id),
            format!("Take the Instagram App ID from the {DASHBOARD}, then: igconnect app add"),
        ),
        Ok(AppIdCheck::Unknown) => Check::failed(
            NAME,
            Kind::Usage,
            format!("Instagram does not know {}", app.id),
            format!(
                "Compare it with the Instagram App ID in the {DASHBOARD}, then: igconnect app add"
            ),
        ),
        Ok(AppIdCheck::Unclear(error)) => unclear(NAME, &error),
        Err(error) => Check::from_failure(NAME, error),
    }
}

async fn check_secret(instagram: &Instagram, secret: Result<AppSecret, Failure>) -> Check {
    const NAME: &str = "app-secret";
    let secret = match secret {
        Ok(secret) => secret,
        Err(failure) => return Check::from_failure(NAME, failure),
    };
    match instagram.check_secret(&secret).await {
        Ok(SecretCheck::Right) => Check::ok(
            NAME,
            "Instagram accepted it (probably: Meta does not document this answer)",
        ),
        Ok(SecretCheck::Wrong) => Check::failed(
            NAME,
            Kind::Usage,
            "Instagram refuses the App Secret",
            "Enter the Instagram App Secret, not the Meta app's: igconnect app add",
        ),
        Ok(SecretCheck::Unclear(error)) => unclear(NAME, &error),
        Err(error) => Check::from_failure(NAME, error),
    }
}

/// Reports an answer that says nothing about the app, such as a rate limit.
fn unclear(name: &'static str, error: &ApiError) -> Check {
    match error.explanation().map(|entry| entry.meaning) {
        Some(Meaning::RateLimited | Meaning::Down) => {
            Check::from_failure(name, InstagramError::Refused(Box::new(error.clone())))
        }
        _ => Check::warning(
            name,
            format!(
                "Instagram's answer is unclear: {}",
                error.message.shortened(200)
            ),
            "Try igconnect login, which gets a clearer answer",
        ),
    }
}

fn check_redirect_uri(app: &App) -> Check {
    const NAME: &str = "redirect-uri";
    const NOT_CHECKED: &str = "Instagram cannot be asked which redirect URIs are registered";
    let uri = app.redirect_uri.as_str();
    let shown = format!("{} characters:\n  {uri}", uri.chars().count());
    if uri.ends_with('/') {
        return Check::warning(
            NAME,
            format!("{shown}\nIt ends in a slash. {NOT_CHECKED}."),
            "Compare it with OAuth redirect URIs in the App Dashboard: it must be exactly the same, including the slash",
        );
    }
    Check::ok(
        NAME,
        format!(
            "{shown}\nIt must be exactly the same under OAuth redirect URIs. The dashboard may have added a slash. \
             {NOT_CHECKED}."
        ),
    )
}
