//! The person where there is no browser: reads the consent page's advice, follows the redirect to the callback.
//!
//! The code goes nowhere but to a loopback address or to the holder of the one certificate that is trusted.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::{
    Certificate, Client, Response, StatusCode,
    header::{HeaderMap, LOCATION},
    redirect,
};
use url::{Host, Url};

use super::{consent::ANSWER_HEADER, pages::REFUSAL_HEADER};
use crate::account::Untrusted;

/// The callback may answer only when the whole login is through, against a slow sandbox too.
const DEADLINE: Duration = Duration::from_secs(60);

/// Who on this machine takes nobody in for so long, for want of descriptors, will not do so later.
const ENTRY_DEADLINE: Duration = Duration::from_secs(10);

/// A callback leads at most to its page of the outcome; more would be a circle.
const REDIRECTS_MAX: usize = 3;

/// Why the played person did not get to the callback.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// Instagram kept the person on its own page, and nothing will come to the callback.
    #[error("the page says: {sentence}")]
    Refused {
        /// The status of the page.
        status: u16,
        /// What the page says.
        sentence: Untrusted,
    },
    /// What came is no page of a sandbox: no advice and no way on.
    #[error("the page is none of the sandbox")]
    NotASandbox,
    /// The callback is neither on this machine nor known by a certificate.
    #[error("the callback is not on this machine")]
    Elsewhere,
    /// The callback is https and there is no certificate to know it by.
    #[error("no certificate is given to know the callback by")]
    NoCertificate,
    /// The certificate that should be trusted is none.
    #[error("the certificate can not be read")]
    Certificate,
    /// No answer came. The address, which holds a code, is not in it.
    #[error("no answer came")]
    Network(#[source] reqwest::Error),
}

impl From<reqwest::Error> for PersonError {
    fn from(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }
}

/// Visits `authorize_url`, answers its consent page as the scenario of the sandbox has it, and returns when the
/// callback has answered. An https callback is trusted by exactly the certificates of the PEM text.
pub async fn play_person(
    authorize_url: &Url,
    trusted_certificate_pem: Option<&str>,
) -> Result<(), PersonError> {
    let client = client(trusted_certificate_pem)?;
    if !is_loopback(authorize_url) {
        return Err(PersonError::Elsewhere);
    }
    let page = client.get(authorize_url.clone()).timeout(ENTRY_DEADLINE);
    let page = page.send().await?;
    let decided = match way_on(&page, ANSWER_HEADER) {
        // The page's advice stays on the sandbox's own origin.
        Some(answer) if answer.origin() == authorize_url.origin() => {
            client.get(answer).send().await?
        }
        Some(_) => return Err(PersonError::NotASandbox),
        None => page,
    };
    let callback = way_on(&decided, LOCATION.as_str()).ok_or_else(|| kept(&decided))?;
    if callback.scheme() == "https" && trusted_certificate_pem.is_none() {
        return Err(PersonError::NoCertificate);
    }
    if callback.scheme() != "https" && !is_loopback(&callback) {
        return Err(PersonError::Elsewhere);
    }
    visit(&client, callback).await
}

/// Visits the callback, and the page of the outcome that it may lead to on its own origin.
async fn visit(client: &Client, callback: Url) -> Result<(), PersonError> {
    let origin = callback.origin();
    let mut next = callback;
    for _ in 0..REDIRECTS_MAX {
        let response = client.get(next).send().await?;
        match way_on(&response, LOCATION.as_str()) {
            Some(url) if response.status().is_redirection() && url.origin() == origin => next = url,
            _ => return Ok(()),
        }
    }
    Ok(())
}

fn client(trusted_certificate_pem: Option<&str>) -> Result<Client, PersonError> {
    // An error means that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let pem = trusted_certificate_pem.unwrap_or_default();
    let trusted =
        Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| PersonError::Certificate)?;
    if trusted_certificate_pem.is_some() && trusted.is_empty() {
        return Err(PersonError::Certificate);
    }
    let client = Client::builder()
        .tls_certs_only(trusted)
        // Known without asking: a look-up takes a thread, and panics where there is no memory for one.
        .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(DEADLINE)
        .connect_timeout(ENTRY_DEADLINE)
        .build()?;
    Ok(client)
}

fn way_on(response: &Response, header: &str) -> Option<Url> {
    response.url().join(text(response.headers(), header)?).ok()
}

fn kept(response: &Response) -> PersonError {
    let sentence = text(response.headers(), REFUSAL_HEADER).map(Untrusted::new);
    let status = response.status();
    match sentence {
        Some(sentence) => PersonError::Refused {
            status: status.as_u16(),
            sentence,
        },
        None if status == StatusCode::OK => PersonError::NotASandbox,
        None => PersonError::Refused {
            status: status.as_u16(),
            sentence: Untrusted::new("an error without a page"),
        },
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
