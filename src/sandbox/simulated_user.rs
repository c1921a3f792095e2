//! A simulated user for machines without a browser: answers the consent page and follows the redirect to the callback.
//!
//! Invariant: the code only goes to a loopback address, or to the holder of the one trusted certificate.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Certificate, Client, StatusCode, redirect};
use url::{Host, Url};

use super::consent::ANSWER_HEADER;
use super::pages::REFUSAL_HEADER;
use crate::account::Untrusted;

/// The callback may only answer once the whole login is done, and the sandbox may be slow.
const DEADLINE: Duration = Duration::from_secs(60);

/// For a server on this machine. One that has not accepted by now, for example without descriptors, never will.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);

/// A callback redirects once, to the page with the result. More would be a loop.
const REDIRECTS_MAX: usize = 3;

#[derive(Debug, thiserror::Error)]
pub enum SimulatedUserError {
    /// Instagram kept the user on its own page, so nothing will come to the callback.
    #[error("the page says: {sentence}")]
    Refused { status: u16, sentence: Untrusted },
    /// The page has neither an answer to send nor a redirect.
    #[error("the page is not from the sandbox")]
    NotASandbox,
    #[error("the callback is not on this machine")]
    Elsewhere,
    #[error("the certificate of the callback is not known")]
    NoCertificate,
    #[error("the certificate cannot be read")]
    Certificate,
    /// The address, which contains a code, is removed from the source.
    #[error("no answer came")]
    Network(#[source] reqwest::Error),
}

impl From<reqwest::Error> for SimulatedUserError {
    fn from(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }
}

/// Visits `authorize_url`, answers its consent page as the scenario says, and returns when the callback has answered.
/// For an https callback, exactly the certificates of the PEM text are trusted.
pub async fn simulate_user(
    authorize_url: &Url,
    trusted_certificate_pem: Option<&str>,
) -> Result<(), SimulatedUserError> {
    let client = client(trusted_certificate_pem)?;
    if !is_loopback(authorize_url) {
        return Err(SimulatedUserError::Elsewhere);
    }
    let page = client.get(authorize_url.clone()).timeout(CONNECT_DEADLINE);
    let page = page.send().await?;
    let decided = match find_link(&page, ANSWER_HEADER) {
        // The answer must stay on the sandbox's own origin.
        Some(answer) if answer.origin() == authorize_url.origin() => {
            client.get(answer).send().await?
        }
        Some(_) => return Err(SimulatedUserError::NotASandbox),
        None => page,
    };
    let callback = find_link(&decided, LOCATION.as_str()).ok_or_else(|| refused(&decided))?;
    if callback.scheme() == "https" && trusted_certificate_pem.is_none() {
        return Err(SimulatedUserError::NoCertificate);
    }
    if callback.scheme() != "https" && !is_loopback(&callback) {
        return Err(SimulatedUserError::Elsewhere);
    }
    visit(&client, callback).await
}

/// Visits the callback, and the page with the result that it may redirect to on its own origin.
async fn visit(client: &Client, callback: Url) -> Result<(), SimulatedUserError> {
    let origin = callback.origin();
    let mut next = callback;
    for _ in 0..REDIRECTS_MAX {
        let response = client.get(next).send().await?;
        match find_link(&response, LOCATION.as_str()) {
            Some(url) if response.status().is_redirection() && url.origin() == origin => next = url,
            _ => return Ok(()),
        }
    }
    Ok(())
}

fn client(trusted_certificate_pem: Option<&str>) -> Result<Client, SimulatedUserError> {
    // An error means that a provider is already installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let pem = trusted_certificate_pem.unwrap_or_default();
    let trusted = Certificate::from_pem_bundle(pem.as_bytes())
        .map_err(|_| SimulatedUserError::Certificate)?;
    if trusted_certificate_pem.is_some() && trusted.is_empty() {
        return Err(SimulatedUserError::Certificate);
    }
    let client = Client::builder()
        .tls_certs_only(trusted)
        // Without a look-up, which takes a thread and panics if memory is too short for one.
        .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(DEADLINE)
        .connect_timeout(CONNECT_DEADLINE)
        .build()?;
    Ok(client)
}

fn find_link(response: &reqwest::Response, header: &str) -> Option<Url> {
    response.url().join(text(response.headers(), header)?).ok()
}

fn refused(response: &reqwest::Response) -> SimulatedUserError {
    let status = response.status();
    let sentence = match text(response.headers(), REFUSAL_HEADER) {
        Some(sentence) => sentence,
        None if status == StatusCode::OK => return SimulatedUserError::NotASandbox,
        None => "an error without a page",
    };
    SimulatedUserError::Refused {
        status: status.as_u16(),
        sentence: Untrusted::new(sentence),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
