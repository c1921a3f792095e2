//! A request as the log tells it: where it went, without the query, and how long that took.

use std::time::Instant;

use reqwest::Method;
use url::Url;

use super::HttpError;

/// A request as the log tells it: where it went, without the query, and how long that took.
pub(super) struct Told {
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
    pub(super) fn new(method: Method, url: &Url) -> Self {
        Self {
            method,
            host: url.host_str().unwrap_or_default().to_owned(),
            path: url.path().to_owned(),
            began: Instant::now(),
        }
    }

    pub(super) fn end(&self, status: Result<u16, &HttpError>) {
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
