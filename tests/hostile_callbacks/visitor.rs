//! A visitor of the listener that says exactly the bytes it is given, in several ways of TLS or without.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::harness::visitor::trusted;

/// The deadline of the listener is five seconds. A connection that lives so much longer is never cut; nor is one within
/// this time where the program's clock is slow.
const PATIENCE: Duration = Duration::from_secs(90);

/// How a visitor comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Tcp,
    Tls,
    Tls12,
    TlsHttp2,
    TlsDistrusting,
}

impl Way {
    pub fn named(name: &str) -> Self {
        match name {
            "tcp" => Self::Tcp,
            "tls" => Self::Tls,
            "tls1.2" => Self::Tls12,
            "tls-h2" => Self::TlsHttp2,
            "tls-distrusting" => Self::TlsDistrusting,
            unknown => panic!("no visitor comes over {unknown}"),
        }
    }
}

/// What a visitor does after the last byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ending {
    /// Waits for what comes.
    #[default]
    Wait,
    /// Says that nothing more will come, and waits.
    Close,
    /// Drops the connection.
    Reset,
}

/// What a visitor says, piece by piece.
#[derive(Debug, Default, Clone)]
pub struct Speech {
    pieces: Vec<Piece>,
    pub ending: Ending,
}

#[derive(Debug, Default, Clone)]
struct Piece {
    bytes: Vec<u8>,
    beneath_tls: bool,
}

impl Speech {
    pub fn new(bytes: &[u8]) -> Self {
        let mut speech = Self::default();
        speech.add(bytes);
        speech
    }

    pub fn add(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(piece) => piece.bytes.extend_from_slice(bytes),
            None => self.pieces.push(Piece {
                bytes: bytes.to_vec(),
                beneath_tls: false,
            }),
        }
    }

    pub fn flush(&mut self) {
        let beneath_tls = self.pieces.last().is_some_and(|piece| piece.beneath_tls);
        self.pieces.push(Piece {
            bytes: Vec::new(),
            beneath_tls,
        });
    }

    pub fn go_beneath(&mut self) {
        self.pieces.push(Piece {
            bytes: Vec::new(),
            beneath_tls: true,
        });
    }
}

/// Visitors of one listener.
#[derive(Clone)]
pub struct Visitor {
    port: u16,
    trusted: RootCertStore,
}

impl Visitor {
    /// They trust the certificate in this file alone.
    pub fn new(port: u16, certificate: &Path) -> Self {
        Self {
            port,
            trusted: trusted(certificate),
        }
    }

    pub fn tcp(&self) -> TcpStream {
        self.try_tcp().expect("a listener")
    }

    /// None when the listener is closed already.
    pub fn try_tcp(&self) -> Option<TcpStream> {
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp.set_write_timeout(Some(PATIENCE)).unwrap();
        tcp.set_nodelay(true).unwrap();
        Some(tcp)
    }

    /// A connection whose handshake is still to come: it is made with the first byte that is read or written.
    pub fn tls(&self, way: Way) -> StreamOwned<ClientConnection, TcpStream> {
        let versions: &[_] = match way {
            Way::Tls12 => &[&rustls::version::TLS12],
            _ => rustls::ALL_VERSIONS,
        };
        let trusted = match way {
            Way::TlsDistrusting => RootCertStore::empty(),
            _ => self.trusted.clone(),
        };
        let mut config = config(versions, trusted);
        if way == Way::TlsHttp2 {
            config.alpn_protocols = vec![b"h2".to_vec()];
        }
        StreamOwned::new(connection(config), self.tcp())
    }

    /// Says it and returns all that comes back, of TLS only the content.
    pub fn say(&self, way: Way, speech: &Speech) -> Vec<u8> {
        match way {
            Way::Tcp => over_tcp(self.tcp(), speech),
            _ => over_tls(self.tls(way), speech),
        }
    }

    /// Says a whole request over TLS.
    pub fn ask(&self, request: &str) -> String {
        let reply = self.say(Way::Tls, &Speech::new(request.as_bytes()));
        String::from_utf8(reply).expect("a reply in UTF-8")
    }

    /// A navigation to this path and query, as a browser makes it.
    pub fn navigate(&self, target: &str) -> String {
        self.ask(&format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\
             Sec-Fetch-Dest: document\r\n\r\n",
            self.port
        ))
    }
}

fn config(
    versions: &[&'static rustls::SupportedProtocolVersion],
    roots: RootCertStore,
) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn connection(config: ClientConfig) -> ClientConnection {
    let name = ServerName::try_from("localhost").unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap()
}

/// The first words of a handshake, as a client of today says them.
pub fn first_words() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut connection = connection(config(rustls::ALL_VERSIONS, RootCertStore::empty()));
    connection.write_tls(&mut bytes).expect("a hello");
    bytes
}

fn over_tcp(mut tcp: TcpStream, speech: &Speech) -> Vec<u8> {
    for piece in &speech.pieces {
        // Who is cut in the middle of a long speech may still find the reply.
        let _ = tcp.write_all(&piece.bytes);
    }
    match speech.ending {
        Ending::Wait => {}
        Ending::Close => drop(tcp.shutdown(Shutdown::Write)),
        Ending::Reset => return reset(tcp),
    }
    all_of(&mut tcp)
}

fn over_tls(mut tls: StreamOwned<ClientConnection, TcpStream>, speech: &Speech) -> Vec<u8> {
    // Made first, so that silence and noise come behind a whole handshake.
    let handshake = tls.conn.complete_io(&mut tls.sock);
    for piece in speech.pieces.iter().filter(|_| handshake.is_ok()) {
        let _ = match piece.beneath_tls {
            true => tls.sock.write_all(&piece.bytes),
            false => tls.write_all(&piece.bytes).and_then(|()| tls.flush()),
        };
    }
    match speech.ending {
        Ending::Wait => {}
        Ending::Close => {
            tls.conn.send_close_notify();
            let _ = tls.flush();
            let _ = tls.sock.shutdown(Shutdown::Write);
        }
        Ending::Reset => return reset(tls.sock),
    }
    all_of(&mut tls)
}

/// All until the end, however it ends, but for a listener that never ends it.
fn all_of(stream: &mut impl Read) -> Vec<u8> {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => return all,
            Ok(count) => all.extend_from_slice(&part[..count]),
            Err(error) if is_still_open(&error) => {
                panic!("the connection is still open after {PATIENCE:?}")
            }
            Err(_) => return all,
        }
    }
}

fn is_still_open(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Without lingering the connection ends in a reset, not in a farewell.
fn reset(tcp: TcpStream) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    tcp.set_nonblocking(true).unwrap();
    let tcp = tokio::net::TcpStream::from_std(tcp).unwrap();
    tcp.set_zero_linger().unwrap();
    Vec::new()
}
