//! Why a request got no reply. Only the kind is kept, because a library's error prints the whole address.

/// No variant holds an address or a library's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HttpError {
    /// The name was not resolved or the connection failed. Nothing was sent.
    #[error("no connection")]
    Connect,
    /// Nothing was sent.
    #[error("the TLS certificate is not trusted")]
    Tls,
    #[error("no answer in time")]
    Timeout,
    /// The reply broke off or was not HTTP.
    #[error("the connection broke")]
    Broken,
    #[error("an answer larger than any real one")]
    TooLarge,
    #[error("an answer in an encoding that was not asked for")]
    Encoded,
    #[error("a redirect to another place")]
    Redirect,
    #[error("this system's TLS set-up cannot be used")]
    Setup,
}

impl HttpError {
    /// Whether the request certainly never reached the server.
    pub(crate) fn nothing_was_sent(self) -> bool {
        matches!(self, Self::Connect | Self::Tls | Self::Setup)
    }
}

pub(super) fn translate(error: &reqwest::Error) -> HttpError {
    // A timeout while connecting is both, and then nothing was sent.
    if error.is_connect() && is_tls(error) {
        HttpError::Tls
    } else if error.is_connect() {
        HttpError::Connect
    } else if error.is_timeout() {
        HttpError::Timeout
    } else {
        // Once connected, something was sent, whatever broke.
        HttpError::Broken
    }
}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        if found.is::<rustls::Error>() {
            return true;
        }
        // `source` of an I/O error skips the error inside it, and TLS errors are wrapped in two of them.
        cause = match found.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as _),
            None => found.source(),
        };
    }
    false
}
