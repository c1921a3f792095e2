//! `app check`: asks Instagram about an app before the browser opens, with a made-up code and a made-up token.

use crate::account::{AppSecret, StoreKind, Untrusted};
use crate::answers::{Check, Checkup};
use crate::failure::{Failure, Kind};
use crate::instagram::Instagram;
use crate::session::Session;
use crate::session::app_probe::{self, ProbeAnswer};
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
        .map_or_else(|| Err(session.apps.not_found(name)), Ok)?;
    let secret = load_secret(session, &app);
    let instagram = session.instagram.client()?;
    let _spinner = session.console.waiting("Asking Instagram …");
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
    Ok(Checkup::new(checks, None))
}

fn describe_source(app: &App) -> String {
    match app.secret {
        SecretSource::Store => format!("{}, from the configuration file", app.name),
        SecretSource::Environment => {
            "from the environment, which wins over the configuration file".to_owned()
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
    match app_probe::probe_id(instagram, app).await {
        Ok(ProbeAnswer::Accepted) => {
            let message = format!("Instagram knows {} as an Instagram App ID", app.id);
            Check::ok(message)
        }
        Ok(ProbeAnswer::Unclear(message)) => unclear(&message),
        Err(failure) => failure.into(),
    }
}

async fn check_secret(instagram: &Instagram, secret: Result<AppSecret, Failure>) -> Check {
    let secret = match secret {
        Ok(secret) => secret,
        Err(failure) => return failure.into(),
    };
    match app_probe::probe_secret(instagram, &secret).await {
        Ok(ProbeAnswer::Accepted) => {
            Check::ok("Instagram accepted it (probably: Meta does not document this answer)")
        }
        Ok(ProbeAnswer::Unclear(message)) => unclear(&message),
        Err(failure) => failure.into(),
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
