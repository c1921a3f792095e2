//! How to reach a server, where the secrets are on it, and how to log in.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use crate::account::Secret;
use crate::http::OwnServer;

/// What is known before the first request.
#[derive(Debug)]
pub(crate) struct OpenBaoAccess {
    /// The address, without `/v1`.
    pub(crate) address: Url,
    pub(crate) server: OwnServer,
    /// The name in its certificate, if that is not the host of the address.
    pub(crate) server_name: Option<String>,
    pub(crate) namespace: Option<String>,
    /// Where the KV engine is mounted.
    pub(crate) mount: String,
    /// The folder of this world's secrets below the mount.
    pub(crate) path: String,
    pub(crate) login: OpenBaoLogin,
    pub(crate) request_limit: Duration,
    /// The name of this machine in what it writes.
    pub(crate) machine: String,
    /// Identifies this home among all that share the path: a claim left by it is its own.
    pub(crate) home: String,
}

#[derive(Debug)]
pub(crate) enum OpenBaoLogin {
    /// A token that the person or an agent renews.
    Token {
        token: Secret,
        /// The file it was read from, which an agent may renew.
        file: Option<PathBuf>,
    },
    /// Credentials, for which the server issues a token for this run.
    Exchange {
        /// The path of the login below `auth/`.
        path: String,
        fields: Vec<(&'static str, Zeroizing<String>)>,
    },
}
