//! Tests a login's listener without a login: binds it, calls it over its own certificate as a browser would, closes it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use super::certificate::Certificate;
use super::handler::ExpectedCallback;
use super::listener::Listener;
use super::pages::{FailedPage, LoginOutcome};
use super::sockets::BindError;
use crate::account::OAuthState;

/// A call within one machine takes milliseconds.
const CALL_DEADLINE: Duration = Duration::from_secs(3);

/// Why the listener would not serve a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SelfTestError {
    Bind(BindError),
    NoConnection,
    /// A client that trusts exactly our certificate cannot complete the handshake.
    NoTls,
    /// Also if the system has no randomness, so that no login could be recognised.
    WrongAnswer,
}

/// Binds `port` and calls it as `localhost` on 127.0.0.1 and ::1, as far as the machine has them. Trusts only `certificate`, and
/// expects the page for unknown addresses.
pub(crate) async fn run_self_test(
    port: u16,
    certificate: Certificate,
) -> Result<(), SelfTestError> {
    let connector = connector_for(&certificate.authority.pem).ok_or(SelfTestError::NoTls)?;
    let listener = Listener::bind(port, Some(&certificate)).await;
    let listener = listener.map_err(SelfTestError::Bind)?;
    let port = listener.port();
    let expected = unused_callback(port).ok_or(SelfTestError::WrongAnswer)?;
    let active = listener.start(expected);
    let v4 = call(Ipv4Addr::LOCALHOST.into(), port, &connector).await;
    let v6 = call(Ipv6Addr::LOCALHOST.into(), port, &connector).await;
    let result = match (v4, v6) {
        // Without one family there is nothing to call, and binding has already checked that.
        (Err(SelfTestError::NoConnection), other) | (other, Err(SelfTestError::NoConnection)) => {
            other
        }
        (v4, v6) => v4.and(v6),
    };
    let outcome = LoginOutcome::Failed(FailedPage::default());
    active.finish(outcome).await;
    result
}

async fn call(address: IpAddr, port: u16, connector: &TlsConnector) -> Result<(), SelfTestError> {
    let tcp = in_time(TcpStream::connect((address, port))).await;
    let tcp = tcp.ok_or(SelfTestError::NoConnection)?;
    let name = ServerName::try_from("localhost").map_err(|_| SelfTestError::NoTls)?;
    let tls = in_time(connector.connect(name, tcp)).await;
    let mut tls = tls.ok_or(SelfTestError::NoTls)?;
    // Every listener answers it the same way, and it does not count as a wrong request.
    let request = format!("GET /favicon.ico HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let mut reply = [0; 12];
    let exchange = async {
        tls.write_all(request.as_bytes()).await?;
        tls.flush().await?;
        tls.read_exact(&mut reply).await
    };
    match in_time(exchange).await {
        Some(_) if &reply == b"HTTP/1.1 404" => Ok(()),
        _ => Err(SelfTestError::WrongAnswer),
    }
}

async fn in_time<T>(step: impl Future<Output = io::Result<T>>) -> Option<T> {
    timeout(CALL_DEADLINE, step).await.ok()?.ok()
}

fn connector_for(pem: &str) -> Option<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let leaf = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    roots.add(leaf).ok()?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
}

/// The state is never sent anywhere, so nothing can ever be accepted.
fn unused_callback(port: u16) -> Option<ExpectedCallback> {
    let mut random = [0; 32];
    SystemRandom::new().fill(&mut random).ok()?;
    let authority = format!("localhost:{port}");
    Some(ExpectedCallback {
        authorize_url: Url::parse(&format!("https://{authority}/callback")).ok()?,
        authority,
        callback_path: "/callback".to_owned(),
        state: OAuthState::from_random(random).ok()?,
        start: "self-test".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use jiff::Timestamp;

    use super::*;

    fn made(at: Timestamp) -> Certificate {
        Certificate::temporary(at).unwrap()
    }

    #[tokio::test]
    async fn a_listener_that_works_passes() {
        assert_eq!(run_self_test(0, made(Timestamp::now())).await, Ok(()));
    }

    #[tokio::test]
    async fn a_wrong_answer_fails() {
        let certificate = made(Timestamp::now());
        let connector = connector_for(&certificate.authority.pem).unwrap();
        let tls = tokio_rustls::TlsAcceptor::from(Arc::clone(&certificate.server));
        let host = IpAddr::from(Ipv4Addr::LOCALHOST);
        let listener = tokio::net::TcpListener::bind((host, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = async {
            let (tcp, _) = listener.accept().await.unwrap();
            let mut stream = tls.accept(tcp).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            stream.flush().await.unwrap();
        };
        let (called, ()) = tokio::join!(call(host, port, &connector), answer);
        assert_eq!(called, Err(SelfTestError::WrongAnswer));
    }

    #[tokio::test]
    async fn a_taken_port_and_an_expired_certificate_fail() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = held.local_addr().unwrap().port();
        let result = run_self_test(taken, made(Timestamp::now())).await;
        let busy = matches!(result, Err(SelfTestError::Bind(BindError::Busy { .. })));
        assert!(busy, "{result:?}");
        let over = made("2001-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(run_self_test(0, over).await, Err(SelfTestError::NoTls));
    }
}
