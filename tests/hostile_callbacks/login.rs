//! A login of the real program that waits, in a world of its own, and what passes between it and the sandbox.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use url::Url;

use super::table::Words;
use super::visitor::Visitor;
use crate::harness::World;
use crate::harness::process::{Output, Running};

const APP_ID: &str = "1029384756102938";
const APP_SECRET: &str = "5a9db0c05a9db0c05a9db0c05a9db0c0";

/// A sandbox that serves in the background; returns its port.
pub fn serve_sandbox(world: &World) -> (Running<'_>, u16) {
    let mut sandbox = world
        .command(&["sandbox"])
        .timeout(Duration::from_secs(300))
        .spawn();
    let line = sandbox.stderr_line("its address", |line| line.contains("http://127.0.0.1:"));
    let rest = line.split_once("http://127.0.0.1:").expect("an address").1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (sandbox, digits.parse().expect("a port"))
}

/// A login that waits for its answer.
pub struct Login<'w> {
    pub visitor: Visitor,
    pub port: u16,
    pub state: String,
    running: Running<'w>,
    authorize: Url,
    heard: Arc<Mutex<Vec<String>>>,
}

impl<'w> Login<'w> {
    /// Starts it, and returns when it waits.
    pub fn start(world: &'w World, sandbox: u16) -> Self {
        let (between, heard) = listen_between(sandbox);
        let mut running = world
            .command(&["login", "--port", "0", "--no-browser"])
            .env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{between}"))
            .env("IGCONNECT_APP_ID", APP_ID)
            .env("IGCONNECT_APP_SECRET", APP_SECRET)
            .timeout(Duration::from_secs(120))
            .spawn();
        let line = running.stderr_line("the address to visit", |line| {
            line.contains("/oauth/authorize?")
        });
        let authorize = Url::parse(line.trim()).expect("an address");
        let parameter = |name: &str| {
            let mut all = authorize.query_pairs();
            let found = all.find(|(key, _)| key == name).expect("a parameter");
            found.1.into_owned()
        };
        let redirect_uri = Url::parse(&parameter("redirect_uri")).expect("an address");
        let port = redirect_uri.port().expect("a port");
        let folder = world.folder("XDG_DATA_HOME").join("igconnect/certificate");
        let pem = std::fs::read(folder.join("listener-certificate.pem")).expect("a certificate");
        Self {
            visitor: Visitor::new(port, &pem),
            port,
            state: parameter("state"),
            running,
            authorize,
            heard,
        }
    }

    pub fn id(&self) -> u32 {
        self.running.id()
    }

    /// What the table's words stand for here.
    pub fn words(&self, other_state: &str) -> Words {
        Words {
            port: self.port,
            state: self.state.clone(),
            other_state: other_state.to_owned(),
        }
    }

    /// How many codes it has brought to Instagram so far.
    pub fn exchanges(&self) -> usize {
        exchanges(&self.heard)
    }

    /// Visits the consent page and agrees; returns the path and query that the browser would come back with.
    pub fn consent(&self) -> String {
        let page = visit(&self.authorize);
        let agreed = self
            .authorize
            .join(header(&page, "x-sandbox-answer"))
            .expect("an address");
        let decided = visit(&agreed);
        let mut back = Url::parse(header(&decided, "location")).expect("an address");
        back.set_fragment(None);
        assert_eq!(back.port(), Some(self.port), "{back}");
        back[url::Position::BeforePath..].to_owned()
    }

    /// Agrees, comes back with the right answer, and waits for the end of the login.
    #[track_caller]
    pub fn complete(self) -> Output {
        let target = self.consent();
        self.come_back(&target);
        self.end()
    }

    /// Comes back with the right answer, which must be taken.
    #[track_caller]
    pub fn come_back(&self, target: &str) {
        assert_eq!(
            self.exchanges(),
            0,
            "a code was exchanged before the right one came"
        );
        let reply = self.visitor.navigate(target);
        assert!(
            reply.starts_with("HTTP/1.1 303 ") && reply.contains("\r\nLocation: /outcome\r\n"),
            "the right answer got: {reply}"
        );
    }

    /// Looks at the page of the outcome, waits for the end, and makes sure that there was one exchange.
    #[track_caller]
    pub fn end(self) -> Output {
        let page = self.visitor.navigate("/outcome");
        let heard = self.heard;
        let output = self.running.finish().assert_code(0);
        assert!(page.contains("<h1>Connected.</h1>"), "{page}");
        assert_eq!(exchanges(&heard), 1);
        output
    }
}

fn exchanges(heard: &Mutex<Vec<String>>) -> usize {
    let heard = heard.lock().unwrap();
    let exchanges = heard
        .iter()
        .filter(|line| line.starts_with("POST /oauth/access_token "));
    exchanges.count()
}

/// Stands between a login and the sandbox, and writes down the first line of every request. Returns its port.
fn listen_between(sandbox: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let writing = Arc::clone(&heard);
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, heard) = (client.expect("a client"), Arc::clone(&writing));
            thread::spawn(move || pass_on(client, sandbox, &heard));
        }
    });
    (port, heard)
}

/// One request and its reply. The sandbox answers only to its own name, so the request is told it.
fn pass_on(mut client: TcpStream, sandbox: u16, heard: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().expect("a handle"));
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(number) = lower.strip_prefix("content-length:") {
            length = number.trim().parse().expect("a length");
        }
        if head.is_empty() {
            heard.lock().unwrap().push(line.trim_end().to_owned());
        }
        if line == "\r\n" {
            break;
        }
        if !lower.starts_with("host:") && !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a whole body");
    let mut there = TcpStream::connect((Ipv4Addr::LOCALHOST, sandbox)).expect("the sandbox");
    let end = format!("Host: 127.0.0.1:{sandbox}\r\nConnection: close\r\n\r\n");
    let request = [head.as_bytes(), end.as_bytes(), &body].concat();
    there.write_all(&request).expect("the sandbox listens");
    let mut reply = Vec::new();
    there.read_to_end(&mut reply).expect("the sandbox answers");
    let _ = client.write_all(&reply);
}

/// The head of the reply to a GET.
fn visit(address: &Url) -> String {
    let mut tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, address.port().expect("a port")))
        .expect("a server");
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\n\r\n",
        &address[url::Position::BeforePath..]
    );
    tcp.write_all(request.as_bytes())
        .expect("a server that listens");
    let mut reply = String::new();
    tcp.read_to_string(&mut reply).expect("a reply");
    reply
}

fn header<'a>(reply: &'a str, name: &str) -> &'a str {
    let mut lines = reply
        .lines()
        .map_while(|line| line.split_once(": ").or(Some((line, ""))));
    let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.unwrap_or_else(|| panic!("no {name} in: {reply}")).1
}
