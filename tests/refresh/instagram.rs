//! An Instagram for many accounts, which knows whose a token is by the id in it, counts who asks at once, and answers as
//! a test wants.

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use crate::harness::HANG;
use crate::harness::http::{Message, listen};

/// A request, and the account it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `refresh_access_token` or `me`.
    pub what: &'static str,
    /// The account.
    pub id: String,
}

/// A reply: status, further headers, body.
pub type Reply = (u16, String, String);

/// What makes another reply of a request than the usual one; the number says the how manieth request it is, from 0.
type Judge = dyn Fn(&Asked, usize) -> Option<Reply> + Send + Sync;

pub struct Instagram {
    pub port: u16,
    desk: Arc<Desk>,
}

struct Desk {
    judge: Box<Judge>,
    /// Requests are held until so many are there at once, for the first time.
    gather: usize,
    /// How long each reply takes.
    delay: Duration,
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    asked: Vec<Asked>,
    under_way: usize,
    most: usize,
}

impl Instagram {
    /// Answers at once, all as usual.
    pub fn start() -> Self {
        Self::new(0, Duration::ZERO, |_, _| None)
    }

    /// Answers as `judge` says.
    pub fn judging(judge: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::new(0, Duration::ZERO, judge)
    }

    /// Holds what is asked until `gather` requests are there at once, then takes `delay` for each.
    pub fn new(
        gather: usize,
        delay: Duration,
        judge: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let desk = Arc::new(Desk {
            judge: Box::new(judge),
            gather,
            delay,
            seen: Mutex::default(),
            changed: Condvar::new(),
        });
        let shared = Arc::clone(&desk);
        let port = listen(0, move |stream| shared.attend(stream));
        Self { port, desk }
    }

    /// Everything that was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.desk.seen.lock().unwrap().asked.clone()
    }

    /// The accounts that this was asked for, in order.
    pub fn asked_for(&self, what: &str) -> Vec<String> {
        let asked = self.asked().into_iter();
        asked
            .filter(|asked| asked.what == what)
            .map(|asked| asked.id)
            .collect()
    }

    /// How many requests were there at once, at most.
    pub fn most(&self) -> usize {
        self.desk.seen.lock().unwrap().most
    }
}

impl Desk {
    fn attend(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut client = stream;
        while let Some(request) = Message::read(&mut reader)? {
            let asked = asked(&request.head);
            let count = self.begin(&asked);
            let (status, headers, body) =
                (self.judge)(&asked, count).unwrap_or_else(|| usual(&asked));
            thread::sleep(self.delay);
            self.end();
            // One write: a reply in parts would wait for the acknowledgement of its first.
            let reply = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
                body.len()
            );
            client.write_all(reply.as_bytes())?;
        }
        Ok(())
    }

    fn begin(&self, asked: &Asked) -> usize {
        let mut seen = self.seen.lock().unwrap();
        seen.asked.push(asked.clone());
        let count = seen.asked.len() - 1;
        seen.under_way += 1;
        seen.most = seen.most.max(seen.under_way);
        self.changed.notify_all();
        let held = self
            .changed
            .wait_timeout_while(seen, HANG, |seen| seen.most < self.gather);
        drop(held.unwrap());
        count
    }

    fn end(&self) {
        self.seen.lock().unwrap().under_way -= 1;
    }
}

fn asked(head: &str) -> Asked {
    let token = head.find("IGA").map_or("", |at| &head[at..]);
    Asked {
        what: match head.contains("/refresh_access_token") {
            // Asked for before a token is called expired, and without one.
            _ if head.starts_with("HEAD ") => "time",
            true => "refresh_access_token",
            false => "me",
        },
        id: token
            .chars()
            .filter(char::is_ascii_digit)
            .take(17)
            .collect(),
    }
}

/// The reply of an Instagram that has nothing to complain about.
pub fn usual(asked: &Asked) -> Reply {
    let id = &asked.id;
    let body = match asked.what {
        "time" => String::new(),
        "me" => format!(
            r#"{{"user_id":"{id}","username":"account.{}","account_type":"BUSINESS","followers_count":5}}"#,
            &id[12..]
        ),
        _ => format!(
            r#"{{"access_token":"{}","expires_in":5183944}}"#,
            super::many::setup::token("IGAB", id)
        ),
    };
    (200, String::new(), body)
}

/// An error of the Graph API.
pub fn refusal(status: u16, code: i64, headers: &str) -> Reply {
    let body = format!(r#"{{"error":{{"message":"no","type":"OAuthException","code":{code}}}}}"#);
    (status, headers.to_owned(), body)
}
