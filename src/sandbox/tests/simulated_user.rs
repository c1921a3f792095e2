//! The simulated user, with a callback that has its own certificate.

use std::sync::Mutex;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, rustls::pki_types::PrivateKeyDer};

use super::{
    super::{SimulatedUserError, simulate_user},
    *,
};

/// A callback that answers each request with the next of `replies`. Returns its address and certificate.
async fn callback(heard: Arc<Mutex<Vec<String>>>, replies: Vec<String>) -> (String, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!(
        "https://localhost:{}/callback",
        listener.local_addr().unwrap().port()
    );
    tokio::spawn(async move {
        for reply in replies {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust the certificate goes away here.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            heard
                .lock()
                .unwrap()
                .push(String::from_utf8_lossy(&head[..length]).into_owned());
            stream.write_all(reply.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (address, made.cert.pem())
}

const DONE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn the_simulated_user_takes_the_code_to_the_callback_and_loads_the_outcome() {
    let heard = Arc::default();
    let outcome = "HTTP/1.1 303 See Other\r\nlocation: /done\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (address, pem) = callback(Arc::clone(&heard), vec![outcome.into(), DONE.into()]).await;
    let sandbox = TestSandbox::with("agrees");
    simulate_user(
        &sandbox.authorize_url(&[("redirect_uri", &address)]),
        Some(&pem),
    )
    .await
    .unwrap();
    let heard = heard.lock().unwrap();
    assert!(
        heard[0].starts_with("GET /callback?code=AQ") && !heard[0].contains("origin:"),
        "{}",
        heard[0]
    );
    assert!(heard[1].starts_with("GET /done "));
}

#[tokio::test]
async fn the_simulated_user_denies_access_if_the_scenario_says_so() {
    let heard = Arc::default();
    let (address, pem) = callback(Arc::clone(&heard), vec![DONE.into()]).await;
    let sandbox = TestSandbox::with("denies");
    simulate_user(
        &sandbox.authorize_url(&[("redirect_uri", &address)]),
        Some(&pem),
    )
    .await
    .unwrap();
    assert!(
        heard.lock().unwrap()[0]
            .starts_with("GET /callback?error=access_denied&error_reason=user_denied")
    );
}

#[tokio::test]
async fn the_simulated_user_trusts_no_other_certificate() {
    let heard = Arc::default();
    let (address, _) = callback(Arc::clone(&heard), vec![DONE.into()]).await;
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
        .unwrap()
        .cert
        .pem();
    let sandbox = TestSandbox::with("agrees");
    let url = sandbox.authorize_url(&[("redirect_uri", &address)]);
    assert!(matches!(
        simulate_user(&url, Some(&other)).await,
        Err(SimulatedUserError::Network(_))
    ));
    assert!(matches!(
        simulate_user(&url, Some("no pem")).await,
        Err(SimulatedUserError::Certificate)
    ));
    assert!(matches!(
        simulate_user(&url, None).await,
        Err(SimulatedUserError::NoCertificate)
    ));
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_simulated_user_reports_what_an_error_page_says() {
    let sandbox = TestSandbox::with("personal-account");
    let error = simulate_user(&sandbox.authorize_url(&[]), None)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("personal account"), "{error}");
    let error = simulate_user(&sandbox.authorize_url(&[("client_id", "1")]), None)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the page says: Invalid platform app");
    let far = Url::parse("https://www.instagram.com/oauth/authorize").unwrap();
    assert!(matches!(
        simulate_user(&far, None).await,
        Err(SimulatedUserError::Elsewhere)
    ));
}
