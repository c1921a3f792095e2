//! The client, and how it sends a request.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::HeaderValue;
use reqwest::{Method, redirect};
use url::Url;

use super::error::{HttpError, translate};
use super::reply::{Reply, parse_date};

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
    body_max_bytes: usize,
}

impl Client {
    /// For Instagram itself: https only, through the system's proxy if one is set.
    pub(crate) fn secure() -> Result<Self, HttpError> {
        Self::build(BODY_MAX_BYTES, |builder| builder.https_only(true))
    }

    /// For a server on loopback: plain HTTP, never through a proxy.
    pub(crate) fn loopback() -> Result<Self, HttpError> {
        Self::build(BODY_MAX_BYTES, plain)
    }

    pub(super) fn build(
        body_max_bytes: usize,
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
            body_max_bytes,
        })
    }

    pub(crate) async fn get(&self, url: Url, bearer: Option<&str>) -> Result<Reply, HttpError> {
        self.send_bare(Method::GET, url, bearer).await
    }

    pub(crate) async fn delete(&self, url: Url, bearer: &str) -> Result<Reply, HttpError> {
        self.send_bare(Method::DELETE, url, Some(bearer)).await
    }

    /// Posts a form that is already encoded.
    pub(crate) async fn post_form(&self, url: Url, form: Vec<u8>) -> Result<Reply, HttpError> {
        let form = ("application/x-www-form-urlencoded", form);
        self.send(Method::POST, url, &[], Some(form)).await
    }

    /// Returns the server's own time. Any reply will do, also a redirect, since nothing is followed or read.
    pub(crate) async fn head(&self, url: Url) -> Result<Option<Timestamp>, HttpError> {
        let log = start_log(Method::HEAD, &url);
        let sent = self.inner.head(url).send().await;
        let response = sent.map_err(|error| translate(&error));
        log(response.as_ref().map(|response| response.status().as_u16()));
        Ok(parse_date(&response?))
    }

    async fn send_bare(
        &self,
        method: Method,
        url: Url,
        bearer: Option<&str>,
    ) -> Result<Reply, HttpError> {
        let authorization = bearer.map(|token| format!("Bearer {token}"));
        let headers = authorization
            .as_deref()
            .map(|value| ("authorization", value));
        self.send(method, url, headers.as_slice(), None).await
    }

    /// Sends headers that are never printed, and a body of the given type.
    pub(super) async fn send(
        &self,
        method: Method,
        url: Url,
        secret_headers: &[(&'static str, &str)],
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<Reply, HttpError> {
        let log = start_log(method.clone(), &url);
        let mut request = self.inner.request(method, url);
        for (name, value) in secret_headers {
            // A value that cannot be a header is left out; the server's refusal says more than an error here.
            if let Ok(mut value) = HeaderValue::from_str(value) {
                value.set_sensitive(true);
                request = request.header(*name, value);
            }
        }
        if let Some((content_type, bytes)) = body {
            request = request.header("content-type", content_type).body(bytes);
        }
        let request = request.header("accept", "application/json");
        let reply = match request.send().await {
            Ok(response) => Reply::read(response, self.body_max_bytes).await,
            Err(error) => Err(translate(&error)),
        };
        log(reply.as_ref().map(|reply| reply.status));
        reply
    }
}

/// For a server on loopback: no proxy, and no certificates, which a small system may not have.
pub(super) fn plain(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.no_proxy().tls_certs_only([])
}

/// Returns what logs the end of a request: where it went, without the query, and how long it took.
#[allow(
    clippy::disallowed_methods,
    reason = "the duration is only logged; nothing is decided by it"
)]
fn start_log(method: Method, url: &Url) -> impl FnOnce(Result<u16, &HttpError>) + use<> {
    // Copied, so that no query with a secret lives longer than its request.
    let (host, path) = (
        url.host_str().unwrap_or_default().to_owned(),
        url.path().to_owned(),
    );
    let started = Instant::now();
    move |status| {
        let (method, host, path) = (method.as_str(), host.as_str(), path.as_str());
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match status {
            Ok(status) => log::debug!(method, host, path, status, milliseconds; "request"),
            Err(error) => log::warn!(method, host, path, error:%, milliseconds; "request"),
        }
    }
}

/// Whether the system finds an address for this name. Through a proxy it does not have to.
pub(crate) async fn resolves(host: &str, port: u16) -> bool {
    let found = tokio::net::lookup_host((host, port)).await;
    found.is_ok_and(|mut addresses| addresses.next().is_some())
}
