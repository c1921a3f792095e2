//! How an OpenBao server can fail.

use crate::http::HttpError;

pub(super) type OpenBaoResult<T> = Result<T, OpenBaoError>;

/// No variant holds an address, a token or the server's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenBaoError {
    #[error("{}", unreachable(*.0))]
    Unreachable(HttpError),
    #[error("the OpenBao server is sealed")]
    Sealed,
    /// The server fails or is busy.
    #[error("the OpenBao server cannot serve now (HTTP status {0})")]
    Unwell(u16),
    #[error("the server at this address is not an OpenBao server")]
    NotOpenBao,
    #[error("OpenBao does not accept the token: it is wrong, expired or revoked")]
    BadToken,
    #[error("OpenBao refused the login: the role or user, or its secret, is wrong or expired")]
    LoginRefused,
    /// The token is valid, but its policies do not allow the request.
    #[error("OpenBao does not permit this to the token")]
    Denied,
    #[error("OpenBao has no secrets engine at the mount, or the token may not see it")]
    NoMount,
    #[error("the secrets engine at the mount is not KV version 2")]
    NotVersion2,
    /// Another machine has written meanwhile. Nothing was changed.
    #[error("another machine changed the entry in OpenBao at the same moment")]
    Conflict,
}

impl OpenBaoError {
    /// Whether every other request of this run would fail too.
    pub(in crate::store) fn is_final(self) -> bool {
        !matches!(self, Self::Denied | Self::Conflict)
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn is_temporary(self) -> bool {
        use HttpError::{Broken, Timeout};
        match self {
            Self::Unreachable(error) => {
                error.is_of_connecting() || matches!(error, Timeout | Broken)
            }
            other => matches!(other, Self::Sealed | Self::Unwell(_)),
        }
    }
}

fn unreachable(error: HttpError) -> &'static str {
    match error {
        HttpError::Connect => "the OpenBao server cannot be reached",
        HttpError::Tls => "the OpenBao server cannot be reached by TLS",
        HttpError::Certificate(_) => "the TLS certificate of the OpenBao server is not trusted",
        HttpError::Proxy(_) => "the proxy opened no connection to the OpenBao server",
        HttpError::Timeout => "the OpenBao server did not answer in time",
        HttpError::Broken => "the connection to the OpenBao server broke",
        HttpError::TooLarge | HttpError::Encoded => {
            "the answer is not what an OpenBao server sends"
        }
        HttpError::Redirect => "the OpenBao server redirects to another address",
        HttpError::Setup => "the certificates for the OpenBao server cannot be used",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_error_is_retried_and_that_of_one_request_does_not_end_the_run() {
        use OpenBaoError::*;
        for (error, is_temporary, is_final) in [
            (Unreachable(HttpError::Connect), true, true),
            (Unreachable(HttpError::Timeout), true, true),
            (Unreachable(HttpError::Broken), true, true),
            (Unreachable(HttpError::Tls), false, true),
            (Unreachable(HttpError::Redirect), false, true),
            (Sealed, true, true),
            (Unwell(500), true, true),
            (NotOpenBao, false, true),
            (BadToken, false, true),
            (LoginRefused, false, true),
            (NoMount, false, true),
            (NotVersion2, false, true),
            (Denied, false, false),
            (Conflict, false, false),
        ] {
            assert_eq!(error.is_temporary(), is_temporary, "{error:?}");
            assert_eq!(error.is_final(), is_final, "{error:?}");
        }
    }
}
