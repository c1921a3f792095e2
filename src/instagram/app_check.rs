//! Checks that change nothing: whether Instagram can be reached, knows an App ID, and accepts an App Secret.
//!
//! Invariant: codes and tokens are placeholders here, so no code is used up and no token is issued.

use jiff::Timestamp;
use url::{Url, form_urlencoded};

use super::client::Instagram;
use super::error::{ApiError, InstagramError};
use super::explanation::Meaning;
use super::wire;
use crate::account::{AppSecret, Untrusted};
use crate::http::{HttpError, Reply};

/// Neither a code nor a token, which are much longer.
const PLACEHOLDER: &str = "igconnect-probe";

/// What an App ID is according to Instagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AppIdCheck {
    Instagram,
    /// The id of the Meta app, or of an app without the Instagram product.
    Meta,
    Unknown,
    /// Another answer, which says nothing about the id.
    Unclear(Untrusted),
}

/// What an App Secret is according to Instagram. Only one report describes these answers, so this is a hint, not a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretCheck {
    /// Instagram refused the token, so it had accepted the secret.
    Right,
    Wrong,
    /// Another answer, which says nothing about the secret.
    Unclear(Untrusted),
}

impl Instagram {
    /// The hosts that a login and a refresh need, without a path.
    pub(crate) fn hosts(&self) -> Result<Vec<Url>, InstagramError> {
        let endpoints = &self.endpoints;
        let urls = [
            endpoints.authorize()?,
            endpoints.exchange()?,
            endpoints.extend()?,
        ];
        let hosts: Result<Vec<Url>, _> = urls.iter().map(|url| url.join("/")).collect();
        let mut hosts = hosts?;
        // A test server is all three at once.
        hosts.dedup();
        Ok(hosts)
    }

    /// Checks that `host` can be reached, and returns its time. Any reply will do.
    pub(crate) async fn reach(&self, host: Url) -> Result<Option<Timestamp>, HttpError> {
        self.http.head(host).await
    }

    /// Instagram's own time, requested without a token.
    pub(crate) async fn time(&self) -> Option<Timestamp> {
        let host = self.endpoints.refresh().ok()?.join("/").ok()?;
        self.reach(host).await.ok().flatten()
    }

    /// Checks the App ID by exchanging a code that does not exist. The App Secret is not sent. Fails if Instagram cannot
    /// answer now.
    pub(crate) async fn check_app_id(
        &self,
        id: &str,
        redirect_uri: &str,
    ) -> Result<AppIdCheck, InstagramError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", id)
            .append_pair("client_secret", PLACEHOLDER)
            .append_pair("grant_type", "authorization_code")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code", PLACEHOLDER)
            .finish();
        let url = self.endpoints.exchange()?;
        let refusal = refusal(&self.http.post_form(url, form.into_bytes()).await?)?;
        let message = refusal.message.raw().to_lowercase();
        let says = |part| message.contains(part);
        Ok(match refusal.meaning() {
            Meaning::Code => AppIdCheck::Instagram,
            // Instagram got as far as checking the code or the secret, so it knows the id.
            _ if says("validating verification code") => AppIdCheck::Instagram,
            _ if says("invalid platform app") => AppIdCheck::Meta,
            _ if says("required field client_id") => AppIdCheck::Unknown,
            _ if says("invalid application id") => AppIdCheck::Unknown,
            _ => AppIdCheck::Unclear(unclear(refusal)?),
        })
    }

    /// Checks the App Secret by exchanging a token that does not exist. Fails if Instagram cannot answer now.
    pub(crate) async fn check_secret(
        &self,
        secret: &AppSecret,
    ) -> Result<SecretCheck, InstagramError> {
        let mut url = self.endpoints.extend()?;
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_exchange_token")
            .append_pair("client_secret", secret.expose())
            .append_pair("access_token", PLACEHOLDER);
        let refusal = refusal(&self.http.get(url, None).await?)?;
        let message = refusal.message.raw().to_lowercase();
        Ok(match refusal.code {
            _ if message.contains("validating client secret") => SecretCheck::Wrong,
            // Instagram checks the token after the secret.
            190 | 102 | 452 => SecretCheck::Right,
            _ => SecretCheck::Unclear(unclear(refusal)?),
        })
    }
}

/// Returns the refusal that a placeholder must get. Anything else does not come from Instagram.
fn refusal(reply: &Reply) -> Result<Box<ApiError>, InstagramError> {
    match wire::read(reply) {
        Err(InstagramError::Refused(refusal)) => Ok(refusal),
        Err(other) => Err(other),
        Ok(_) => Err(InstagramError::NotInstagram("a success for a made-up code")),
    }
}

/// Returns the message of a refusal that says nothing about the app.
fn unclear(refusal: Box<ApiError>) -> Result<Untrusted, InstagramError> {
    match refusal.meaning() {
        Meaning::RateLimited | Meaning::Down => Err(InstagramError::Refused(refusal)),
        _ => Ok(refusal.message),
    }
}
