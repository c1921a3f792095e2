//! What can be wrong with an OpenBao server, the way to it, and what it lets us do.

use crate::http::HttpError;

/// What went wrong with OpenBao. No variant holds an address, a token or the server's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenBaoError {
    /// There is no answer.
    #[error("{}", unreachable(*.0))]
    Unreachable(HttpError),
    /// The server runs and cannot open its own storage.
    #[error("the OpenBao server is sealed")]
    Sealed,
    /// The server fails, or asks to be left alone for a while.
    #[error("the OpenBao server cannot serve now (HTTP status {0})")]
    Unwell(u16),
    /// What answered speaks another language.
    #[error("what answered is not an OpenBao server")]
    NotOpenBao,
    /// The token is wrong, expired or revoked.
    #[error("OpenBao does not accept the token: it is wrong, expired or revoked")]
    BadToken,
    /// Role and secret id, or user name and password, are not accepted.
    #[error("OpenBao refuses the login: role or user, or the secret of it, is wrong or expired")]
    LoginRefused,
    /// The token is good, and its policies do not allow this.
    #[error("OpenBao does not permit this to the token")]
    Denied,
    /// There is nothing at the mount, or nothing that this token may know of.
    #[error("OpenBao has no secrets engine at the mount, or the token may not know of it")]
    NoMount,
    /// What is mounted there keeps no versions.
    #[error("the secrets engine at the mount is not KV version 2")]
    NotVersion2,
    /// Somebody else has written in the meantime: nothing was changed.
    #[error("another machine has changed the entry in OpenBao at the same moment")]
    Conflict,
}

impl OpenBaoError {
    /// Whether every further question of this run would have the same answer.
    pub(in crate::store) fn is_final(self) -> bool {
        !matches!(self, Self::Denied | Self::Conflict)
    }

    /// Whether the same question may be answered a moment later.
    pub(super) fn is_passing(self) -> bool {
        match self {
            Self::Unreachable(error) => matches!(
                error,
                HttpError::Connect | HttpError::Timeout | HttpError::Broken
            ),
            Self::Sealed | Self::Unwell(_) => true,
            _ => false,
        }
    }
}

fn unreachable(error: HttpError) -> &'static str {
    match error {
        HttpError::Connect => "the OpenBao server cannot be reached",
        HttpError::Tls => "the TLS certificate of the OpenBao server is not trusted",
        HttpError::Timeout => "the OpenBao server did not answer in time",
        HttpError::Broken => "the connection to the OpenBao server broke",
        HttpError::TooLarge | HttpError::Encoded => {
            "what answered in the place of the OpenBao server sent what OpenBao never sends"
        }
        HttpError::Redirect => "the OpenBao server points to another place, which is not followed",
        HttpError::Setup => "the certificates to know the OpenBao server by cannot be used",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_asked_again_and_what_concerns_one_question_ends_no_run() {
        use OpenBaoError::*;
        for (error, is_passing, is_final) in [
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
            assert_eq!(error.is_passing(), is_passing, "{error:?}");
            assert_eq!(error.is_final(), is_final, "{error:?}");
        }
    }
}
