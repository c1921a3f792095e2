//! Errors of an OpenBao server.

use super::kind::Kind;
use super::message::Failure;
use crate::http::HttpError;
use crate::store::OpenBaoError;

impl From<OpenBaoError> for Failure {
    fn from(error: OpenBaoError) -> Self {
        let kind = match error {
            OpenBaoError::Conflict => Kind::Busy,
            _ => Kind::Store,
        };
        let failure = Self::new(kind, error.to_string());
        match error {
            OpenBaoError::Unreachable(error) => failure.hint(hint_unreachable(error)),
            OpenBaoError::Sealed => failure
                .hint("Ask its administrator to unseal it (bao operator unseal)"),
            OpenBaoError::Unwell(_) => failure.hint("Try again later; stored secrets are safe"),
            OpenBaoError::NotOpenBao => failure.hint(
                "Check BAO_ADDR, the address in config.toml, and proxies of this network",
            ),
            OpenBaoError::BadToken => failure
                .hint("Get a new token, for example with bao login, or set BAO_TOKEN"),
            OpenBaoError::LoginRefused => failure
                .hint("Give the machine a new secret id or password: igconnect help teams"),
            OpenBaoError::Denied => failure
                .cause("the policies of the token do not allow this command")
                .hint("See which policies a machine needs: igconnect help teams"),
            OpenBaoError::NoMount => failure
                .hint("Check `mount` and `namespace` of [openbao], and the policies: igconnect help teams"),
            OpenBaoError::NotVersion2 => failure.hint(
                "Create one: bao secrets enable -version=2 kv. Or convert it: bao kv enable-versioning secret",
            ),
            OpenBaoError::Conflict => failure
                .cause("the changes of the other machine were kept")
                .hint("Try again"),
        }
    }
}

fn hint_unreachable(error: HttpError) -> &'static str {
    match error {
        HttpError::Connect => {
            "Check the server, BAO_ADDR and the network; status and list still work"
        }
        HttpError::Tls => {
            "Set BAO_CACERT to its authority's certificate; nothing was sent to the server"
        }
        HttpError::Timeout | HttpError::Broken => "Try again later; stored secrets are safe",
        HttpError::Redirect => "Set BAO_ADDR to the active server",
        HttpError::TooLarge | HttpError::Encoded => "Check BAO_ADDR and proxies of this network",
        HttpError::Setup => "Check the files of BAO_CACERT, BAO_CAPATH and BAO_CLIENT_CERT",
    }
}
