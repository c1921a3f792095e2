//! A front before the sandbox that passes everything on and keeps what was asked, and a sandbox behind one.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::World;
use super::http::{Message, listen};
use super::process::Running;

/// One request that came to the front, and its reply.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The name that the client asked for in the TLS handshake.
    pub name: Option<String>,
    /// The request line, with its query.
    pub line: String,
    /// All of the request.
    pub request: String,
    /// All of the reply.
    pub reply: String,
}

/// What the front does with connections: all, none for now, or all but those that it held.
const SERVE: u8 = 0;
const HOLD: u8 = 1;
const BREAK_OFF: u8 = 2;

/// Waits as long as connections are held; whether this one was, and is to end.
fn is_broken_off(holds: &AtomicU8, count: &AtomicUsize) -> bool {
    let is_held = holds.load(Ordering::Relaxed) == HOLD;
    count.fetch_add(usize::from(is_held), Ordering::Relaxed);
    while holds.load(Ordering::Relaxed) == HOLD {
        thread::sleep(Duration::from_millis(5));
    }
    is_held && holds.load(Ordering::Relaxed) == BREAK_OFF
}

/// What somebody else does when a request of this line has come, and whether its reply gets lost.
type Meanwhile = Arc<dyn Fn(&str) -> bool + Send + Sync>;

pub struct Front {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    holds: Arc<AtomicU8>,
    held: Arc<AtomicUsize>,
}

impl Front {
    /// Plain HTTP on any port, before the sandbox on `behind`.
    pub fn plain(behind: u16) -> Self {
        Self::meddling(behind, |_| false)
    }

    /// As [`Self::plain`]. `meanwhile` hears the line of each request before that is passed on; true loses the reply.
    pub fn meddling(behind: u16, meanwhile: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self::listen(0, behind, None, Arc::new(meanwhile))
    }

    /// HTTPS on `port`.
    pub fn tls(port: u16, behind: u16, config: ServerConfig) -> Self {
        Self::listen(port, behind, Some(Arc::new(config)), Arc::new(|_| false))
    }

    fn listen(port: u16, behind: u16, tls: Option<Arc<ServerConfig>>, then: Meanwhile) -> Self {
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let kept = Arc::clone(&asked);
        let (holds, held) = (Arc::<AtomicU8>::default(), Arc::<AtomicUsize>::default());
        let (hold, count) = (Arc::clone(&holds), Arc::clone(&held));
        let port = listen(port, move |stream| match &tls {
            _ if is_broken_off(&hold, &count) => Ok(()),
            None => pass(stream, behind, &kept, &then, |_| None),
            Some(config) => {
                let tls = ServerConnection::new(Arc::clone(config)).expect("a server");
                let name = |stream: &StreamOwned<ServerConnection, TcpStream>| {
                    stream.conn.server_name().map(str::to_owned)
                };
                pass(StreamOwned::new(tls, stream), behind, &kept, &then, name)
            }
        });
        Self {
            port,
            asked,
            holds,
            held,
        }
    }

    /// Takes every connection from now on and says nothing, nor passes anything on.
    pub fn hold(&self) {
        self.holds.store(HOLD, Ordering::Relaxed);
    }

    /// How many connections are or were held.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Breaks off what was held, of which nothing was passed on, and serves again.
    pub fn let_go(&self) {
        self.holds.store(BREAK_OFF, Ordering::Relaxed);
    }

    /// Passes on what was held, and serves again.
    pub fn pass_on(&self) {
        self.holds.store(SERVE, Ordering::Relaxed);
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Everything that was asked with a request line that begins so.
    pub fn asked_for(&self, beginning: &str) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(|asked| asked.line.starts_with(beginning));
        asked
    }
}

/// One exchange; an error is a client that went away, or never came through the handshake.
fn pass<S: Read + Write>(
    mut client: S,
    behind: u16,
    kept: &Mutex<Vec<Asked>>,
    meanwhile: &Meanwhile,
    name: impl Fn(&S) -> Option<String>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(&mut client);
    let request = Message::read(&mut stream)?.ok_or(ErrorKind::UnexpectedEof)?;
    let line = request.line().to_owned();
    // The sandbox answers to its own name alone, and one exchange is enough for a connection.
    let mut onward = format!("{line}\r\nhost: 127.0.0.1:{behind}\r\nconnection: close\r\n");
    for header in request.head.trim_end().lines().skip(1) {
        let name = header
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !["host", "connection"].contains(&&*name) {
            onward.push_str(&format!("{header}\r\n"));
        }
    }
    onward.push_str("\r\n");
    onward.push_str(&request.body);
    let is_lost = meanwhile(&line);
    let mut sandbox = TcpStream::connect((Ipv4Addr::LOCALHOST, behind))?;
    sandbox.write_all(onward.as_bytes())?;
    let mut reply = Vec::new();
    sandbox.read_to_end(&mut reply)?;
    kept.lock().unwrap().push(Asked {
        name: name(&client),
        line,
        request: request.head + &request.body,
        reply: String::from_utf8_lossy(&reply).into_owned(),
    });
    if !is_lost {
        client.write_all(&reply)?;
    }
    client.flush()
}

/// `igconnect sandbox` behind a front, which the world's programs take for Instagram.
pub struct SandboxBehindFront {
    pub front: Front,
    _sandbox: Running,
}

impl SandboxBehindFront {
    /// Starts it; `scenario` is what happens. The world's programs find it by their environment from now on.
    #[track_caller]
    pub fn start(world: &World, scenario: &str) -> Self {
        Self::meddling(world, scenario, |_| false)
    }

    /// As [`Self::start`]; `meanwhile` is as in [`Front::meddling`].
    #[track_caller]
    pub fn meddling(
        world: &World,
        scenario: &str,
        meanwhile: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        let (sandbox, port) = sandbox(world, scenario);
        let front = Front::meddling(port, meanwhile);
        world.set_env(
            "IGCONNECT_INSTAGRAM",
            format!("http://127.0.0.1:{}", front.port()),
        );
        Self {
            front,
            _sandbox: sandbox,
        }
    }
}

/// Starts a sandbox that runs until the world ends, and moves to it what the world's programs have stored for the
/// sandbox within. They find it by their environment from now on.
#[track_caller]
pub fn sandbox_beside(world: &World, scenario: &str) -> u16 {
    let (running, port) = sandbox(world, scenario);
    world.keep(running);
    let before = world.data();
    world.clear_env("IGCONNECT_SANDBOX");
    world.set_env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"));
    if before.exists() {
        std::fs::rename(before, world.data()).expect("the data of the sandbox");
    }
    port
}

/// A sandbox of its own, with its port. The world's programs know its app from now on.
#[track_caller]
pub fn sandbox(world: &World, scenario: &str) -> (Running, u16) {
    let mut sandbox = world
        .command(&["--scenario", scenario, "sandbox"])
        .timeout(std::time::Duration::from_secs(120))
        .spawn();
    let mut value = |name: &str| {
        let line = sandbox.stderr_line(name, |line| line.contains(name));
        let (_, value) = line.split_once('=').expect("a value");
        value.trim().trim_matches('"').to_owned()
    };
    // In the order of the lines.
    let address = value("IGCONNECT_INSTAGRAM");
    for name in ["IGCONNECT_SANDBOX_APP_ID", "IGCONNECT_SANDBOX_APP_SECRET"] {
        world.set_env(name, value(name));
    }
    let port = address.rsplit(':').next();
    let port = port.and_then(|port| port.parse().ok());
    (sandbox, port.expect("a port"))
}
