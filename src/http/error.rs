//! Why a request got no reply. Only the kind is kept, because a library's error prints the whole address.

/// No variant holds an address or a library's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HttpError {
    /// The name was not resolved or the connection failed. Nothing was sent.
    #[error("no connection")]
    Connect,
    /// Nothing was sent.
    #[error("no TLS connection")]
    Tls,
    /// Nothing was sent.
    #[error("the TLS certificate is not trusted: {0}")]
    Certificate(CertificateProblem),
    /// Nothing was sent.
    #[error("the proxy opened no connection: {0}")]
    Proxy(ProxyProblem),
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

/// Why the certificate of a server is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CertificateProblem {
    #[error("this machine does not know the authority that signed it")]
    UnknownAuthority,
    #[error("it has expired, by the clock of this machine")]
    Expired,
    #[error("it is not valid yet, by the clock of this machine")]
    NotValidYet,
    #[error("it is for another name")]
    OtherName,
    #[error("it is malformed or revoked")]
    Invalid,
}

/// Why a proxy opened no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProxyProblem {
    #[error("it cannot be reached")]
    Unreachable,
    /// Status 407.
    #[error("it wants a username and password, or refuses the given ones (407)")]
    Login,
    #[error("it refused, or broke the connection")]
    Refused,
}

impl HttpError {
    /// Whether the request certainly never reached the server.
    pub(crate) fn nothing_was_sent(self) -> bool {
        matches!(
            self,
            Self::Connect | Self::Tls | Self::Certificate(_) | Self::Proxy(_) | Self::Setup
        )
    }

    /// Returns why the certificate or the proxy failed.
    pub(crate) fn cause(self) -> Option<String> {
        match self {
            Self::Certificate(problem) => Some(problem.to_string()),
            Self::Proxy(problem) => Some(problem.to_string()),
            _ => None,
        }
    }

    /// Whether a new connection may succeed a moment later.
    pub(crate) fn is_of_connecting(self) -> bool {
        use ProxyProblem::{Refused, Unreachable};
        matches!(self, Self::Connect | Self::Proxy(Unreachable | Refused))
    }
}

pub(super) fn translate(error: &reqwest::Error) -> HttpError {
    // A timeout while connecting is both, and then nothing was sent.
    if error.is_connect() {
        causes(error)
            .find_map(why_not_connected)
            .unwrap_or(HttpError::Connect)
    } else if error.is_timeout() {
        HttpError::Timeout
    } else {
        // Once connected, something was sent, whatever broke.
        HttpError::Broken
    }
}

type Cause = dyn std::error::Error + 'static;

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &Cause> {
    std::iter::successors(std::error::Error::source(error), |cause| {
        // `source` of an I/O error skips the error inside it, and TLS errors are wrapped in two of them.
        match cause.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as _),
            None => cause.source(),
        }
    })
}

fn why_not_connected(cause: &Cause) -> Option<HttpError> {
    match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(error)) => {
            Some(HttpError::Certificate(certificate_problem(error)))
        }
        Some(_) => Some(HttpError::Tls),
        None => proxy_problem(cause).map(HttpError::Proxy),
    }
}

fn certificate_problem(error: &rustls::CertificateError) -> CertificateProblem {
    use rustls::CertificateError as Error;
    match error {
        // The latter if another authority has the name of a known one.
        Error::UnknownIssuer | Error::BadSignature => CertificateProblem::UnknownAuthority,
        Error::Expired | Error::ExpiredContext { .. } => CertificateProblem::Expired,
        Error::NotValidYet | Error::NotValidYetContext { .. } => CertificateProblem::NotValidYet,
        Error::NotValidForName | Error::NotValidForNameContext { .. } => {
            CertificateProblem::OtherName
        }
        _ => CertificateProblem::Invalid,
    }
}

/// The type of these errors in hyper-util is private, so only their text tells them apart.
fn proxy_problem(cause: &Cause) -> Option<ProxyProblem> {
    let text = cause.to_string();
    Some(match text.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => ProxyProblem::Login,
        "failed to create underlying connection" => ProxyProblem::Unreachable,
        _ => ProxyProblem::Refused,
    })
}
