//! Questions that change nothing: is Instagram there, does it know this app id, does this App Secret belong to an app.
//!
//! Invariant: what is asked with is a dummy, so no code is used up and no token is made.

use jiff::Timestamp;
use url::{Url, form_urlencoded};

use super::client::Instagram;
use super::error::{ApiError, InstagramError};
use super::explanation::Meaning;
use super::token::OAuthApp;
use super::wire;
use crate::account::AppSecret;
use crate::http::HttpError;

/// Neither a code nor a token of Instagram's, which are much longer.
const DUMMY: &str = "igconnect-probe";

/// What Instagram takes an app id for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AppIdCheck {
    /// An Instagram App ID.
    Instagram,
    /// The id of a Meta app, or of one without the Instagram product.
    Meta,
    /// No app of that id.
    Unknown,
    /// It said something else, which tells nothing about the id.
    Unclear(Box<ApiError>),
}

/// What Instagram's answer says of an App Secret. One report describes these answers, so it is a hint and no proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretCheck {
    /// The secret was passed and the dummy token refused.
    Right,
    /// The secret was refused.
    Wrong,
    /// It said something else, which tells nothing about the secret.
    Unclear(Box<ApiError>),
}

impl Instagram {
    /// The bare addresses of the hosts that a login and a renewal need; one for a stand-in.
    pub(crate) fn places(&self) -> Result<Vec<Url>, InstagramError> {
        let roots = [
            self.endpoints.authorize()?,
            self.endpoints.exchange()?,
            self.endpoints.extend()?,
        ];
        let mut places: Vec<Url> = roots
            .iter()
            .map(|url| url.join("/"))
            .collect::<Result<_, _>>()?;
        places.dedup();
        Ok(places)
    }

    /// Asks whether anybody is at `place`; any reply will do. Returns the time as the server has it.
    pub(crate) async fn reach(&self, place: Url) -> Result<Option<Timestamp>, HttpError> {
        self.http.head(place).await
    }

    /// The time as Instagram has it, asked for without a token; `None` where it cannot be had.
    pub(crate) async fn time(&self) -> Option<Timestamp> {
        let place = self.endpoints.refresh().ok()?.join("/").ok()?;
        self.reach(place).await.ok().flatten()
    }

    /// Asks what `client` is by exchanging a code that does not exist. The App Secret is not sent.
    pub(crate) async fn check_app_id(
        &self,
        client: OAuthApp<'_>,
    ) -> Result<AppIdCheck, InstagramError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", client.id)
            .append_pair("client_secret", DUMMY)
            .append_pair("grant_type", "authorization_code")
            .append_pair("redirect_uri", client.redirect_uri)
            .append_pair("code", DUMMY)
            .finish();
        let url = self.endpoints.exchange()?;
        let refusal = self.refusal(self.http.post_form(url, form.into_bytes()).await?)?;
        let said = refusal.message.raw().to_lowercase();
        Ok(match refusal.explanation().map(|entry| entry.meaning) {
            Some(Meaning::Code) => AppIdCheck::Instagram,
            // It judged the code, or our dummy of a secret, and so knew the id.
            _ if said.contains("validating verification code") => AppIdCheck::Instagram,
            _ if said.contains("invalid platform app") => AppIdCheck::Meta,
            _ if said.contains("required field client_id")
                || said.contains("invalid application id") =>
            {
                AppIdCheck::Unknown
            }
            _ => AppIdCheck::Unclear(refusal),
        })
    }

    /// Asks whether `secret` is one by exchanging a token that does not exist.
    pub(crate) async fn check_secret(
        &self,
        secret: &AppSecret,
    ) -> Result<SecretCheck, InstagramError> {
        let mut url = self.endpoints.extend()?;
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_exchange_token")
            .append_pair("client_secret", secret.expose())
            .append_pair("access_token", DUMMY);
        let refusal = self.refusal(self.http.get(url, None).await?)?;
        let said = refusal.message.raw().to_lowercase();
        Ok(match refusal.code {
            _ if said.contains("validating client secret") => SecretCheck::Wrong,
            // A session that is no good was judged after the secret.
            190 | 102 | 452 => SecretCheck::Right,
            _ => SecretCheck::Unclear(refusal),
        })
    }

    /// The refusal that a dummy must meet; anything else is no answer of Instagram's.
    fn refusal(&self, reply: crate::http::Reply) -> Result<Box<ApiError>, InstagramError> {
        match wire::read::<serde::de::IgnoredAny>(&reply) {
            Err(InstagramError::Refused(refusal)) => Ok(refusal),
            Err(other) => Err(other),
            Ok(_) => Err(InstagramError::NotInstagram("a yes to a made-up code")),
        }
    }
}
