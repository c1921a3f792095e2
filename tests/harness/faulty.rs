//! A server that breaks every rule: to each request it says, byte by byte, what the test has written down for it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::net::TcpSocket;

use super::http::listen;

/// Between two bytes that drip.
const DROP: Duration = Duration::from_millis(200);

/// No request of the program is larger; more is not waited for.
const REQUEST_MAX: usize = 16 * 1024;

/// One thing that the server does with a connection, after it has heard a request. After the last step it closes.
#[derive(Clone, Debug)]
pub enum Step {
    /// Says these bytes.
    Say(Vec<u8>),
    /// Says them one by one, slowly.
    Drip(Vec<u8>),
    /// Says them again and again, until the client has gone.
    Forever(Vec<u8>),
    /// Says nothing more and keeps the connection, until the client has gone.
    Silence,
    /// Ends its half of the connection and listens on, until the client has gone.
    HalfClose,
    /// Resets the connection. Only as the last step.
    Reset,
    /// Passes everything on to this port of this machine, as a proxy does after CONNECT, until one of them has gone.
    Tunnel(u16),
}

/// What a server does, by the request.
pub type Script = dyn Fn(&str) -> Vec<Step> + Send + Sync;

/// The server. It lives as long as the tests do; its connections end with their clients.
pub struct Faulty {
    port: u16,
    script: Arc<Mutex<Arc<Script>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Faulty {
    /// On any port of this machine.
    pub fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::at(0, script)
    }

    /// On this port, for a machine of the test's own.
    pub fn at(port: u16, script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let script: Arc<Mutex<Arc<Script>>> = Arc::new(Mutex::new(Arc::new(script)));
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let shared = (Arc::clone(&script), Arc::clone(&heard));
        let port = listen(port, move |stream| serve(stream, &shared.0, &shared.1));
        Self {
            port,
            script,
            heard,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Does this from now on, and forgets what it has heard.
    pub fn play(&self, script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) {
        *self.script.lock().unwrap() = Arc::new(script);
        self.heard.lock().unwrap().clear();
    }

    /// Every request so far, head and body, whatever came of it.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// One exchange; an error is a client that has gone, which is how many of them end.
fn serve(
    mut stream: TcpStream,
    script: &Mutex<Arc<Script>>,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let (request, length) = overhear(&stream)?;
    let script = Arc::clone(&script.lock().unwrap());
    let steps = script(&request);
    heard.lock().unwrap().push(request);
    // What is left unread when a connection is closed makes the system reset it.
    if !matches!(steps.last(), Some(Step::Reset)) {
        stream.read_exact(&mut vec![0; length])?;
    }
    for step in steps {
        match step {
            Step::Say(bytes) => stream.write_all(&bytes)?,
            Step::Drip(bytes) => {
                for byte in bytes {
                    stream.write_all(&[byte])?;
                    thread::sleep(DROP);
                }
            }
            Step::Forever(bytes) => loop {
                stream.write_all(&bytes)?;
            },
            Step::Silence => wait_for_the_end(&mut stream),
            Step::HalfClose => {
                stream.shutdown(Shutdown::Write)?;
                wait_for_the_end(&mut stream);
            }
            Step::Reset => return Ok(()),
            Step::Tunnel(port) => tunnel(&mut stream, port)?,
        }
    }
    Ok(())
}

/// The request, or the beginning of what is none, and its length in bytes. Nothing of it is taken from the connection.
fn overhear(stream: &TcpStream) -> std::io::Result<(String, usize)> {
    let mut bytes = vec![0; REQUEST_MAX];
    loop {
        let length = stream.peek(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        let is_http = bytes[..length].first().is_some_and(u8::is_ascii_uppercase);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = (head.to_ascii_lowercase().lines())
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            body.len() >= length.unwrap_or(0)
        });
        match length {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            _ if whole || !is_http || length == REQUEST_MAX => return Ok((text, length)),
            // A peek returns what is there already, so the rest is asked for a little later.
            _ => thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn tunnel(client: &mut TcpStream, port: u16) -> std::io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut server, client);
    client.shutdown(Shutdown::Both)
}

fn wait_for_the_end(stream: &mut TcpStream) {
    let mut part = [0; 1024];
    while stream.read(&mut part).is_ok_and(|count| count > 0) {}
}

/// A port that refuses every connection, and that no other test can take meanwhile.
pub struct ClosedPort {
    port: u16,
    _bound: TcpSocket,
}

impl ClosedPort {
    /// Takes a port and does not listen there.
    pub fn hold() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .bind((Ipv4Addr::LOCALHOST, 0).into())
            .expect("a port");
        Self {
            port: socket.local_addr().expect("an address").port(),
            _bound: socket,
        }
    }

    pub fn number(&self) -> u16 {
        self.port
    }
}

/// A port that never accepts a connection.
pub struct Deaf {
    address: SocketAddr,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Deaf {
    /// Fills the queue of a listener, so that the next connection is not even answered.
    pub fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
        Self {
            address,
            _waiting: std::iter::from_fn(connect).collect(),
            _listener: listener,
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }
}
