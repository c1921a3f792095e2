//! `app check`: what can be known of a Meta app before the browser opens. Instagram is asked twice, with dummies.

use crate::account::{AppSecret, StoreKind};
use crate::answers::{Check, Checkup};
use crate::failure::{Failure, Kind};
use crate::instagram::explanation::Meaning;
use crate::instagram::{ApiError, AppIdCheck, Instagram, InstagramError, OAuthApp, SecretCheck};
use crate::session::{Session, app_setup::DASHBOARD};
use crate::settings::{App, SecretSource};

/// Looks at the app of this name, or at the one that a login would use.
pub(super) fn run(name: Option<&str>, session: &Session) -> Result<Checkup, Failure> {
    // In the sandbox its own app stands in for any other, and then it is not the one that was asked about.
    let app = session
        .apps
        .find(name)?
        .filter(|app| name.is_none_or(|name| app.name == name));
    let app = app.ok_or_else(|| Failure::no_app(name))?;
    let secret = secret(session, &app);
    let instagram = session.instagram.client()?;
    let mut checks = vec![Check::ok("app", source(&app))];
    checks.extend(session.runtime.run(async {
        let id = id(&instagram, &app).await;
        Ok::<_, Failure>([id, judged(&instagram, secret).await])
    })?);
    checks.push(redirect_uri(&app));
    Ok(Checkup::new(checks, None))
}

fn source(app: &App) -> String {
    match app.secret {
        SecretSource::Store => format!("{}, from the configuration file", app.name),
        SecretSource::Environment => {
            "from IGCONNECT_APP_ID, which goes before the configuration file".to_owned()
        }
        SecretSource::Sandbox => "the one that the sandbox brings".to_owned(),
    }
}

/// The App Secret, from wherever this app has it. A secret that is not there is configuration that is missing.
fn secret(session: &Session, app: &App) -> Result<AppSecret, Failure> {
    find_secret(session, app).map_err(|failure| match failure.kind {
        Kind::Login => Failure {
            kind: Kind::Usage,
            ..failure
        },
        _ => failure,
    })
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

async fn id(instagram: &Instagram, app: &App) -> Check {
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
            format!(
                "{} is the id of a Meta app, not an Instagram App ID",
                app.id
            ),
            format!(
                "Take the Instagram App ID from the {DASHBOARD}, and enter it again: igconnect app add"
            ),
        ),
        Ok(AppIdCheck::Unknown) => Check::failed(
            NAME,
            Kind::Usage,
            format!("Instagram does not know {}", app.id),
            format!(
                "Compare it with the Instagram App ID in the {DASHBOARD}, and enter it again: igconnect app add"
            ),
        ),
        Ok(AppIdCheck::Unclear(said)) => unclear(NAME, &said),
        Err(error) => unasked(NAME, error),
    }
}

async fn judged(instagram: &Instagram, secret: Result<AppSecret, Failure>) -> Check {
    const NAME: &str = "app-secret";
    let secret = match secret {
        Ok(secret) => secret,
        Err(failure) => return Check::from_failure(NAME, failure),
    };
    match instagram.check_secret(&secret).await {
        Ok(SecretCheck::Right) => Check::ok(
            NAME,
            "Instagram let it pass; that is a hint and no proof, since this answer is documented nowhere",
        ),
        Ok(SecretCheck::Wrong) => Check::failed(
            NAME,
            Kind::Usage,
            "Instagram refuses the App Secret",
            "Enter the Instagram App Secret, not the Meta app's, again: igconnect app add",
        ),
        Ok(SecretCheck::Unclear(said)) => unclear(NAME, &said),
        Err(error) => unasked(NAME, error),
    }
}

/// Instagram's limit and its own troubles are no word about the app.
fn unclear(name: &'static str, said: &ApiError) -> Check {
    let failure = Failure::from(InstagramError::Refused(Box::new(said.clone())));
    match said.explanation().map(|entry| entry.meaning) {
        Some(Meaning::RateLimited | Meaning::Down) => Check::from_failure(name, failure),
        _ => Check::warning(
            name,
            format!(
                "Instagram's answer says nothing about it: {}",
                said.message.shortened(200)
            ),
            "Try igconnect login: its answer is clearer",
        ),
    }
}

fn unasked(name: &'static str, error: InstagramError) -> Check {
    Check::from_failure(name, error)
}

/// Letter by letter, because that is how Instagram compares it.
fn redirect_uri(app: &App) -> Check {
    const NAME: &str = "redirect-uri";
    const UNASKED: &str = "Instagram cannot be asked which ones are registered";
    let uri = app.redirect_uri.as_str();
    let length = uri.chars().count();
    let shown = format!("{length} characters, sent exactly so:\n  {uri}");
    if uri.ends_with('/') {
        Check::warning(
            NAME,
            format!("{shown}\nIt ends in a slash. {UNASKED}."),
            "Compare it letter by letter with OAuth redirect URIs in the App Dashboard: with and without the slash are two",
        )
    } else {
        Check::ok(
            NAME,
            format!(
                "{shown}\nIt must stand under OAuth redirect URIs letter by letter; the dashboard may have added a slash. {UNASKED}."
            ),
        )
    }
}
