//! A server that the person names, such as OpenBao: over TLS with an authority of their own, or plain at a loopback
//! address.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Certificate, Identity, Method};
use url::Url;
use zeroize::Zeroizing;

use super::{Client, HttpError, Reply, Said};

/// A list of the entries of 100 000 accounts has two names of 30 bytes for each.
const BODY_MAX_BYTES: usize = 20 * 1024 * 1024;

/// How to reach the server, and by whom to know it.
#[derive(Debug, Default)]
pub struct OwnServer {
    /// Plain HTTP, never through a proxy: for a loopback address.
    pub is_plain: bool,
    /// The authorities that count, in PEM; those of the system where there are none.
    pub authorities: Vec<u8>,
    /// The client's own certificate and key, in PEM.
    pub identity: Option<Zeroizing<Vec<u8>>>,
    /// The addresses behind the name that the certificate must have, where the server is called by another name.
    pub addresses: Option<(String, Vec<SocketAddr>)>,
}

impl Client {
    /// A client for that server alone.
    pub(crate) fn of(server: &OwnServer) -> Result<Self, HttpError> {
        let authorities = Certificate::from_pem_bundle(&server.authorities);
        let authorities = authorities.map_err(|_| HttpError::Setup)?;
        if authorities.is_empty() && !server.authorities.is_empty() {
            return Err(HttpError::Setup);
        }
        let identity = server.identity.as_ref();
        let identity = identity.map(|pem| Identity::from_pem(pem)).transpose();
        let identity = identity.map_err(|_| HttpError::Setup)?;
        let client = Self::build(|mut builder| {
            builder = match server.is_plain {
                true => builder.no_proxy(),
                false => builder.https_only(true),
            };
            if !authorities.is_empty() {
                builder = builder.tls_certs_only(authorities);
            }
            if let Some(identity) = identity {
                builder = builder.identity(identity);
            }
            if let Some((name, addresses)) = &server.addresses {
                builder = builder.resolve_to_addrs(name, addresses);
            }
            builder
        })?;
        let body_max_bytes = BODY_MAX_BYTES;
        Ok(Self {
            body_max_bytes,
            ..client
        })
    }

    /// A request of that server's own interface: headers, which are never printed, and JSON. After `limit` there is no
    /// answer.
    pub(crate) async fn call(
        &self,
        method: Method,
        url: Url,
        headers: &[(&'static str, &str)],
        json: Option<Vec<u8>>,
        limit: Duration,
    ) -> Result<Reply, HttpError> {
        let mut said = Said::default();
        for (name, value) in headers {
            said = said.secret_header(name, value);
        }
        if let Some(json) = json {
            said = said.body("application/json", json);
        }
        let answer = tokio::time::timeout(limit, self.send(method, url, said)).await;
        answer.unwrap_or(Err(HttpError::Timeout))
    }
}
