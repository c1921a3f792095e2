//! The endpoints for tokens: consent, exchange, extension, refresh, and the undocumented revocation.

use oauth2::{
    AuthType, AuthUrl, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, RedirectUrl,
    RequestTokenError, Scope, TokenResponse, TokenUrl, basic::BasicClient,
};
use serde_json::json;
use url::Url;

use super::client::Instagram;
use super::error::InstagramError;
use super::retry;
use super::wire;
use crate::account::{AppSecret, AuthorizationCode, LongToken, OAuthState, Scopes, ShortToken};

#[derive(Debug)]
pub(crate) struct ShortTokenResponse {
    pub(crate) token: ShortToken,
    /// Empty if Instagram did not name them.
    pub(crate) scopes: Scopes,
}

/// From an extension or a refresh.
#[derive(Debug)]
pub(crate) struct LongTokenResponse {
    pub(crate) token: LongToken,
    /// In seconds. A token without a lifetime is kept.
    pub(crate) expires_in: Option<i64>,
    /// The server's own time.
    pub(crate) date: Option<jiff::Timestamp>,
}

/// The app and the redirect URI of one login.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OAuthApp<'a> {
    /// The Instagram App ID.
    pub(crate) id: &'a str,
    /// Exactly as registered.
    pub(crate) redirect_uri: &'a str,
}

impl Instagram {
    /// The address of the consent page. It contains the `state`, so it must not be in an argument list.
    pub(crate) fn authorize_url(
        &self,
        app: OAuthApp<'_>,
        scopes: &Scopes,
        state: &OAuthState,
        force_reauth: bool,
    ) -> Result<Url, InstagramError> {
        let oauth = BasicClient::new(ClientId::new(app.id.to_owned()))
            .set_auth_uri(AuthUrl::from_url(self.endpoints.authorize()?))
            .set_redirect_uri(RedirectUrl::new(app.redirect_uri.to_owned())?);
        let request = oauth
            .authorize_url(|| CsrfToken::new(state.expose().to_owned()))
            // As one scope, because Instagram separates scopes with commas.
            .add_scope(Scope::new(scopes.joined().to_owned()));
        let (url, _) = match force_reauth {
            true => request.add_extra_param("force_reauth", "true").url(),
            false => request.url(),
        };
        Ok(url)
    }

    /// Exchanges the code for a short-lived token. Never retried, because a code works once.
    pub(crate) async fn exchange(
        &self,
        app: OAuthApp<'_>,
        secret: &AppSecret,
        code: AuthorizationCode,
    ) -> Result<ShortTokenResponse, InstagramError> {
        let oauth = BasicClient::new(ClientId::new(app.id.to_owned()))
            .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_redirect_uri(RedirectUrl::new(app.redirect_uri.to_owned())?)
            .set_token_uri(TokenUrl::from_url(self.endpoints.exchange()?));
        let code = oauth2::AuthorizationCode::new(code.expose().to_owned());
        let send = |request: HttpRequest| self.send_exchange(request);
        let answer = oauth
            .exchange_code(code)
            .request_async(&send)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => error,
                // The other variants quote the body, which may contain a token.
                _ => InstagramError::NotInstagram("an answer in an undocumented form"),
            })?;
        let token = ShortToken::new(answer.access_token().secret().clone());
        let scopes = answer.scopes().into_iter().flatten();
        Ok(ShortTokenResponse {
            token: token.map_err(|_| InstagramError::Missing("access_token"))?,
            // A malformed list counts as none: it must not cost the login.
            scopes: Scopes::collect(scopes.map(|scope| scope.as_str())).unwrap_or_default(),
        })
    }

    /// Sends the request that oauth2 has built, and converts Instagram's answer to the form of RFC 6749.
    async fn send_exchange(&self, request: HttpRequest) -> Result<HttpResponse, InstagramError> {
        let url = self.endpoints.exchange()?;
        let reply = self.http.post_form(url, request.into_body()).await?;
        let fields = wire::read(&reply)?;
        let token = fields
            .text("access_token")
            .filter(|token| !token.is_empty());
        let token = token.ok_or(InstagramError::Missing("access_token"))?;
        let scope = fields.words("permissions").map(|names| names.join(" "));
        let standard = json!({"access_token": token, "token_type": "bearer", "scope": scope});
        Ok(HttpResponse::new(standard.to_string().into_bytes()))
    }

    /// Exchanges a short-lived token for one of 60 days. It changes nothing, so temporary failures are retried.
    pub(crate) async fn extend(
        &self,
        secret: &AppSecret,
        short: &ShortToken,
    ) -> Result<LongTokenResponse, InstagramError> {
        let mut url = self.endpoints.extend()?;
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_exchange_token")
            .append_pair("client_secret", secret.expose())
            .append_pair("access_token", short.expose());
        retry::retry_read(async || self.request_long_token(url.clone()).await).await
    }

    /// Refreshes a long-lived token. Only retried if nothing can have been refreshed, because it is not documented whether
    /// the old token stays valid.
    pub(crate) async fn refresh(
        &self,
        token: &LongToken,
    ) -> Result<LongTokenResponse, InstagramError> {
        let mut url = self.endpoints.refresh()?;
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_refresh_token")
            .append_pair("access_token", token.expose());
        retry::retry_change(async || self.request_long_token(url.clone()).await).await
    }

    async fn request_long_token(&self, url: Url) -> Result<LongTokenResponse, InstagramError> {
        let reply = self.get(url, None).await?;
        let fields = wire::read(&reply)?;
        let missing = InstagramError::Missing("access_token");
        let token = fields.text("access_token");
        let token = token.and_then(|token| LongToken::new(token).ok());
        Ok(LongTokenResponse {
            token: token.ok_or(missing)?,
            expires_in: fields.integer("expires_in").filter(|seconds| *seconds > 0),
            date: reply.date,
        })
    }

    /// Sends the revocation that many projects use and Instagram does not document. It only worked if a following `/me` is
    /// refused.
    pub(crate) async fn revoke(&self, token: &LongToken) -> Result<(), InstagramError> {
        let url = self.endpoints.graph("me/permissions")?;
        let reply = self.http.delete(url, token.expose()).await?;
        wire::read(&reply).map(|_| ())
    }
}
