//! `app check`: asks Instagram about an app before the browser opens, with a made-up code and a made-up token.

use crate::account::{AppSecret, StoreKind, Untrusted};
use crate::answers::{Check, Checkup};
use crate::failure::{Failure, Kind};
use crate::instagram::{AppIdCheck, Instagram, SecretCheck};
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
    let (id, secret) = session.runtime.run(async {
        let id = check_id(&instagram, &app).await;
        Ok::<_, Failure>((id, check_secret(&instagram, secret).await))
    })?;
    let checks = vec![
        Check::ok(describe_source(&app)).named("app"),
        id.named("app-id"),
        secret.named("app-secret"),
        check_redirect_uri(&app).named("redirect-uri"),
    ];
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
fn load_secret(session: &Session, app: &App) -> Result<AppSecret, Failure> {
    let chosen = session.stores.chosen()?;
    let load = |kind| session.apps.secret(app, &*session.stores.open(kind)?);
    let loaded = match load(chosen.as_ref().unwrap_or(&StoreKind::Keyring)) {
        // Without a keyring, secrets of a test world are in a private file.
        Err(failure)
            if failure.kind == Kind::Store
                && chosen.is_none()
                && !session.settings.world.is_real() =>
        {
            load(&StoreKind::File)
        }
        loaded => loaded,
    };
    loaded.map_err(|failure| match failure.kind {
        // A missing secret is missing configuration here: a login would not help.
        Kind::Login => Failure {
            kind: Kind::Usage,
            ..failure
        },
        _ => failure,
    })
}

async fn check_id(instagram: &Instagram, app: &App) -> Check {
    let id = &app.id;
    let wrong = |message, fix| Check::failed(Kind::Usage, message, fix);
    match instagram
        .check_app_id(id.as_str(), app.redirect_uri.as_str())
        .await
    {
        Ok(AppIdCheck::Instagram) => {
            let message = format!("Instagram knows {id} as an Instagram App ID");
            Check::ok(message)
        }
        Ok(AppIdCheck::Meta) => wrong(
            format!("{id} is a Meta app id, not an Instagram App ID"),
            format!("Take the Instagram App ID from the {DASHBOARD}, then: igconnect app add"),
        ),
        Ok(AppIdCheck::Unknown) => wrong(
            format!("Instagram does not know {id}"),
            format!(
                "Compare it with the Instagram App ID in the {DASHBOARD}, then: igconnect app add"
            ),
        ),
        Ok(AppIdCheck::Unclear(message)) => unclear(&message),
        Err(error) => Check::from(error),
    }
}

async fn check_secret(instagram: &Instagram, secret: Result<AppSecret, Failure>) -> Check {
    let secret = match secret {
        Ok(secret) => secret,
        Err(failure) => return Check::from(failure),
    };
    match instagram.check_secret(&secret).await {
        Ok(SecretCheck::Right) => {
            Check::ok("Instagram accepted it (probably: Meta does not document this answer)")
        }
        Ok(SecretCheck::Wrong) => Check::failed(
            Kind::Usage,
            "Instagram refuses the App Secret",
            "Enter the Instagram App Secret, not the Meta app's: igconnect app add",
        ),
        Ok(SecretCheck::Unclear(message)) => unclear(&message),
        Err(error) => Check::from(error),
    }
}

fn unclear(message: &Untrusted) -> Check {
    let message = message.shortened(200);
    Check::warning(
        format!("Instagram's answer is unclear: {message}"),
        "Try igconnect login, which gets a clearer answer",
    )
}

fn check_redirect_uri(app: &App) -> Check {
    const NOT_CHECKED: &str = "Instagram cannot be asked which redirect URIs are registered";
    let uri = app.redirect_uri.as_str();
    let shown = format!("{} characters:\n  {uri}", uri.chars().count());
    if !uri.ends_with('/') {
        let message = format!(
            "{shown}\nIt must be exactly the same under OAuth redirect URIs. The dashboard may have added a slash. \
             {NOT_CHECKED}."
        );
        return Check::ok(message);
    }
    Check::warning(
        format!("{shown}\nIt ends in a slash. {NOT_CHECKED}."),
        "Compare it with OAuth redirect URIs in the App Dashboard: it must be exactly the same, including the slash",
    )
}
