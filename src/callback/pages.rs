//! Every reply of the listener: constant pages, two redirects, and the same strict headers on each.
//!
//! Invariant: nothing here receives any part of a request, so nothing can be reflected. Only the page of
//! [`LoginOutcome::Connected`] says "connected".

use std::sync::LazyLock;

use hyper::StatusCode;
use ring::digest::{SHA256, digest};

/// How the login ended, for the page that the person is looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginOutcome {
    /// The account is connected and its token stored.
    Connected,
    /// The person, or Instagram, denied access.
    Denied,
    /// Anything else. The terminal says what.
    Failed,
}

const STYLE: &str = include_str!("html/style.css");

/// A file of `html/`, after the head and the style that all pages share.
macro_rules! page {
    ($file:literal) => {
        concat!(
            include_str!("html/head.html"),
            "<style>",
            include_str!("html/style.css"),
            "</style>\n",
            include_str!($file)
        )
    };
}

impl LoginOutcome {
    pub(super) fn page(self) -> &'static str {
        match self {
            Self::Connected => page!("html/connected.html"),
            Self::Denied => page!("html/denied.html"),
            Self::Failed => page!("html/failed.html"),
        }
    }
}

pub(super) const USED_PAGE: &str = page!("html/used.html");
pub(super) const NOT_FOUND_PAGE: &str = page!("html/notfound.html");

pub(super) enum CallbackReply {
    Page(StatusCode, &'static str),
    /// To the page with the outcome, or to Instagram's address.
    Redirect(StatusCode, String),
    /// For plain HTTP on the TLS port.
    UseHttps,
}

impl CallbackReply {
    /// The bytes to send. The reply to a HEAD request has no body.
    pub(super) fn bytes(&self, is_head_request: bool) -> Vec<u8> {
        let (status, kind, location, body) = match self {
            Self::Page(status, page) => (*status, "html", None, *page),
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

/// No script, remote resource, frame or form. No copy is kept, and no address is passed on.
static HEADERS: LazyLock<String> = LazyLock::new(|| {
    // The policy allows this very style and no other, so it is hashed and not named.
    let style = data_encoding::BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref());
    format!(
        "Content-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\
         X-Frame-Options: DENY\r\n\
         Referrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n"
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 5] = [
        page!("html/connected.html"),
        page!("html/denied.html"),
        page!("html/failed.html"),
        USED_PAGE,
        NOT_FOUND_PAGE,
    ];

    #[test]
    fn every_page_is_complete_accessible_and_self_contained() {
        for html in ALL {
            for part in [
                "<!doctype html>",
                "<html lang=\"en\">",
                "<meta charset=\"utf-8\">",
                "name=\"viewport\"",
                "<title>",
                "<main>",
                "<h1>",
                "</html>",
            ] {
                assert_eq!(html.matches(part).count(), 1, "{html} {part}");
            }
            for untrusted in [
                "<script", "http:", "https:", "//", "src=", "style=", "@import", "url(",
            ] {
                assert!(!html.contains(untrusted), "{html} {untrusted}");
            }
        }
    }

    #[test]
    fn only_the_page_of_success_says_connected() {
        for html in ALL {
            let body = html.split_once("</style>").unwrap().1.to_lowercase();
            assert_eq!(
                body.replace("igconnect", "").contains("connected"),
                html == LoginOutcome::Connected.page(),
                "{html}"
            );
        }
    }
}
