//! An Instagram that takes as long for each answer as is said, and answers everything as usual.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::world::token;

/// Serves until the benchmark ends. Returns its port.
pub fn start(delay: Duration) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // An error is a client that went away.
            thread::spawn(move || serve(stream, delay).ok());
        }
    });
    port
}

fn serve(mut client: TcpStream, delay: Duration) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client.try_clone()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        thread::sleep(delay);
        let body = answer(&head);
        let length = body.len();
        // One write: the second part would wait until the first one was acknowledged.
        let reply = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        client.write_all(reply.as_bytes())?;
    }
}

fn answer(head: &str) -> String {
    let token_of_request = head.find("IGA").map_or("", |at| &head[at..]);
    let digits = token_of_request.chars().filter(char::is_ascii_digit);
    let id: String = digits.take(17).collect();
    if head.contains("/refresh_access_token") {
        let token = token("IGAB", &id);
        return format!(r#"{{"access_token":"{token}","expires_in":5183944}}"#);
    }
    let number = id.get(10..).unwrap_or_default();
    format!(
        r#"{{"user_id":"{id}","username":"account.{number}","account_type":"BUSINESS","followers_count":5}}"#
    )
}
