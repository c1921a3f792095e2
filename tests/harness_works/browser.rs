//! The browser that tests drive.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use crate::harness::{Browser, World};

const FORM: &str = "<title>A form</title><h1>Who are you?</h1><form action=/answer><input name=who><button>Go on</button></form>";

#[test]
fn reads_types_and_clicks() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let server = serve(None, |path| {
        if path == "/" {
            FORM.to_owned()
        } else {
            format!("<p id=asked>{path}</p>")
        }
    });
    browser.open(&server);
    assert_eq!(
        (browser.title().as_str(), browser.text("h1").as_str()),
        ("A form", "Who are you?")
    );
    browser.find("form");
    browser.type_into("input", "wreckshop");
    browser.click("button");
    assert_eq!(browser.text("#asked"), "/answer?who=wreckshop");
    assert!(
        browser
            .wait_for_url("the answer", |url| url.contains("/answer"))
            .ends_with("who=wreckshop")
    );
    let picture = world.folder("TMPDIR").join("page.png");
    browser.screenshot(&picture);
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn warns_about_a_self_signed_certificate_and_can_proceed() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let server = serve(
        Some(rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()),
        |_| "<h1>Behind the warning</h1>".to_owned(),
    );
    browser.open(&server);
    assert_eq!(browser.title(), "Privacy error");
    browser.pass_certificate_warning();
    assert_eq!(browser.text("h1"), "Behind the warning");
    assert_eq!(browser.url(), server);
}

#[test]
fn does_not_warn_about_a_trusted_certificate() {
    let world = World::new();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = world.given("certificate.pem", certified.cert.pem());
    let Some(browser) = Browser::start_trusting(&world, &file) else {
        return;
    };
    let server = serve(Some(certified), |_| "<h1>No warning</h1>".to_owned());
    browser.open(&server);
    assert_eq!(browser.text("h1"), "No warning");
}

/// Answers every request with a page, over TLS if there is a certificate, until the tests end.
fn serve(
    certified: Option<rcgen::CertifiedKey<rcgen::KeyPair>>,
    page: impl Fn(&str) -> String + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let scheme = if certified.is_some() { "https" } else { "http" };
    let tls = certified.map(|certified| {
        let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        Arc::new(
            config
                .with_no_client_auth()
                .with_single_cert(vec![certified.cert.der().clone()], key)
                .unwrap(),
        )
    });
    let page = Arc::new(page);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (tls, page) = (tls.clone(), Arc::clone(&page));
            // A browser that dislikes the certificate hangs up in the middle: no mistake of the server.
            thread::spawn(move || match tls {
                None => answer(stream, &*page),
                Some(tls) => answer(
                    rustls::StreamOwned::new(rustls::ServerConnection::new(tls).unwrap(), stream),
                    &*page,
                ),
            });
        }
    });
    format!("{scheme}://localhost:{port}/")
}

fn answer(stream: impl Read + Write, page: &dyn Fn(&str) -> String) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request)?;
    let mut header = String::new();
    while stream.read_line(&mut header)? > 2 {
        header.clear();
    }
    let body = page(request.split(' ').nth(1).unwrap_or_default());
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let stream = stream.get_mut();
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    stream.flush()
}
