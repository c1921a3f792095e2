//! An OpenBao server in memory, on a port of its own, without TLS: what is measured is the store, not the network.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::measure::installed;
use crate::server::Server;

/// The token of its administrator.
pub const TOKEN: &str = "administrator-of-the-benchmark";

/// Ends when it is dropped.
pub struct OpenBao {
    /// For `BAO_ADDR`.
    pub address: String,
    port: u16,
    server: Child,
}

impl OpenBao {
    /// What it writes down goes to `folder`.
    pub fn start(folder: &Path) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let server = Command::new(installed("bao").expect("bao"))
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={TOKEN}"))
            .arg(format!("-dev-listen-address=127.0.0.1:{port}"))
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("an OpenBao server");
        let server = Self {
            address: format!("http://127.0.0.1:{port}"),
            port,
            server,
        };
        let works = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            server.add("first")
        });
        assert!(works, "no OpenBao that keeps anything");
        server
    }

    fn put(&self, name: &str) -> std::io::Result<bool> {
        let secret = "x".repeat(400); // as long as an account's
        let body = format!(r#"{{"data":{{"secret":"{secret}"}}}}"#);
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        write!(
            stream,
            "POST /v1/secret/data/igconnect-sandbox/other.{name} HTTP/1.0\r\nX-Vault-Token: {TOKEN}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply)?;
        Ok(reply
            .lines()
            .next()
            .is_some_and(|line| line.contains(" 200 ")))
    }
}

impl Server for OpenBao {
    fn process(&self) -> u32 {
        self.server.id()
    }

    fn add(&self, name: &str) -> bool {
        self.put(name).unwrap_or(false)
    }
}

impl Drop for OpenBao {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
