//! Why there is no reply: the kind alone, for a library's error prints the whole address.

/// Why there is no reply. No variant holds an address or a library's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The name could not be resolved or the connection not be made; nothing was sent.
    #[error("no connection")]
    Connect,
    /// The certificate is not trusted, or TLS failed otherwise; nothing was sent.
    #[error("the TLS certificate is not trusted")]
    Tls,
    /// No whole reply in time.
    #[error("no answer in time")]
    Timeout,
    /// The reply broke off or was not HTTP.
    #[error("the connection broke")]
    Broken,
    /// The reply was larger than any real one.
    #[error("an answer larger than any real one")]
    TooLarge,
    /// The body is compressed or encoded otherwise, which was not asked for.
    #[error("an answer in an encoding that was not asked for")]
    Encoded,
    /// A redirect, which is never followed: it would carry the token to another place.
    #[error("a redirect to another place")]
    Redirect,
    /// The client itself could not be made.
    #[error("this system's TLS set-up cannot be used")]
    Setup,
}

impl HttpError {
    /// Whether the request certainly never reached the server.
    pub fn nothing_was_sent(self) -> bool {
        matches!(self, Self::Connect | Self::Tls | Self::Setup)
    }
}

/// A library's error prints the whole address, so only its kind is taken.
pub(super) fn translate(error: &reqwest::Error) -> HttpError {
    // Once connected, something was sent, whatever broke.
    if error.is_connect() && is_tls(error) {
        HttpError::Tls
    } else if error.is_timeout() && !error.is_connect() {
        HttpError::Timeout
    } else if error.is_connect() {
        HttpError::Connect
    } else {
        HttpError::Broken
    }
}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        if found.is::<rustls::Error>() {
            return true;
        }
        // An I/O error names as its source that of the error within it; errors of TLS come within two of them.
        cause = match found.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as _),
            None => found.source(),
        };
    }
    false
}
