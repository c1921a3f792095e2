//! How a server is reached, where on it the secrets are, and who we are there.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use crate::account::Secret;
use crate::http::OwnServer;

/// Everything that is known before the first request.
#[derive(Debug)]
pub struct Access {
    /// The server's address, up to what comes before `/v1`.
    pub address: Url,
    /// By whom to know it.
    pub(crate) server: OwnServer,
    /// The name that its certificate has, where that is not the one of the address.
    pub server_name: Option<String>,
    /// The namespace, where the server has several.
    pub namespace: Option<String>,
    /// Where the KV engine is mounted.
    pub mount: String,
    /// The folder of this world's secrets below it.
    pub path: String,
    /// Who we are.
    pub login: Login,
    /// The longest that one request may take.
    pub request_limit: Duration,
    /// How this machine calls itself in what it writes.
    pub writer: String,
    /// This home among all that share the path: what it left claimed is its own.
    pub home: String,
}

/// Who we are.
#[derive(Debug)]
pub enum Login {
    /// A token that somebody else takes care of.
    Token {
        /// The token.
        token: Secret,
        /// The file it is from, which an agent may renew.
        file: Option<PathBuf>,
    },
    /// A name and a secret, for which the server gives a token of this run alone.
    Exchange {
        /// The path of the login below `auth/`.
        path: String,
        /// The fields that are sent, by name.
        fields: Vec<(&'static str, Zeroizing<String>)>,
    },
}
