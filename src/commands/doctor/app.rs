//! Checks the Meta app: whether it is set up, its secret is stored, and Instagram knows its id.

use crate::answers::Check;
use crate::failure::{Failure, Kind};
use crate::instagram::{AppIdCheck, Instagram, InstagramError};
use crate::session::Session;
use crate::settings::{App, SecretSource};
use crate::store::Store;

/// `app` is `None` if the configuration cannot be read, which is reported by its own check.
pub(super) fn check_setup(app: Option<&Result<Option<App>, Failure>>) -> Check {
    match app {
        None => Check::warning(
            "unknown, because the configuration cannot be read",
            "Fix the configuration first",
        ),
        Some(Err(failure)) => Check::from(failure.clone()),
        Some(Ok(None)) => Check::warning(
            "no Meta app is set up, or several are and none is the default",
            "Set one up: igconnect app add (see igconnect help setup)",
        ),
        Some(Ok(Some(app))) if app.redirect_uri.as_str().ends_with('/') => Check::warning(
            "set up; its redirect URI ends in a slash",
            "Compare it with the App Dashboard, where it must be exactly the same: igconnect app check",
        ),
        Some(Ok(Some(_))) => Check::ok("set up"),
    }
}

/// Checks that the App Secret exists. Only `app check` sends it to Instagram.
pub(super) fn check_secret(session: &Session, app: &App, store: Option<&Store>) -> Option<Check> {
    // Never read: only a secret from the environment or the sandbox is looked up without a store.
    let nowhere = Store::file(std::path::Path::new(""));
    let store = match (app.secret, store) {
        // The store failed, which its own check reports.
        (SecretSource::Store, None) => return None,
        (_, store) => store.unwrap_or(&nowhere),
    };
    Some(match session.apps.secret(app, store) {
        Ok(_) => {
            let message = "stored; to check it with Instagram: igconnect app check";
            Check::ok(message)
        }
        // A login would not help: the secret belongs to the app and not to an account.
        Err(failure) if failure.kind == Kind::Login => Check::failed(
            Kind::Usage,
            "the App Secret is missing from the store",
            "Enter it again: igconnect app add",
        ),
        Err(failure) => Check::from(failure),
    })
}

pub(super) async fn check_id(instagram: &Instagram, app: &App) -> Check {
    let wrong = |message, fix| Check::failed(Kind::Usage, message, fix);
    let (id, redirect_uri) = (app.id.as_str(), app.redirect_uri.as_str());
    match instagram.check_app_id(id, redirect_uri).await {
        Ok(AppIdCheck::Instagram) => Check::ok("Instagram knows this Instagram App ID"),
        Ok(AppIdCheck::Meta) => wrong(
            "it is a Meta app id, not an Instagram App ID",
            "Copy the Instagram App ID from API setup with Instagram login, then: igconnect app add",
        ),
        Ok(AppIdCheck::Unknown) => wrong(
            "Instagram does not know this id",
            "Compare it with the App Dashboard, then: igconnect app add",
        ),
        // Instagram's message may name the app, and this report is for the public.
        Ok(AppIdCheck::Unclear(_)) => Check::warning(
            "Instagram's answer is unclear",
            "See the answer: igconnect app check",
        ),
        Err(InstagramError::Refused(_)) => {
            let kind = Kind::Trouble;
            Check::failed(kind, "Instagram cannot answer now", "Try again later")
        }
        Err(error) => Check::from(error),
    }
}
