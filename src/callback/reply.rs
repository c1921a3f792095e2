//! Every reply of the listener: pages, two redirects, and the same strict headers on each.

use std::sync::LazyLock;

use hyper::StatusCode;

use super::pages::POLICY;

pub(super) enum CallbackReply {
    Page(StatusCode, String),
    /// To the page with the outcome, or to Instagram's address.
    Redirect(StatusCode, String),
    /// For plain HTTP on the TLS port.
    UseHttps,
}

impl CallbackReply {
    /// The bytes to send. The reply to a HEAD request has no body.
    pub(super) fn bytes(&self, is_head_request: bool) -> Vec<u8> {
        let (status, kind, location, body) = match self {
            Self::Page(status, page) => (*status, "html", None, page.as_str()),
            Self::Redirect(status, location) => (*status, "plain", Some(location), ""),
            Self::UseHttps => (
                StatusCode::BAD_REQUEST,
                "plain",
                None,
                "This port speaks HTTPS. The address must begin with https://\n",
            ),
        };
        let mut extra = location.map_or_else(String::new, |to| format!("Location: {to}\r\n"));
        // A 405 must name the methods that are allowed (RFC 9110 section 15.5.6).
        if status == StatusCode::METHOD_NOT_ALLOWED {
            extra.push_str("Allow: GET\r\n");
        }
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Length: {}\r\n{extra}{}\r\n",
            body.len(),
            *HEADERS,
        );
        let body = if is_head_request { "" } else { body };
        [head.as_bytes(), body.as_bytes()].concat()
    }
}

/// No copy is kept, and no address is passed on.
static HEADERS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "Content-Security-Policy: {}\r\n\
         X-Content-Type-Options: nosniff\r\n\
         X-Frame-Options: DENY\r\n\
         Referrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n",
        *POLICY
    )
});
