//! A server that the person names, such as OpenBao: over TLS with its own authority, or plain on loopback.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Certificate, Identity, Method};
use url::Url;
use zeroize::Zeroizing;

use super::client::{Client, plain};
use super::error::HttpError;
use super::reply::Reply;

/// A list of the entries of 100,000 accounts has two names of 30 bytes for each.
const BODY_MAX_BYTES: usize = 20 * 1024 * 1024;

/// How to reach and recognise the server.
#[derive(Debug, Default)]
pub(crate) struct OwnServer {
    /// Plain HTTP, never through a proxy. For a loopback address.
    pub(crate) is_plain: bool,
    /// The trusted authorities as PEM. If empty, those of the system.
    pub(crate) authorities: Vec<u8>,
    /// The client's own certificate and key, as PEM.
    pub(crate) identity: Option<Zeroizing<Vec<u8>>>,
    /// The name in the certificate and its addresses, when the server is called by another name.
    pub(crate) addresses: Option<(String, Vec<SocketAddr>)>,
}

impl Client {
    pub(crate) fn for_server(server: &OwnServer) -> Result<Self, HttpError> {
        let authorities = Certificate::from_pem_bundle(&server.authorities);
        let authorities = authorities.map_err(|_| HttpError::Setup)?;
        // A file without a certificate must not mean the authorities of the system.
        if authorities.is_empty() && !server.authorities.is_empty() {
            return Err(HttpError::Setup);
        }
        let identity = server.identity.as_ref();
        let identity = identity.map(|pem| Identity::from_pem(pem)).transpose();
        let identity = identity.map_err(|_| HttpError::Setup)?;
        Self::build(BODY_MAX_BYTES, |mut builder| {
            builder = match server.is_plain {
                true => plain(builder),
                false => builder.https_only(true),
            };
            if !authorities.is_empty() {
                builder = builder.tls_certs_only(authorities);
            }
            if let Some(identity) = identity {
                builder = builder.identity(identity);
            }
            // Reaches an address under the name that its certificate has.
            if let Some((name, addresses)) = &server.addresses {
                builder = builder.resolve_to_addrs(name, addresses);
            }
            builder
        })
    }

    /// Sends a request with JSON and headers, which are never printed. Fails after `limit`.
    pub(crate) async fn call(
        &self,
        method: Method,
        url: Url,
        headers: &[(&'static str, &str)],
        json: Option<Vec<u8>>,
        limit: Duration,
    ) -> Result<Reply, HttpError> {
        let body = json.map(|json| ("application/json", json));
        tokio::time::timeout(limit, self.send(method, url, headers, body))
            .await
            .unwrap_or(Err(HttpError::Timeout))
    }
}
