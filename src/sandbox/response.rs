//! A response before it is bytes, and its body on the way out.

use std::convert::Infallible;

use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame};
use hyper::header::HeaderValue;
use serde_json::Value;
use url::Url;

#[derive(Debug, Clone)]
pub(super) struct Response {
    pub(super) status: u16,
    /// Beside those that [`Response::into_hyper`] adds.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) text: String,
    /// Whether the body goes on for ever, with blanks instead of `text`.
    pub(super) is_endless: bool,
}

impl Response {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json; charset=UTF-8", body.to_string())
    }

    pub(super) fn text(status: u16, content_type: &'static str, text: String) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            text,
            is_endless: false,
        }
    }

    pub(super) fn redirect(to: &Url) -> Self {
        Self::text(302, "text/plain; charset=utf-8", String::new())
            .with_header("location", to.as_str())
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn into_hyper(self) -> hyper::Response<BoxBody<Bytes, Infallible>> {
        let always = [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ];
        let body = if self.is_endless {
            // Blanks before a JSON value are allowed, so no client can tell from them that the body never ends.
            let blanks = || Ok(Frame::data(Bytes::from_static(&[b' '; 8192])));
            BodyExt::boxed(StreamBody::new(stream::repeat_with(blanks)))
        } else {
            Full::from(self.text).boxed()
        };
        let mut response = hyper::Response::new(body);
        *response.status_mut() = self.status.try_into().unwrap_or_default();
        let own = self.headers.iter().map(|(name, value)| (*name, &**value));
        for (name, value) in always.into_iter().chain(own) {
            // A value with a line break would end the header, so it is left out.
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
