//! All that the listener can say: constant pages, two redirects, and the same strict headers on each of them.
//!
//! Invariant: nothing here is given a part of a request, so nothing can be reflected; only [`CallbackPage::Connected`] says
//! "connected".

use std::sync::LazyLock;

use ring::digest::{SHA256, digest};

/// The pages. Each stands whole in `pages/`, but for the beginning and the style that all share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallbackPage {
    Connected,
    Denied,
    Failed,
    Used,
    NotFound,
}

const STYLE: &str = include_str!("pages/style.css");

macro_rules! page {
    ($end:literal) => {
        concat!(
            include_str!("pages/head.html"),
            "<style>",
            include_str!("pages/style.css"),
            "</style>\n",
            include_str!($end)
        )
    };
}

impl CallbackPage {
    pub(super) fn html(self) -> &'static str {
        match self {
            Self::Connected => page!("pages/connected.html"),
            Self::Denied => page!("pages/denied.html"),
            Self::Failed => page!("pages/failed.html"),
            Self::Used => page!("pages/used.html"),
            Self::NotFound => page!("pages/notfound.html"),
        }
    }
}

/// The statuses that occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    Found,
    SeeOther,
    BadRequest,
    NotFound,
    MethodNotAllowed,
    Gone,
    MisdirectedRequest,
    HeadersTooLarge,
    ServiceUnavailable,
}

impl Status {
    fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::Found => "302 Found",
            Self::SeeOther => "303 See Other",
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed\r\nAllow: GET",
            Self::Gone => "410 Gone",
            Self::MisdirectedRequest => "421 Misdirected Request",
            Self::HeadersTooLarge => "431 Request Header Fields Too Large",
            Self::ServiceUnavailable => "503 Service Unavailable",
        }
    }
}

/// One reply.
pub(super) enum CallbackReply {
    CallbackPage(Status, CallbackPage),
    /// `location` is one of ours: the outcome, or Instagram's address.
    Redirect {
        status: Status,
        location: String,
    },
    /// For who speaks plain HTTP to the TLS port.
    UseHttps,
}

impl CallbackReply {
    /// The bytes to send; to a HEAD request without the body.
    pub(super) fn bytes(&self, without_body: bool) -> Vec<u8> {
        let (status, kind, extra, body) = match self {
            Self::CallbackPage(status, page) => (*status, "html", String::new(), page.html()),
            Self::Redirect { status, location } => {
                (*status, "plain", format!("Location: {location}\r\n"), "")
            }
            Self::UseHttps => (
                Status::BadRequest,
                "plain",
                String::new(),
                "This port speaks HTTPS: the address begins with https://\n",
            ),
        };
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Length: {}\r\n{extra}{}\r\n",
            status.line(),
            body.len(),
            *HEADERS,
        );
        let body = if without_body { "" } else { body };
        [head.as_bytes(), body.as_bytes()].concat()
    }
}

/// No script, no remote thing, no frame, no form, no copy kept, no address passed on.
static HEADERS: LazyLock<String> = LazyLock::new(|| {
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

    const ALL: [CallbackPage; 5] = [
        CallbackPage::Connected,
        CallbackPage::Denied,
        CallbackPage::Failed,
        CallbackPage::Used,
        CallbackPage::NotFound,
    ];

    #[test]
    fn every_page_is_whole_accessible_and_of_its_own() {
        for page in ALL {
            let html = page.html();
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
                assert_eq!(html.matches(part).count(), 1, "{page:?} {part}");
            }
            for untrusted in [
                "<script", "http:", "https:", "//", "src=", "style=", "@import", "url(",
            ] {
                assert!(!html.contains(untrusted), "{page:?} {untrusted}");
            }
        }
    }

    #[test]
    fn only_the_page_of_success_says_connected() {
        for page in ALL {
            let body = page.html().split_once("</style>").unwrap().1.to_lowercase();
            assert_eq!(
                body.replace("igconnect", "").contains("connected"),
                page == CallbackPage::Connected,
                "{page:?}"
            );
        }
    }
}
