//! A listener for each test, and a client that sends exactly the given bytes.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use crate::account::{AuthorizationCode, AuthorizationResponse, OAuthState};
use crate::callback::{ActiveListener, Certificate, ExpectedCallback, Listener};

pub(super) const CODE: &str = "AQ_the-one-code";
pub(super) const START: &str = "start-piece-canary";

/// A listener that waits, and what is needed to call it.
pub(super) struct TestListener {
    pub(super) wait: ActiveListener,
    pub(super) port: u16,
    connector: TlsConnector,
    _home: TempDir,
}

pub(super) fn now() -> Timestamp {
    "2026-11-23T00:51:14Z".parse().unwrap()
}

pub(super) fn state() -> OAuthState {
    OAuthState::from_random([7; 32]).unwrap()
}

pub(super) fn expected(authority: String) -> ExpectedCallback {
    let mut authorize_url = Url::parse("https://www.instagram.com/oauth/authorize").unwrap();
    let state = state();
    authorize_url
        .query_pairs_mut()
        .append_pair("state", state.expose());
    ExpectedCallback {
        authority,
        callback_path: "/callback".to_owned(),
        state,
        start: START.to_owned(),
        authorize_url,
    }
}

impl TestListener {
    pub(super) async fn open() -> Self {
        Self::with_deadline(Duration::from_secs(5)).await
    }

    pub(super) async fn with_deadline(deadline: Duration) -> Self {
        let home = tempfile::tempdir().unwrap();
        // The clients of these tests judge by the real clock.
        let certificate = Certificate::open_or_create(home.path(), Timestamp::now()).unwrap();
        let connector = connector(&certificate.authority.pem);
        let mut listener = Listener::bind(0, Some(&certificate)).await.unwrap();
        listener.request_deadline = deadline;
        let port = listener.port();
        Self {
            wait: listener.start(expected(format!("localhost:{port}"))),
            port,
            connector,
            _home: home,
        }
    }

    /// A valid GET as Chromium sends it.
    pub(super) fn get(&self, target: &str) -> String {
        self.get_with(target, "")
    }

    pub(super) fn get_with(&self, target: &str, more: &str) -> String {
        format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\nSec-Fetch-Mode: navigate\r\n\
             Sec-Fetch-Dest: document\r\n{more}\r\n",
            self.port
        )
    }

    /// The right callback.
    pub(super) fn good(&self) -> String {
        self.get(&good_target())
    }

    pub(super) async fn tcp(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .await
            .unwrap()
    }

    /// Connects without yielding, so that the listener does not run meanwhile.
    pub(super) fn tcp_at_once(&self) -> std::net::TcpStream {
        std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap()
    }

    pub(super) async fn tls(&self) -> TlsStream<TcpStream> {
        self.tls_over(self.tcp().await).await
    }

    pub(super) async fn tls_over(&self, tcp: TcpStream) -> TlsStream<TcpStream> {
        let name = ServerName::try_from("localhost").unwrap();
        self.connector.connect(name, tcp).await.unwrap()
    }

    /// Sends the bytes over TLS and returns the whole reply.
    pub(super) async fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        say(self.tls().await, bytes).await
    }

    /// The code that the login received. It must be there already.
    pub(super) async fn code(&mut self) -> AuthorizationCode {
        match self.answer_within(Duration::from_secs(1)).await {
            Some(AuthorizationResponse::Code(code)) => code,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn answer_within(&mut self, limit: Duration) -> Option<AuthorizationResponse> {
        timeout(limit, self.wait.answer()).await.ok()
    }
}

pub(super) fn good_target() -> String {
    format!("/callback?code={CODE}&state={}", state().expose())
}

fn connector(pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

pub(super) async fn say(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: impl AsRef<[u8]>,
) -> String {
    // A client that is cut off while it sends may still find the reply.
    let _ = stream.write_all(bytes.as_ref()).await;
    let _ = stream.flush().await;
    let mut reply = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut reply)).await;
    String::from_utf8(reply).unwrap()
}

/// The status of a reply; 0 without a reply.
pub(super) fn status(reply: &str) -> u16 {
    let number = reply.strip_prefix("HTTP/1.1 ").and_then(|r| r.get(..3));
    number.map_or(0, |n| n.parse().unwrap())
}
