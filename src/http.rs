//! The one careful HTTP client: TLS, deadlines, bounded replies, no redirects, no referer.
//!
//! Invariant: an address with its query is a secret here. No error, and nothing that can be printed, holds one.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, redirect};
use url::Url;
use zeroize::Zeroizing;

/// A server that does not take the connection in this time is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest silence in the middle of a reply.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that one request may take, whatever it trickles.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// No documented reply comes near this size, in bytes.
const BODY_MAX_BYTES: usize = 1024 * 1024;

/// Why there is no reply. No variant holds an address or a library's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The name could not be resolved or the connection not be made; nothing was sent.
    #[error("no connection")]
    Connect,
    /// The certificate is not trusted, or TLS failed otherwise; nothing was sent.
    #[error("the TLS certificate is not trusted")]
    Tls,
    /// No whole reply in time.
    #[error("no answer in time")]
    Timeout,
    /// The reply broke off or was not HTTP.
    #[error("the connection broke")]
    Broken,
    /// The reply was larger than any real one.
    #[error("an answer larger than any of Instagram's")]
    TooLarge,
    /// The body is compressed or encoded otherwise, which was not asked for.
    #[error("an answer in an encoding that was not asked for")]
    Encoded,
    /// A redirect, which is never followed: it would carry the token to another place.
    #[error("a redirect to another place")]
    Redirect,
    /// The client itself could not be made.
    #[error("this system's TLS set-up cannot be used")]
    Setup,
}

impl HttpError {
    /// Whether the request certainly never reached the server.
    pub fn nothing_was_sent(self) -> bool {
        matches!(self, Self::Connect | Self::Tls | Self::Setup)
    }
}

/// A whole reply.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// `Date`, where it can be read.
    pub date: Option<Timestamp>,
    /// `Retry-After` in seconds, where it is a number.
    pub retry_after: Option<u64>,
    /// `X-Business-Use-Case-Usage`, JSON text.
    pub business_usage: Option<String>,
    /// `X-App-Usage`, JSON text.
    pub app_usage: Option<String>,
    /// The body, at most 1 MiB, wiped on drop since it may hold a token.
    pub body: Zeroizing<Vec<u8>>,
}

/// The client. Making one reads the system's certificates, so it is made only where the network is used.
#[derive(Clone)]
pub struct Client {
    inner: reqwest::Client,
}

impl Client {
    /// For Instagram itself: https only, through the system's proxy where one is set.
    pub fn secure() -> Result<Self, HttpError> {
        Self::build(|builder| builder.https_only(true))
    }

    /// For a stand-in at a loopback address: plain HTTP, never through a proxy.
    pub fn loopback() -> Result<Self, HttpError> {
        Self::build(reqwest::ClientBuilder::no_proxy)
    }

