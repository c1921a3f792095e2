//! The client, and how it sends a request.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, redirect};
use url::Url;

use super::error::{HttpError, translate};
use super::reply::{Reply, parse_date};
use super::request_log::RequestLog;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest silence in the middle of a reply.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// For a whole request, also when bytes keep trickling in.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// No documented reply of Instagram comes near this size.
const BODY_MAX_BYTES: usize = 1024 * 1024;

/// Creating one reads the system's certificates, so only commands that use the network do.
#[derive(Clone)]
pub(crate) struct Client {
    inner: reqwest::Client,
    pub(super) body_max_bytes: usize,
}

/// What a request contains beside its method and address.
#[derive(Default)]
pub(super) struct RequestParts {
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl RequestParts {
    fn bearer(token: &str) -> Self {
        Self::default().secret_header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a header that is never printed. A value that cannot be a header is left out.
    pub(super) fn secret_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(super) fn body(mut self, content_type: &'static str, body: Vec<u8>) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        self.headers.insert("content-type", content_type);
        self.body = Some(body);
        self
    }
}

impl Client {
    /// For Instagram itself: https only, through the system's proxy if one is set.
    pub(crate) fn secure() -> Result<Self, HttpError> {
        Self::build(|builder| builder.https_only(true))
    }

    /// For a server on loopback: plain HTTP, never through a proxy.
    pub(crate) fn loopback() -> Result<Self, HttpError> {
        Self::build(reqwest::ClientBuilder::no_proxy)
    }

    pub(super) fn build(
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, HttpError> {
        // Fails if the process already has a provider, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("igconnect/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the token to another place.
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(REQUEST_TIMEOUT);
        Ok(Self {
            inner: configure(builder).build().map_err(|_| HttpError::Setup)?,
            body_max_bytes: BODY_MAX_BYTES,
        })
    }

    pub(crate) async fn get(&self, url: Url, bearer: Option<&str>) -> Result<Reply, HttpError> {
        let parts = bearer.map_or_else(RequestParts::default, RequestParts::bearer);
        self.send(Method::GET, url, parts).await
    }

    /// Returns the server's own time. Any reply will do, also a redirect, since nothing is followed or read.
    pub(crate) async fn head(&self, url: Url) -> Result<Option<Timestamp>, HttpError> {
        let log = RequestLog::start(Method::HEAD, &url);
        let sent = self.inner.head(url).send().await;
        let response = sent.map_err(|error| translate(&error));
        log.finish(response.as_ref().map(|response| response.status().as_u16()));
        Ok(parse_date(&response?))
    }

    pub(crate) async fn delete(&self, url: Url, bearer: &str) -> Result<Reply, HttpError> {
        self.send(Method::DELETE, url, RequestParts::bearer(bearer))
            .await
    }

    /// Posts a form that is already encoded.
    pub(crate) async fn post_form(&self, url: Url, form: Vec<u8>) -> Result<Reply, HttpError> {
        let parts = RequestParts::default().body("application/x-www-form-urlencoded", form);
        self.send(Method::POST, url, parts).await
    }

    pub(super) async fn send(
        &self,
        method: Method,
        url: Url,
        parts: RequestParts,
    ) -> Result<Reply, HttpError> {
        let log = RequestLog::start(method.clone(), &url);
        let reply = self.exchange(method, url, parts).await;
        log.finish(reply.as_ref().map(|reply| reply.status));
        reply
    }

    async fn exchange(
        &self,
        method: Method,
        url: Url,
        parts: RequestParts,
    ) -> Result<Reply, HttpError> {
        let mut request = self
            .inner
            .request(method, url)
            .headers(parts.headers)
            .header("accept", "application/json");
        if let Some(body) = parts.body {
            request = request.body(body);
        }
        let response = request.send().await.map_err(|error| translate(&error))?;
        Reply::read(response, self.body_max_bytes).await
    }
}

/// Whether the system finds an address for this name. Through a proxy it does not have to.
pub(crate) async fn resolves(host: &str, port: u16) -> bool {
    let found = tokio::net::lookup_host((host, port)).await;
    found.is_ok_and(|mut addresses| addresses.next().is_some())
}
