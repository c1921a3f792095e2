//! TLS that must not be trusted: not a byte of a request is sent, and nothing is tried again. The server is
//! behind a proxy's tunnel, under Instagram's own name.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::endpoint::{LONG, good};
use super::proxies::verify;
use crate::harness::World;
use crate::harness::authority::Authority;
use crate::harness::faulty::Faulty;
use crate::harness::faulty::Step::{self, Say, Silence, Tunnel};

pub const NAMES: [&str; 3] = [
    "www.instagram.com",
    "api.instagram.com",
    "graph.instagram.com",
];

/// An HTTPS server that answers well, and what was said to it inside of TLS.
pub fn serve(config: ServerConfig) -> (u16, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (config, heard) = (Arc::new(config), Arc::<Mutex<Vec<u8>>>::default());
    let kept = Arc::clone(&heard);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                let mut stream = StreamOwned::new(connection, stream);
                let mut part = [0; 16 * 1024];
                let count = stream.read(&mut part).unwrap_or(0);
                kept.lock().unwrap().extend_from_slice(&part[..count]);
                for step in good(&String::from_utf8_lossy(&part[..count])) {
                    let Say(bytes) = step else { continue };
                    let _ = stream.write_all(&bytes).and_then(|()| stream.flush());
                }
            });
        }
    });
    (port, heard)
}

/// A proxy whose tunnel ends in this.
pub fn tunnel(end: Step) -> Faulty {
    let open = Say(b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec());
    Faulty::start(move |_| vec![open.clone(), end.clone()])
}

fn through(world: &World, proxy: &Faulty) {
    world.set_env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port()));
}

#[test]
fn an_untrusted_server_gets_no_request_and_one_connection() {
    let world = World::new();
    let trusted = Authority::new(&world, "trusted.pem");
    let another = Authority::new(&world, "another.pem");
    world.set_env("SSL_CERT_FILE", &trusted.file);
    for (what, config) in [
        ("expired", trusted.serves_between(&NAMES, 2020, 2021)),
        ("not valid yet", trusted.serves_between(&NAMES, 2089, 2090)),
        (
            "another name",
            trusted.serves(&["www.instagram.com", "graph.instagram.com.evil.example"]),
        ),
        ("another authority", another.serves(&NAMES)),
    ] {
        let (port, heard) = serve(config);
        let proxy = tunnel(Tunnel(port));
        through(&world, &proxy);
        let output = verify(&world).run().assert_code(3);
        assert!(
            output.stderr().contains("certificate"),
            "{what}: {}",
            output.report()
        );
        assert!(
            heard.lock().unwrap().is_empty(),
            "{what} was sent something"
        );
        assert_eq!(proxy.heard().len(), 1, "{what} was asked again");
    }
}

/// TLS 1.1 at most: the alert of a server that has no newer one, and the hello of one that answers in its own.
#[test]
fn old_versions_of_tls_are_refused() {
    let world = World::new();
    let mut hello = vec![0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x13, 0]);
    for bytes in [vec![0x15, 3, 2, 0, 2, 2, 70], hello] {
        let server = Faulty::start(move |_| vec![Say(bytes.clone()), Silence]);
        let proxy = tunnel(Tunnel(server.port()));
        through(&world, &proxy);
        let output = verify(&world).run().assert_code(3);
        output.assert_warns("TLS");
        let heard = server.heard();
        assert!(heard.len() == 1 && !heard[0].contains(LONG) && !heard[0].contains("GET "));
    }
}

#[cfg(unix)] // the TLS of Windows trusts no file
#[test]
fn doctor_names_the_trusted_authority_and_writes_no_key() {
    let world = World::new();
    let authority = Authority::new(&world, "authority.pem");
    let (port, heard) = serve(authority.serves(&NAMES));
    let proxy = tunnel(Tunnel(port));
    through(&world, &proxy);
    let keys = world.folder("HOME").join("keys");
    world.set_env("SSLKEYLOGFILE", &keys);
    let trust = || {
        let report = world.command(&["doctor", "--json"]).run().json();
        let checks = report["checks"].as_array().unwrap().clone();
        let check = checks.into_iter().find(|check| check["name"] == "trust");
        check.map(|check| check["message"].as_str().unwrap_or_default().to_owned())
    };
    let _ = verify(&world).run().assert_code(3);
    assert_eq!(trust(), None);
    world.set_env("SSL_CERT_FILE", &authority.file);
    let output = verify(&world).run();
    assert!(
        [0, 3].contains(&output.code()) && output.stdout().contains("sample.studio"),
        "{}",
        output.report()
    );
    assert!(trust().is_some_and(|said| said.contains("SSL_CERT_FILE")));
    let heard = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    assert!(heard.contains("GET /v25.0/me?") && heard.contains(LONG));
    assert!(!keys.exists(), "the keys of TLS were written down");
}