    fn build(
        choose: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, HttpError> {
        // One provider for the whole process; somebody may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("igconnect/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(REQUEST_TIMEOUT);
        let inner = choose(builder).build().map_err(|_| HttpError::Setup)?;
        Ok(Self { inner })
    }

    /// GET, with a bearer token where one is given.
    pub async fn get(&self, url: Url, bearer: Option<&str>) -> Result<Reply, HttpError> {
        self.send(Method::GET, url, bearer, None).await
    }

    /// HEAD, for the server's own time; any reply will do, a redirect too, since nothing is followed or read.
    pub async fn head(&self, url: Url) -> Result<Option<Timestamp>, HttpError> {
        let told = Told::new(Method::HEAD, &url);
        let sent = self.inner.head(url).send().await;
        let answer = sent.map_err(|error| translate(&error));
        told.end(answer.as_ref().map(|answer| answer.status().as_u16()));
        Ok(date_of(&answer?))
    }

    /// DELETE with a bearer token.
    pub async fn delete(&self, url: Url, bearer: &str) -> Result<Reply, HttpError> {
        self.send(Method::DELETE, url, Some(bearer), None).await
    }

    /// POST of a form that is already encoded.
    pub async fn post_form(&self, url: Url, form: Vec<u8>) -> Result<Reply, HttpError> {
        self.send(Method::POST, url, None, Some(form)).await
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        bearer: Option<&str>,
        form: Option<Vec<u8>>,
    ) -> Result<Reply, HttpError> {
        let told = Told::new(method.clone(), &url);
        let reply = self.exchange(method, url, bearer, form).await;
        told.end(reply.as_ref().map(|reply| reply.status));
        reply
    }

    async fn exchange(
        &self,
        method: Method,
        url: Url,
        bearer: Option<&str>,
        form: Option<Vec<u8>>,
    ) -> Result<Reply, HttpError> {
        let mut request: RequestBuilder = self.inner.request(method, url);
        request = request.header("accept", "application/json");
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        if let Some(form) = form {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form);
        }
        let mut response = request.send().await.map_err(|error| translate(&error))?;
        if response.status().is_redirection() {
            return Err(HttpError::Redirect);
        }
        if is_encoded(&response) {
            return Err(HttpError::Encoded);
        }
        if is_ambiguous(&response) {
            return Err(HttpError::Broken);
        }
        let header = |name| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let mut reply = Reply {
            status: response.status().as_u16(),
            date: date_of(&response),
            retry_after: header("retry-after").and_then(|text| text.parse().ok()),
            business_usage: header("x-business-use-case-usage").map(str::to_owned),
            app_usage: header("x-app-usage").map(str::to_owned),
            body: Zeroizing::new(Vec::new()),
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| translate(&error))? {
            if reply.body.len() + chunk.len() > BODY_MAX_BYTES {
                return Err(HttpError::TooLarge);
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

/// Whether the body is anything but plain, as only what changes answers on the way would have it.
fn is_encoded(response: &reqwest::Response) -> bool {
    let mut encodings = response.headers().get_all("content-encoding").iter();
    encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Whether the reply says in two ways where it ends: a sign of one smuggled into another (RFC 9112, section 6.3).
fn is_ambiguous(response: &reqwest::Response) -> bool {
    let has = |name| response.headers().contains_key(name);
    has("transfer-encoding") && has("content-length")
}

/// A request as the log tells it: where it went, without the query, and how long that took.
struct Told {
    method: Method,
    host: String,
    path: String,
    began: Instant,
}

impl Told {
    #[allow(
        clippy::disallowed_methods,
        reason = "only measured and told: nothing is decided by it"
    )]
    fn new(method: Method, url: &Url) -> Self {
        Self {
            method,
            host: url.host_str().unwrap_or_default().to_owned(),
            path: url.path().to_owned(),
            began: Instant::now(),
        }
    }

    fn end(&self, status: Result<u16, &HttpError>) {
        let (method, host, path) = (self.method.as_str(), self.host.as_str(), self.path.as_str());
        let milliseconds = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match status {
            Ok(status) => {
                log::debug!(method, host, path, status, milliseconds; "request");
            }
            Err(error) => {
                log::warn!(method, host, path, error:%, milliseconds; "request");
            }
        }
    }
}

/// `Date`, where it can be read.
fn date_of(response: &reqwest::Response) -> Option<Timestamp> {
    let text = response.headers().get("date")?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

/// Whether the system finds an address for this name. Through a proxy it need not.
pub async fn resolves(host: &str, port: u16) -> bool {
    let found = tokio::net::lookup_host((host, port)).await;
    found.is_ok_and(|mut addresses| addresses.next().is_some())
}

/// A library's error prints the whole address, so only its kind is taken.
fn translate(error: &reqwest::Error) -> HttpError {
    // Once connected, something was sent, whatever broke.
    if error.is_connect() && is_tls(error) {
        HttpError::Tls
    } else if error.is_timeout() && !error.is_connect() {
        HttpError::Timeout
    } else if error.is_connect() {
        HttpError::Connect
    } else {
        HttpError::Broken
    }
}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        if found.is::<rustls::Error>() {
            return true;
        }
        // An I/O error names as its source that of the error within it; errors of TLS come within two of them.
        cause = match found.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as _),
            None => found.source(),
        };
    }
    false
}
