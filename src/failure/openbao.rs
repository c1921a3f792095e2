//! What can be wrong with OpenBao, in words.

use super::{Failure, Kind};
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
            OpenBaoError::Unreachable(error) => failure.hint(unreachable(error)),
            OpenBaoError::Sealed => failure
                .hint("Its administrator unseals it (bao operator unseal); what is stored there is kept"),
            OpenBaoError::Unwell(_) => failure.hint("Try again later; what is stored there is kept"),
            OpenBaoError::NotOpenBao => failure.hint(
                "Check BAO_ADDR or `address` in the configuration; a captive portal or a proxy may stand in between",
            ),
            OpenBaoError::BadToken => failure
                .hint("Get a new one, for instance with bao login, or put it into BAO_TOKEN"),
            OpenBaoError::LoginRefused => failure
                .hint("Give the machine a new secret id or password: igconnect help teams"),
            OpenBaoError::Denied => failure
                .cause("the policies of the token do not allow what this command needs")
                .hint("See which policies a machine needs: igconnect help teams"),
            OpenBaoError::NoMount => failure
                .hint("Check `mount` and `namespace` of [openbao], and the policies: igconnect help teams"),
            OpenBaoError::NotVersion2 => failure.hint(
                "Mount one, or make it one: bao secrets enable -version=2 kv, bao kv enable-versioning secret",
            ),
            OpenBaoError::Conflict => failure
                .cause("nothing that it wrote was touched")
                .hint("Try again"),
        }
    }
}

fn unreachable(error: HttpError) -> &'static str {
    match error {
        HttpError::Connect => {
            "Check that it runs, BAO_ADDR and the network; status and list still answer from the cache"
        }
        HttpError::Tls => {
            "Name the authority that vouches for it with BAO_CACERT; nothing was sent to it"
        }
        HttpError::Timeout | HttpError::Broken => "Try again later; what is stored there is kept",
        HttpError::Redirect => "Name the active server itself with BAO_ADDR",
        HttpError::TooLarge | HttpError::Encoded => {
            "Check BAO_ADDR; a captive portal or a proxy may stand in between"
        }
        HttpError::Setup => "Check the files that BAO_CACERT, BAO_CAPATH and BAO_CLIENT_CERT name",
    }
}
