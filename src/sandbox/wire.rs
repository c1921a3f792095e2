//! What is asked and what is answered, free of sockets: a request in parts, a reply with its headers.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::{
    Response,
    body::{Body, Bytes, Frame, SizeHint},
    header::{HeaderName, HeaderValue},
};
use serde_json::Value;
use url::Url;

/// Parameters in the order they came.
pub(super) type Pairs = Vec<(String, String)>;

/// A request whose body was read.
#[derive(Debug, Default)]
pub(super) struct Ask {
    /// The query.
    pub(super) query: Pairs,
    /// The fields of a form; `None` when the body is something else, such as JSON.
    pub(super) form: Option<Pairs>,
    /// The token of `Authorization: Bearer`.
    pub(super) bearer: Option<String>,
}

impl Ask {
    /// The first query parameter of that name, if it is not empty.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The first form field of that name, if it is not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        first(self.form.as_ref()?, name)
    }

    /// The access token, from the header or else from the query.
    pub(super) fn token(&self) -> Option<&str> {
        self.bearer
            .as_deref()
            .or_else(|| self.param("access_token"))
    }
}

fn first<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name);
    found
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// A reply, before it is bytes.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// Headers beside those of [`Reply::into_response`].
    pub(super) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(super) body: Content,
}

/// What a body can be.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A text of a known end.
    Text(String),
    /// JSON that never ends.
    Endless,
}

impl Reply {
    /// A JSON reply.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// A text of some type.
    pub(super) fn text(status: u16, kind: &'static str, body: String) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self {
            status,
            headers,
            body: Content::Text(body),
        }
    }

    /// A redirect.
    pub(super) fn redirect(to: &Url) -> Self {
        Self::text(302, "text/plain; charset=utf-8", String::new()).with("location", to.as_str())
    }

    /// The same reply with one more header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The reply for hyper, with the headers that every reply has.
    pub(super) fn into_response(self) -> Response<Stream> {
        let always = [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ];
        let mut response = Response::new(Stream::new(self.body));
        *response.status_mut() = self.status.try_into().unwrap_or_default();
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        for (name, value) in always.into_iter().chain(own) {
            if let Ok(value) = HeaderValue::from_str(value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// The body on its way out.
pub(super) struct Stream {
    ready: VecDeque<Bytes>,
    endless: bool,
}

impl Stream {
    fn new(content: Content) -> Self {
        match content {
            Content::Text(text) => Self {
                ready: VecDeque::from([Bytes::from(text)]),
                endless: false,
            },
            Content::Endless => Self {
                ready: VecDeque::from([Bytes::from_static(b"{\"data\":[")]),
                endless: true,
            },
        }
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        // Eight KiB at a time: a client that stops reading stops this too.
        const MORE: &[u8] = &[b' '; 8192];
        let next = self.ready.pop_front();
        let next = next.or_else(|| self.endless.then(|| Bytes::from_static(MORE)));
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        let left: usize = self.ready.iter().map(Bytes::len).sum();
        if self.endless {
            SizeHint::default()
        } else {
            SizeHint::with_exact(left as u64)
        }
    }
}
