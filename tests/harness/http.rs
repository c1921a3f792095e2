//! HTTP as far as the servers and clients of the tests speak it: one message after the other, bodies by their length.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use super::wait::HANG;

/// A request or a reply.
pub struct Message {
    /// Everything up to the empty line, which ends it.
    pub head: String,
    pub body: String,
}

impl Message {
    /// Reads one. `None` where the connection ends before.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Ok(None);
            }
        }
        let mut message = Self {
            head,
            body: String::new(),
        };
        let length = message.header("content-length").map(str::parse);
        let mut body = Vec::new();
        match length {
            Some(length) => {
                body.resize(length.map_err(io::Error::other)?, 0);
                stream.read_exact(&mut body)?;
            }
            // A reply without a length ends with its connection.
            None if message.head.starts_with("HTTP/") => {
                stream.read_to_end(&mut body)?;
            }
            None => {}
        }
        message.body = String::from_utf8_lossy(&body).into_owned();
        Ok(Some(message))
    }

    /// The request line, or that of the status.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    pub fn status(&self) -> u16 {
        let status = self.line().split(' ').nth(1).map(str::parse);
        status.and_then(Result::ok).unwrap_or(0)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

/// Sends one request to a port of this machine; `headers` are whole lines.
pub fn ask(port: u16, line: &str, headers: &str, body: &str) -> io::Result<Message> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(HANG))?;
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )?;
    let reply = Message::read(&mut BufReader::new(stream))?;
    reply.ok_or_else(|| ErrorKind::UnexpectedEof.into())
}

/// Listens on a port of this machine, any for 0, and serves each connection on a thread. Returns the port. An error is a
/// client that went away.
pub fn listen(
    port: u16,
    serve: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let serve = serve.clone();
            thread::spawn(move || drop(serve(stream)));
        }
    });
    port
}
