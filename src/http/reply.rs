//! A whole reply: the headers that matter, and a bounded body.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::error::{HttpError, translate};

pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Date`, if it can be parsed.
    pub(crate) date: Option<Timestamp>,
    /// `Retry-After` in seconds, if it can be parsed.
    pub(crate) retry_after: Option<u64>,
    /// `X-Business-Use-Case-Usage`, as JSON text.
    pub(crate) business_usage: Option<String>,
    /// `X-App-Usage`, as JSON text.
    pub(crate) app_usage: Option<String>,
    /// Wiped on drop, because it may contain a token.
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Reply {
    /// Reads the body up to `max_bytes`. Redirects, encodings and ambiguous lengths are errors.
    pub(super) async fn read(
        mut response: reqwest::Response,
        max_bytes: usize,
    ) -> Result<Self, HttpError> {
        if response.status().is_redirection() {
            return Err(HttpError::Redirect);
        }
        let headers = response.headers();
        // We ask for no encoding, so only something between us and the server would add one.
        let mut encodings = headers.get_all("content-encoding").iter();
        if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return Err(HttpError::Encoded);
        }
        // A reply with two lengths is a sign of response smuggling (RFC 9112, section 6.3).
        if headers.contains_key("transfer-encoding") && headers.contains_key("content-length") {
            return Err(HttpError::Broken);
        }
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mut reply = Self {
            status: response.status().as_u16(),
            date: parse_date(&response),
            retry_after: header("retry-after").and_then(|text| seconds_until(text, &response)),
            business_usage: header("x-business-use-case-usage").map(str::to_owned),
            app_usage: header("x-app-usage").map(str::to_owned),
            body: Zeroizing::new(Vec::new()),
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| translate(&error))? {
            // While it is read, because a length is only announced.
            if reply.body.len() + chunk.len() > max_bytes {
                return Err(HttpError::TooLarge);
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }

    #[cfg(test)]
    pub(crate) fn with_body(status: u16, body: &str) -> Self {
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

/// Reads a number of seconds, or a date that is compared with the server's own (RFC 9110, section 10.2.3).
fn seconds_until(text: &str, response: &reqwest::Response) -> Option<u64> {
    text.parse().ok().or_else(|| {
        let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        let wait = then.duration_since(parse_date(response)?);
        u64::try_from(wait.as_secs()).ok()
    })
}

/// The server's time, if `Date` can be parsed.
pub(super) fn parse_date(response: &reqwest::Response) -> Option<Timestamp> {
    let text = response.headers().get("date")?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}
