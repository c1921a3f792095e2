//! The Meta app: whether there is one, whether its secret is kept, what Instagram takes its id for.

use crate::answers::Check;
use crate::failure::{Failure, Kind};
use crate::instagram::explanation::Meaning;
use crate::instagram::{ApiError, AppIdCheck, Instagram, OAuthApp};
use crate::session::Session;
use crate::settings::{App, SecretSource};
use crate::store::Store;

/// `None` where the configuration cannot be read, which is told elsewhere.
pub(super) fn setup(app: Option<&Result<Option<App>, Failure>>) -> Check {
    const NAME: &str = "app";
    match app {
        None => Check::warning(
            NAME,
            "which one is not known: the configuration cannot be read",
            "Mend the configuration first",
        ),
        Some(Err(failure)) => Check::of(NAME, failure.clone()),
        Some(Ok(None)) => Check::warning(
            NAME,
            "no Meta app is set up, or none of several is the default one",
            "Set it up: igconnect app add; how: igconnect help setup",
        ),
        Some(Ok(Some(app))) if app.redirect_uri.as_str().ends_with('/') => Check::warning(
            NAME,
            "set up; its redirect URI ends in a slash",
            "Compare it letter by letter with the App Dashboard: igconnect app check",
        ),
        Some(Ok(Some(_))) => Check::ok(NAME, "set up"),
    }
}

/// Whether the App Secret is there. It is not sent anywhere: that is what `app check` does.
pub(super) fn secret(session: &Session, app: Option<&App>, store: Option<&Store>) -> Option<Check> {
    const NAME: &str = "app-secret";
    let app = app?;
    let nowhere = Store::file(std::path::Path::new(""));
    let store = match (app.secret, store) {
        // The store has failed, and its own check says so.
        (SecretSource::Store, None) => return None,
        (_, store) => store.unwrap_or(&nowhere),
    };
    Some(match session.apps.secret(app, store) {
        Ok(_) => Check::ok(
            NAME,
            "kept; whether it fits is asked by igconnect app check",
        ),
        Err(failure) if failure.kind == Kind::Login => Check::failed(
            NAME,
            Kind::Usage,
            "the App Secret is gone from the store",
            "Enter it again: igconnect app add",
        ),
        Err(failure) => Check::of(NAME, failure),
    })
}

/// What Instagram takes the app id for. Asked only where Instagram answers at all.
pub(super) async fn id(instagram: &Instagram, app: &App) -> Check {
    const NAME: &str = "app-id";
    let client = OAuthApp {
        id: app.id.as_str(),
        redirect_uri: app.redirect_uri.as_str(),
    };
    match instagram.check_app_id(client).await {
        Ok(AppIdCheck::Instagram) => Check::ok(NAME, "Instagram knows it as an Instagram App ID"),
        Ok(AppIdCheck::Meta) => Check::failed(
            NAME,
            Kind::Usage,
            "it is the id of a Meta app, not the Instagram App ID",
            "Take the Instagram App ID from API setup with Instagram login, then: igconnect app add",
        ),
        Ok(AppIdCheck::Unknown) => Check::failed(
            NAME,
            Kind::Usage,
            "Instagram does not know it",
            "Compare it with the App Dashboard, then: igconnect app add",
        ),
        Ok(AppIdCheck::Unclear(said)) if is_trouble(&said) => {
            let kind = Kind::Trouble;
            Check::failed(NAME, kind, "Instagram cannot say now", "Try again later")
        }
        // Instagram's own words may name the app, so they stay out of this report.
        Ok(AppIdCheck::Unclear(_)) => Check::warning(
            NAME,
            "Instagram's answer says nothing about it",
            "See the answer with igconnect app check",
        ),
        Err(error) => Check::of(NAME, error.into()),
    }
}

fn is_trouble(said: &ApiError) -> bool {
    let meaning = said.explanation().map(|entry| entry.meaning);
    matches!(meaning, Some(Meaning::RateLimited | Meaning::Down))
}
