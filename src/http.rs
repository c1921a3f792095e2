//! The one careful HTTP client: TLS, deadlines, bounded replies, no redirects, no referer.
//!
//! - `error` why there is no reply, `told` what the log hears, `own` a server that the person names: whom to trust there
//!
//! Invariant: an address with its query is a secret here. No error, and nothing that can be printed, holds one.

mod error;
mod own;
mod told;

use std::time::Duration;

use jiff::Timestamp;
pub(crate) use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use url::Url;
use zeroize::Zeroizing;

pub(crate) use error::HttpError;
pub(crate) use own::OwnServer;

use error::translate;
use told::Told;

/// A server that does not take the connection in this time is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest silence in the middle of a reply.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that one request may take, whatever it trickles.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// No documented reply of Instagram's comes near this size, in bytes.
const BODY_MAX_BYTES: usize = 1024 * 1024;

/// A whole reply.
pub(crate) struct Reply {
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
    /// The body, bounded in size, wiped on drop since it may hold a token.
    pub body: Zeroizing<Vec<u8>>,
}

#[cfg(test)]
impl Reply {
    /// One that says no more than this.
    pub fn saying(status: u16, body: &str) -> Self {
        Self {
            status,
            date: None,
            retry_after: None,
            business_usage: None,
            app_usage: None,
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }
}

/// The client. Making one reads the system's certificates, so it is made only where the network is used.
#[derive(Clone)]
pub(crate) struct Client {
    inner: reqwest::Client,
    body_max_bytes: usize,
}

/// What a request says beside its address.
#[derive(Default)]
struct Said {
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Said {
    fn bearer(token: &str) -> Self {
        Self::default().secret_header("authorization", &format!("Bearer {token}"))
    }

    /// A header that is never printed. One that cannot be a header is left out.
    fn secret_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    fn body(mut self, kind: &'static str, body: Vec<u8>) -> Self {
        let kind = HeaderValue::from_static(kind);
        self.headers.insert("content-type", kind);
        self.body = Some(body);
        self
    }
}

impl Client {
    /// For Instagram itself: https only, through the system's proxy where one is set.
    pub(crate) fn secure() -> Result<Self, HttpError> {
        Self::build(|builder| builder.https_only(true))
    }

    /// For a stand-in at a loopback address: plain HTTP, never through a proxy.
    pub(crate) fn loopback() -> Result<Self, HttpError> {
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
        let body_max_bytes = BODY_MAX_BYTES;
        Ok(Self {
            inner,
            body_max_bytes,
        })
    }

    /// GET, with a bearer token where one is given.
    pub(crate) async fn get(&self, url: Url, bearer: Option<&str>) -> Result<Reply, HttpError> {
        let said = bearer.map_or_else(Said::default, Said::bearer);
        self.send(Method::GET, url, said).await
    }

    /// HEAD, for the server's own time; any reply will do, a redirect too, since nothing is followed or read.
    pub(crate) async fn head(&self, url: Url) -> Result<Option<Timestamp>, HttpError> {
        let told = Told::new(Method::HEAD, &url);
        let sent = self.inner.head(url).send().await;
        let answer = sent.map_err(|error| translate(&error));
        told.end(answer.as_ref().map(|answer| answer.status().as_u16()));
        Ok(date_of(&answer?))
    }

    /// DELETE with a bearer token.
    pub(crate) async fn delete(&self, url: Url, bearer: &str) -> Result<Reply, HttpError> {
        self.send(Method::DELETE, url, Said::bearer(bearer)).await
    }

    /// POST of a form that is already encoded.
    pub(crate) async fn post_form(&self, url: Url, form: Vec<u8>) -> Result<Reply, HttpError> {
        let said = Said::default().body("application/x-www-form-urlencoded", form);
        self.send(Method::POST, url, said).await
    }

    async fn send(&self, method: Method, url: Url, said: Said) -> Result<Reply, HttpError> {
        let told = Told::new(method.clone(), &url);
        let reply = self.exchange(method, url, said).await;
        told.end(reply.as_ref().map(|reply| reply.status));
        reply
    }

    async fn exchange(&self, method: Method, url: Url, said: Said) -> Result<Reply, HttpError> {
        let mut request = self.inner.request(method, url).headers(said.headers);
        request = request.header("accept", "application/json");
        if let Some(body) = said.body {
            request = request.body(body);
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
            if reply.body.len() + chunk.len() > self.body_max_bytes {
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

/// `Date`, where it can be read.
fn date_of(response: &reqwest::Response) -> Option<Timestamp> {
    let text = response.headers().get("date")?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

/// Whether the system finds an address for this name. Through a proxy it need not.
pub(crate) async fn resolves(host: &str, port: u16) -> bool {
    let found = tokio::net::lookup_host((host, port)).await;
    found.is_ok_and(|mut addresses| addresses.next().is_some())
}
