//! A request in the log: where it went, without the query, and how long it took.

use std::time::Instant;

use reqwest::Method;
use url::Url;

use super::error::HttpError;

pub(super) struct RequestLog {
    method: Method,
    host: String,
    path: String,
    started: Instant,
}

impl RequestLog {
    #[allow(
        clippy::disallowed_methods,
        reason = "the duration is only logged; nothing is decided by it"
    )]
    pub(super) fn start(method: Method, url: &Url) -> Self {
        Self {
            method,
            host: url.host_str().unwrap_or_default().to_owned(),
            path: url.path().to_owned(),
            started: Instant::now(),
        }
    }

    pub(super) fn finish(&self, status: Result<u16, &HttpError>) {
        let (method, host, path) = (self.method.as_str(), self.host.as_str(), self.path.as_str());
        let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match status {
            Ok(status) => log::debug!(method, host, path, status, milliseconds; "request"),
            Err(error) => log::warn!(method, host, path, error:%, milliseconds; "request"),
        }
    }
}
