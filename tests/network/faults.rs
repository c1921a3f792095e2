//! What can go wrong between a request and the end of its answer, byte by byte.

use super::endpoint::reply;
use crate::harness::faulty::Step::{self, Drip, Forever, HalfClose, Reset, Say, Silence};

/// One way to go wrong, or to look like it.
#[derive(Clone, Copy)]
pub struct Fault {
    pub name: &'static str,
    /// What is done, where this would have been the body.
    pub steps: fn(&str) -> Vec<Step>,
    /// Whether it only looks wrong, and the answer counts.
    pub is_good: bool,
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const fn bad(name: &'static str, steps: fn(&str) -> Vec<Step>) -> Fault {
    let is_good = false;
    Fault {
        name,
        steps,
        is_good,
    }
}

const fn good(name: &'static str, steps: fn(&str) -> Vec<Step>) -> Fault {
    let is_good = true;
    Fault {
        name,
        steps,
        is_good,
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n";

/// A good head with these headers, and whatever follows it.
fn raw(headers: &str, rest: &str) -> Vec<Step> {
    vec![said(&format!("{OK}{headers}\r\n{rest}"))]
}

fn said(text: &str) -> Step {
    Say(text.as_bytes().to_vec())
}

fn whole(body: &str) -> Vec<u8> {
    reply("200 OK", "", body)
}

fn half(body: &str) -> Step {
    let bytes = whole(body);
    Say(bytes[..bytes.len() - body.len() / 2].to_vec())
}

/// A page where JSON should be, under this status.
fn page(status: &str) -> Vec<Step> {
    let page = "<html><title>Log in to the Wi-Fi</title></html>";
    vec![Say(reply(status, "", page))]
}

fn chunked(rest: &str) -> Vec<Step> {
    raw("Transfer-Encoding: chunked\r\n", rest)
}

/// The chunk that is the body.
fn chunk(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n", body.len())
}

fn encoded(encoding: &str, body: &str) -> Vec<Step> {
    vec![Say(reply(
        "200 OK",
        &format!("Content-Encoding: {encoding}\r\n"),
        body,
    ))]
}

/// The bytes that gzip makes of a hundred megabytes of nothing begin so, and go on like this.
fn bomb() -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    bytes.resize(100_000, 0x55);
    bytes
}

/// What is over at once.
#[rustfmt::skip]
pub const FAULTS: &[Fault] = &[
    // The connection.
    bad("closed at once", |_| vec![]),
    bad("reset at once", |_| vec![Reset]),
    bad("half closed at once", |_| vec![HalfClose]),
    bad("closed within the headers", |_| vec![said("HTTP/1.1 200 OK\r\nContent-Le")]),
    bad("reset after the headers", |body| vec![Say(whole(body)[..OK.len()].to_vec()), Reset]),
    bad("closed within the body", |body| vec![half(body)]),
    bad("reset within the body", |body| vec![half(body), Reset]),
    bad("half closed within the body", |body| vec![half(body), HalfClose]),
    // Where the answer ends.
    bad("content-length too long", |body| raw(&format!("Content-Length: {}\r\n", body.len() + 9), body)),
    bad("content-length too short", |body| raw(&format!("Content-Length: {}\r\n", body.len() - 9), body)),
    bad("content-length 0", |body| raw("Content-Length: 0\r\n", body)),
    bad("content-length no number", |body| raw("Content-Length: many\r\n", body)),
    bad("content-length signed", |body| raw(&format!("Content-Length: +{}\r\n", body.len()), body)),
    bad("content-length negative", |body| raw("Content-Length: -1\r\n", body)),
    bad("content-length beyond 64 bits", |body| raw("Content-Length: 18446744073709551616\r\n", body)),
    bad("two content-lengths", |body| raw(&format!("Content-Length: {0}\r\nContent-Length: 1{0}\r\n", body.len()), body)),
    good("one content-length twice", |body| raw(&format!("Content-Length: {0}\r\nContent-Length: {0}\r\n", body.len()), body)),
    good("more than content-length says", |body| raw(&format!("Content-Length: {}\r\n", body.len()), &format!("{body} more"))),
    good("no content-length", |body| raw("", body)),
    good("chunked", |body| chunked(&format!("{}0\r\n\r\n", chunk(body)))),
    bad("chunked without an end", |body| chunked(&chunk(body))),
    bad("chunked and cut", |body| chunked(&chunk(body)[..20])),
    bad("chunk size no number", |body| chunked(&format!("zz\r\n{body}\r\n0\r\n\r\n"))),
    bad("chunk size beyond 64 bits", |body| chunked(&format!("fffffffffffffffff\r\n{body}\r\n0\r\n\r\n"))),
    bad("chunk longer than its size", |body| chunked(&format!("5\r\n{body}\r\n0\r\n\r\n"))),
    bad("chunked and content-length", |body| raw(&format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", body.len()), &format!("{}0\r\n\r\n", chunk(body)))),
    bad("transfer-encoding gzip", |body| raw("Transfer-Encoding: gzip, chunked\r\n", &format!("{}0\r\n\r\n", chunk(&body[1..])))),
    // Encodings that were not asked for.
    bad("said to be gzip", |body| encoded("gzip", body)),
    bad("said to be br", |body| encoded("br", body)),
    bad("said to be deflate", |body| encoded("identity, deflate", body)),
    bad("a gzip bomb", |_| vec![Say(reply("200 OK", "Content-Encoding: gzip\r\n", bomb()))]),
    bad("a gzip bomb that does not say so", |_| vec![Say(reply("200 OK", "", bomb()))]),
    good("said to be as it is", |body| encoded("identity", body)),
    // Too much.
    bad("spaces without end", |_| vec![said(&format!("{OK}\r\n")), Forever(vec![b' '; 65536])]),
    bad("a text without end", |_| vec![said(&format!("{OK}\r\n{{\"access_token\":\"")), Forever(vec![b'a'; 65536])]),
    bad("chunks without end", |_| vec![said(&format!("{OK}Transfer-Encoding: chunked\r\n\r\n")), Forever(b"100\r\n".iter().copied().chain([b' '; 256]).chain(*b"\r\n").collect())]),
    bad("a chunk extension without end", |_| vec![said(&format!("{OK}Transfer-Encoding: chunked\r\n\r\n5;")), Forever(vec![b'x'; 4096])]),
    bad("a header without end", |_| vec![said(&format!("{OK}X-Long: ")), Forever(vec![b'x'; 65536])]),
    bad("headers without end", |_| vec![said(OK), Forever(b"X-Many: 1\r\n".repeat(1000))]),
    bad("10 000 headers", |body| raw(&"X-Many: 1\r\n".repeat(10_000), body)),
    bad("a header of 5 MB", |body| raw(&format!("X-Long: {}\r\n", "x".repeat(5_000_000)), body)),
    bad("a megabyte of true JSON", |body| vec![Say(whole(&format!("{{\"x\":\"{}\",{}", "x".repeat(1 << 20), &body[1..])))]),
    bad("a hundred thousand entries", |_| vec![Say(whole(&format!("{{\"data\":[{}{{}}]}}", "{},".repeat(300_000))))]),
    bad("a hundred thousand errors", |_| vec![Say(whole(&format!("{{\"error\":[{}0]}}", "0,".repeat(500_000))))]),
    bad("nested a hundred thousand deep", |_| vec![Say(whole(&format!("{{\"x\":{}", "[".repeat(100_000))))]),
    // What is not the answer of this HTTP.
    good("early hints first", |body| vec![said("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), Say(whole(body))]),
    good("100 Continue first", |body| vec![said("HTTP/1.1 100 Continue\r\n\r\n"), Say(whole(body))]),
    good("HTTP/1.0", |body| vec![said(&format!("HTTP/1.0 200 OK\r\n\r\n{body}"))]),
    bad("101 Switching Protocols", |body| vec![said(&format!("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{body}"))]),
    bad("HTTP/0.9", |body| vec![said(body)]),
    bad("HTTP/2", |_| vec![Say(vec![0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100])]),
    bad("HTTP/3.0", |body| vec![said(&format!("HTTP/3.0 200 OK\r\n\r\n{body}"))]),
    bad("status 20", |body| vec![said(&format!("HTTP/1.1 20 OK\r\n\r\n{body}"))]),
    bad("status 2000", |body| vec![said(&format!("HTTP/1.1 2000 OK\r\n\r\n{body}"))]),
    bad("status OK", |body| vec![said(&format!("HTTP/1.1 OK\r\n\r\n{body}"))]),
    bad("noise", |_| vec![Say((0..=255).rev().collect())]),
    bad("TLS", |_| vec![Say(vec![0x15, 3, 1, 0, 2, 2, 40])]),
    bad("SSH", |_| vec![said("SSH-2.0-OpenSSH_9.6\r\n")]),
    bad("a header folded", |body| raw("X-Folded: a\r\n b\r\n", body)),
    bad("NUL in a header", |body| raw("X-Zero: a\0b\r\n", body)),
    bad("a blank before the colon", |body| raw("Content-Type : text/plain\r\n", body)),
    // What is somebody else's answer.
    bad("204 with a body", |body| vec![Say(reply("204 No Content", "", body))]),
    bad("304 with a body", |body| vec![Say(reply("304 Not Modified", "", body))]),
    bad("205", |_| vec![Say(reply("205 Reset Content", "", ""))]),
    bad("a captive portal", |_| page("200 OK")),
    bad("511 of a portal", |_| page("511 Network Authentication Required")),
    bad("401 without JSON", |_| page("401 Unauthorized")),
    bad("403 without JSON", |_| page("403 Forbidden")),
    bad("404 without JSON", |_| page("404 Not Found")),
    bad("429 without JSON", |_| page("429 Too Many Requests")),
    bad("500 without JSON", |_| page("500 Internal Server Error")),
    bad("502 without JSON", |_| page("502 Bad Gateway")),
    bad("407", |_| page("407 Proxy Authentication Required")),
    bad("the good body under 400", |body| vec![Say(reply("400 Bad Request", "", body))]),
    bad("the good body under 500", |body| vec![Say(reply("500 Internal Server Error", "", body))]),
    bad("the good body under 999", |body| vec![Say(reply("999 What", "", body))]),
];

/// What takes the program its patience.
#[rustfmt::skip]
pub const SLOW: &[Fault] = &[
    bad("silence", |_| vec![Silence]),
    bad("silence after the headers", |body| vec![Say(whole(body)[..whole(body).len() - body.len()].to_vec()), Silence]),
    bad("silence within the body", |body| vec![half(body), Silence]),
    bad("a byte at a time", |body| vec![Drip(whole(body))]),
    good("slow, and right", |body| vec![Drip(whole(body)[..15].to_vec()), Say(whole(body)[15..].to_vec())]),
];

/// What keeps the program busy for as long as it lets it.
#[rustfmt::skip]
pub const FLOOD: Fault = bad("100 Continue without end", |_| vec![Forever(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100))]);
