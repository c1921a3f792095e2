//! The browser that tests drive.

use crate::harness::authority::server_config;
use crate::harness::faulty::{Faulty, Step};
use crate::harness::front::Front;
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
    let server = Faulty::start(move |request| {
        let body = page(request.split(' ').nth(1).unwrap_or_default());
        let length = body.len();
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length:";
        vec![Step::Say(
            format!("{head} {length}\r\n\r\n{body}").into_bytes(),
        )]
    });
    let Some(certified) = certified else {
        return format!("http://localhost:{}/", server.port());
    };
    let config = server_config(certified.cert.der(), &certified.signing_key);
    let front = Front::tls(0, server.port(), config);
    format!("https://localhost:{}/", front.port())
}
