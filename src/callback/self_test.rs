//! A login's listener without a login: bound, called over its own certificate as a browser calls it, closed.

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

use super::answer::{ExpectedCallback, LoginOutcome};
use super::certificate::Certificate;
use super::listener::{Listener, Transport};
use super::sockets::BindError;
use crate::account::OAuthState;

/// A call within one machine takes milliseconds.
const CALL_DEADLINE: Duration = Duration::from_secs(3);

/// Why the listener would not serve a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SelfTestError {
    /// The port is not to be had.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Bound, and a connection to it does not come through.
    #[error("no connection to our own port")]
    NoConnection,
    /// Somebody who trusts exactly our certificate does not come through TLS.
    #[error("no TLS with our own certificate")]
    NoTls,
    /// It answered something else than it should.
    #[error("no right answer")]
    NoAnswer,
    /// The system gives no randomness.
    #[error("no randomness")]
    NoRandomness,
}

/// Binds `port`, calls itself on 127.0.0.1 by the name `localhost`, trusting nobody but `certificate`, and on ::1 where
/// there is one; expects the page for strangers.
pub(crate) async fn run_self_test(
    port: u16,
    certificate: Certificate,
) -> Result<(), SelfTestError> {
    let connector = trusting(certificate.pem()).ok_or(SelfTestError::NoTls)?;
    let listener = Listener::bind(port, Transport::Tls(certificate)).await?;
    let port = listener.port();
    let wait = listener.wait(expected(port)?);
    let called = async {
        call(Ipv4Addr::LOCALHOST.into(), port, &connector).await?;
        // Without IPv6 there is nothing to call; Sockets has judged that already.
        match call(Ipv6Addr::LOCALHOST.into(), port, &connector).await {
            Err(SelfTestError::NoConnection) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    };
    let called = called.await;
    wait.finish(LoginOutcome::Failed).await;
    called
}

async fn call(address: IpAddr, port: u16, connector: &TlsConnector) -> Result<(), SelfTestError> {
    use SelfTestError::{NoAnswer, NoConnection, NoTls};
    let tcp = timeout(CALL_DEADLINE, TcpStream::connect((address, port)));
    let tcp = tcp.await.map_err(|_| NoConnection)?;
    let tcp = tcp.map_err(|_| NoConnection)?;
    let name = ServerName::try_from("localhost").map_err(|_| NoTls)?;
    let tls = timeout(CALL_DEADLINE, connector.connect(name, tcp)).await;
    let mut tls = tls.map_err(|_| NoTls)?.map_err(|_| NoTls)?;
    let request = format!("GET /favicon.ico HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let mut reply = [0; 12];
    let spoken = timeout(CALL_DEADLINE, async {
        tls.write_all(request.as_bytes()).await?;
        tls.flush().await?;
        tls.read_exact(&mut reply).await
    });
    match spoken.await {
        Ok(Ok(_)) if &reply == b"HTTP/1.1 404" => Ok(()),
        _ => Err(NoAnswer),
    }
}

fn trusting(pem: &str) -> Option<TlsConnector> {
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

/// Nobody is told this state, so nothing can ever be accepted.
fn expected(port: u16) -> Result<ExpectedCallback, SelfTestError> {
    let mut random = [0; 32];
    let filled = SystemRandom::new().fill(&mut random);
    filled.map_err(|_| SelfTestError::NoRandomness)?;
    let url = format!("https://localhost:{port}/callback");
    Ok(ExpectedCallback {
        authority: format!("localhost:{port}"),
        callback_path: "/callback".to_owned(),
        state: OAuthState::from_random(random).map_err(|_| SelfTestError::NoRandomness)?,
        start: "rehearsal".to_owned(),
        authorize_url: Url::parse(&url).map_err(|_| SelfTestError::NoAnswer)?,
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
    async fn a_listener_that_serves_is_heard() {
        assert_eq!(run_self_test(0, made(Timestamp::now())).await, Ok(()));
    }

    #[tokio::test]
    async fn whoever_answers_something_else_is_not_our_listener() {
        let certificate = made(Timestamp::now());
        let connector = trusting(certificate.pem()).unwrap();
        let tls = tokio_rustls::TlsAcceptor::from(certificate.server());
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
        assert_eq!(called, Err(SelfTestError::NoAnswer));
    }

    #[tokio::test]
    async fn a_port_of_somebody_else_and_a_certificate_that_nobody_takes_are_told() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = held.local_addr().unwrap().port();
        let rehearsed = run_self_test(taken, made(Timestamp::now())).await;
        let busy = matches!(rehearsed, Err(SelfTestError::Bind(BindError::Busy { .. })));
        assert!(busy, "{rehearsed:?}");
        let over = made("2001-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(run_self_test(0, over).await, Err(SelfTestError::NoTls));
    }
}
