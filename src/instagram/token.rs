//! The tokens' endpoints: consent, code to short token, short to long, renewal, and the undocumented revocation.

use oauth2::{
    AuthType, AuthUrl, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, RedirectUrl,
    RequestTokenError, Scope, TokenResponse, TokenUrl, basic::BasicClient,
};
use serde::Deserialize;
use url::Url;

use super::client::Instagram;
use super::error::InstagramError;
use super::retry;
use super::wire::{self, PermissionList};
use crate::account::{AppSecret, AuthorizationCode, LongToken, OAuthState, Scopes, ShortToken};

/// What a code was exchanged for.
#[derive(Debug)]
pub(crate) struct ShortTokenResponse {
    /// The token of one hour.
    pub token: ShortToken,
    /// The permissions, where Instagram named them.
    pub scopes: Scopes,
}

/// A long-lived token, new or renewed.
#[derive(Debug)]
pub(crate) struct LongTokenResponse {
    /// The token.
    pub token: LongToken,
    /// Its life in seconds, where Instagram said. A token is not thrown away because nobody said how long it lives.
    pub expires_in: Option<i64>,
    /// The server's own time, where it said.
    pub date: Option<jiff::Timestamp>,
}

#[derive(Deserialize)]
struct ShortTokenBody {
    access_token: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    permissions: Option<PermissionList>,
}

#[derive(Deserialize)]
struct LongTokenBody {
    access_token: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    expires_in: Option<i64>,
}

/// The app and the redirect URI of one login.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OAuthApp<'a> {
    /// The Instagram App ID.
    pub id: &'a str,
    /// The redirect URI, letter by letter as registered.
    pub redirect_uri: &'a str,
}

impl Instagram {
    /// The address of the consent page. It holds the `state`, so it never goes into an argument list.
    pub(crate) fn authorize_url(
        &self,
        client: OAuthApp<'_>,
        scopes: &Scopes,
        state: &OAuthState,
        force_reauth: bool,
    ) -> Result<Url, InstagramError> {
        let oauth = BasicClient::new(ClientId::new(client.id.to_owned()))
            .set_auth_uri(AuthUrl::from_url(self.endpoints.authorize()?))
            .set_redirect_uri(RedirectUrl::new(client.redirect_uri.to_owned())?);
        let request = oauth
            .authorize_url(|| CsrfToken::new(state.expose().to_owned()))
            // One scope parameter with commas: Instagram's own separator.
            .add_scope(Scope::new(scopes.joined().to_owned()));
        let request = if force_reauth {
            request.add_extra_param("force_reauth", "true")
        } else {
            request
        };
        Ok(request.url().0)
    }

    /// Exchanges the code for a short-lived token. Never repeated: a code is good once.
    pub(crate) async fn exchange(
        &self,
        client: OAuthApp<'_>,
        secret: &AppSecret,
        code: AuthorizationCode,
    ) -> Result<ShortTokenResponse, InstagramError> {
        let oauth = BasicClient::new(ClientId::new(client.id.to_owned()))
            .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_redirect_uri(RedirectUrl::new(client.redirect_uri.to_owned())?)
            .set_token_uri(TokenUrl::from_url(self.endpoints.exchange()?));
        let code = oauth2::AuthorizationCode::new(code.expose().to_owned());
        let send = |request: HttpRequest| self.send_exchange(request);
        let answer = oauth
            .exchange_code(code)
            .request_async(&send)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => error,
                // The other variants quote the body, so nothing of them goes on.
                _ => InstagramError::NotInstagram("an answer that is not of the documented form"),
            })?;
        let scopes = answer
            .scopes()
            .map(|scopes| scopes.iter().map(|scope| scope.as_str()));
        Ok(ShortTokenResponse {
            token: ShortToken::new(answer.access_token().secret().clone())
                .map_err(|_| InstagramError::Missing("access_token"))?,
            scopes: scopes
                .and_then(|scopes| Scopes::collect(scopes).ok())
                .unwrap_or_default(),
        })
    }

    /// Sends what oauth2 has built and gives it the answer in the form of RFC 6749, whichever form Instagram chose.
    async fn send_exchange(&self, request: HttpRequest) -> Result<HttpResponse, InstagramError> {
        let url = self.endpoints.exchange()?;
        let reply = self.http.post_form(url, request.into_body()).await?;
        let wire: ShortTokenBody = wire::read(&reply)?;
        let token = wire.access_token.filter(|token| !token.is_empty());
        let token = token.ok_or(InstagramError::Missing("access_token"))?;
        let scope = wire
            .permissions
            .map(|permissions| permissions.into_text().replace(',', " "));
        let standard =
            serde_json::json!({"access_token": token, "token_type": "bearer", "scope": scope});
        Ok(HttpResponse::new(standard.to_string().into_bytes()))
    }

    /// Turns a short-lived token into one of 60 days. A read, so a passing failure is tried again.
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
        retry::reading(async || self.long(url.clone()).await).await
    }

    /// Renews a long-lived token. Tried again only where nothing can have been renewed: whether the old token survives a
    /// renewal is not documented.
    pub(crate) async fn refresh(
        &self,
        token: &LongToken,
    ) -> Result<LongTokenResponse, InstagramError> {
        let mut url = self.endpoints.refresh()?;
        url.query_pairs_mut()
            .append_pair("grant_type", "ig_refresh_token")
            .append_pair("access_token", token.expose());
        retry::changing(async || self.long(url.clone()).await).await
    }

    async fn long(&self, url: Url) -> Result<LongTokenResponse, InstagramError> {
        let reply = self.get(url, None).await?;
        let wire: LongTokenBody = wire::read(&reply)?;
        let token = wire
            .access_token
            .ok_or(InstagramError::Missing("access_token"))?;
        Ok(LongTokenResponse {
            token: LongToken::new(token).map_err(|_| InstagramError::Missing("access_token"))?,
            expires_in: wire.expires_in.filter(|seconds| *seconds > 0),
            date: reply.date,
        })
    }

    /// Sends the revocation that many projects send and no page of Instagram's documents. Whether it worked is known
    /// only when a following `/me` is refused.
    pub(crate) async fn revoke(&self, token: &LongToken) -> Result<(), InstagramError> {
        let url = self.endpoints.graph("me/permissions")?;
        let reply = self.http.delete(url, token.expose()).await?;
        wire::read::<serde::de::IgnoredAny>(&reply).map(|_| ())
    }
}
