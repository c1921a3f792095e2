//! Asks Instagram about an app, with a made-up code and a made-up token.

use super::app_setup::DASHBOARD;
use crate::account::{AppSecret, Untrusted};
use crate::failure::{Failure, Kind};
use crate::instagram::{AppIdCheck, Instagram, SecretCheck};
use crate::settings::App;

/// What Instagram answered, unless it refused.
pub(crate) enum ProbeAnswer {
    Accepted,
    Unclear(Untrusted),
}

pub(crate) async fn probe_id(instagram: &Instagram, app: &App) -> Result<ProbeAnswer, Failure> {
    let id = &app.id;
    let (message, fix) = match instagram
        .check_app_id(id.as_str(), app.redirect_uri.as_str())
        .await?
    {
        AppIdCheck::Instagram => return Ok(ProbeAnswer::Accepted),
        AppIdCheck::Unclear(message) => return Ok(ProbeAnswer::Unclear(message)),
        AppIdCheck::Meta => (
            format!("{id} is a Meta app id, not an Instagram App ID"),
            format!("Take the Instagram App ID from the {DASHBOARD}, then: igconnect app add"),
        ),
        AppIdCheck::Unknown => (
            format!("Instagram does not know {id}"),
            format!(
                "Compare it with the Instagram App ID in the {DASHBOARD}, then: igconnect app add"
            ),
        ),
    };
    Err(Failure::new(Kind::Usage, message).hint(fix))
}

pub(crate) async fn probe_secret(
    instagram: &Instagram,
    secret: &AppSecret,
) -> Result<ProbeAnswer, Failure> {
    match instagram.check_secret(secret).await? {
        SecretCheck::Right => Ok(ProbeAnswer::Accepted),
        SecretCheck::Unclear(message) => Ok(ProbeAnswer::Unclear(message)),
        SecretCheck::Wrong => Err(
            Failure::new(Kind::Usage, "Instagram refuses the App Secret")
                .hint("Enter the Instagram App Secret, not the Meta app's: igconnect app add"),
        ),
    }
}
