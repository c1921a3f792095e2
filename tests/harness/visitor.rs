//! Who comes to the listener: the person whose browser brings the answer, or a stranger who says any bytes at all.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use url::Url;

/// The page of the outcome waits for the whole login.
const LIMIT: Duration = Duration::from_secs(30);

/// Redirects that a visitor follows; more would be a circle.
const REDIRECTS_MAX: usize = 5;

/// All that came back on one connection.
#[derive(Debug)]
pub struct Reply(String);

impl Reply {
    /// The status; 0 when nothing came.
    pub fn status(&self) -> u16 {
        let number = self
            .0
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3));
        number.map_or(0, |number| number.parse().expect("a status"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split_once("\r\n\r\n").map_or("", |(head, _)| head);
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// Everything, head and body.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A plain GET, as a browser makes it.
#[track_caller]
pub fn get(url: &Url) -> Reply {
    say(port_of(url), request_for(url))
}

/// Says these bytes to a port of this machine, without TLS.
#[track_caller]
pub fn say(port: u16, bytes: impl AsRef<[u8]>) -> Reply {
    exchange(connect(port), bytes.as_ref())
}

/// One who trusts a certificate, and speaks TLS.
pub struct Visitor {
    config: Arc<ClientConfig>,
}

impl Visitor {
    /// Trusts exactly the certificate in this file.
    #[track_caller]
    pub fn trusting(certificate: &Path) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(trusted(certificate))
            .with_no_client_auth();
        Self {
            config: Arc::new(config),
        }
    }

    #[track_caller]
    pub fn say(&self, name: &str, port: u16, bytes: impl AsRef<[u8]>) -> Reply {
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        let tls = ClientConnection::new(Arc::clone(&self.config), name).expect("a client");
        exchange(StreamOwned::new(tls, connect(port)), bytes.as_ref())
    }

    /// Goes to an address of this machine, whatever its name, without following where it leads.
    #[track_caller]
    pub fn get(&self, url: &Url) -> Reply {
        match url.scheme() {
            "https" => self.say(
                url.host_str().expect("a host"),
                port_of(url),
                request_for(url),
            ),
            _ => get(url),
        }
    }

    /// Goes there and on to wherever it leads, to the page at the end.
    #[track_caller]
    pub fn visit(&self, url: &Url) -> Reply {
        let mut url = url.clone();
        for _ in 0..REDIRECTS_MAX {
            let reply = self.get(&url);
            let Some(location) = reply.header("location") else {
                return reply;
            };
            url = url.join(location).expect("a place to go");
        }
        panic!("{url} leads round in a circle");
    }

    /// Answers the consent page as the scenario has it; returns the address that the browser is sent back to.
    #[track_caller]
    pub fn consent(&self, authorize: &Url) -> Url {
        self.consent_as(authorize, None)
    }

    /// As [`Visitor::consent`], as another of the sandbox's people where one is named.
    #[track_caller]
    pub fn consent_as(&self, authorize: &Url, person: Option<&str>) -> Url {
        let page = self.get(authorize);
        let answer = page
            .header("x-sandbox-answer")
            .unwrap_or_else(|| panic!("no consent page: {}", page.text()));
        let mut answer = authorize.join(answer).expect("an address");
        if let Some(person) = person {
            let asked = answer.query_pairs().into_owned();
            let asked: Vec<_> = asked.filter(|(name, _)| name != "account").collect();
            let mut fields = answer.query_pairs_mut();
            fields
                .clear()
                .extend_pairs(asked)
                .append_pair("account", person);
        }
        let decided = self.get(&answer);
        let back = decided.header("location").expect("a way back");
        Url::parse(back).expect("an address")
    }
}

/// What a client trusts that trusts the certificate in this file alone.
#[track_caller]
pub fn trusted(certificate: &Path) -> RootCertStore {
    let pem = fs::read(certificate).expect("a certificate");
    let certificate = CertificateDer::from_pem_slice(&pem).expect("a certificate in PEM");
    let mut trusted = RootCertStore::empty();
    trusted.add(certificate).expect("a certificate to trust");
    trusted
}

/// The bytes with which Chromium asks for this address.
pub fn request_for(url: &Url) -> String {
    let host = url.host_str().expect("a host");
    let host = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    format!(
        "GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nSec-Fetch-Mode: navigate\r\n\
         Sec-Fetch-Dest: document\r\n\r\n",
        target_of(url)
    )
}

/// Path and query, as they stand in a request.
pub fn target_of(url: &Url) -> String {
    let query = url.query().map(|query| format!("?{query}"));
    format!("{}{}", url.path(), query.unwrap_or_default())
}

#[track_caller]
pub fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs()
        .find(|(known, _)| known == name)
        .unwrap_or_else(|| panic!("no {name} in the address"))
        .1
        .into_owned()
}

fn port_of(url: &Url) -> u16 {
    url.port_or_known_default().expect("a port")
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a listener");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    stream
}

fn exchange(mut stream: impl Read + Write, bytes: &[u8]) -> Reply {
    // Who is cut off, in the handshake or later, has whatever came until then.
    let _ = stream.write_all(bytes).and_then(|()| stream.flush());
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    Reply(String::from_utf8(reply).expect("a reply in UTF-8"))
}

impl super::World {
    /// A visitor who has no reason to trust any certificate, for plain HTTP alone.
    #[track_caller]
    pub fn visitor_without_trust(&self) -> Visitor {
        let certified = rcgen::generate_simple_self_signed(["trusted.invalid".to_owned()]);
        let file = self.given("trusted.pem", certified.expect("a certificate").cert.pem());
        Visitor::trusting(&file)
    }
}
