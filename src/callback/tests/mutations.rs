//! Many requests and pastes that are almost right. Only the right ones are accepted as the answer, and
//! the handler is unchanged after each.
//!
//! `IGCONNECT_TESTS_RUNS` sets how many, `IGCONNECT_TESTS_SEED` which ones.

#![allow(
    clippy::print_stdout,
    reason = "kept back by the test runner unless the test fails"
)]

use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;
use url::Url;

use super::oracle::{self, AUTHORITY, OracleAnswer, STATE};
use super::support::{expected, state};
use crate::account::{AuthorizationResponse, parse_pasted};
use crate::callback::handler::{Action, Handler};
use crate::callback::head::{parse_head, read_head};
use crate::callback::reply::CallbackReply;

/// One or two seconds without optimisation.
const RUNS: u64 = 20_000;

/// How often the right request must be accepted after the ones before.
const PROVED_EVERY: u64 = 64;

const GOOD: &str = "GET /callback?code=AQ_the-one-code&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc HTTP/1.1\r\n\
    Host: localhost:8723\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n";

/// The texts that are mutated.
const REQUESTS: [&str; 6] = [
    GOOD,
    "GET /callback?code=AQ_the-one-code&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc HTTP/1.1\r\n\
     Host: localhost:8723\r\n\r\n",
    "GET /callback?state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc&code=AQ HTTP/1.1\r\n\
     Host: localhost:8723\r\nConnection: keep-alive\r\nsec-ch-ua: \"Chromium\";v=\"143\"\r\n\
     Upgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/html,*/*;q=0.8\r\n\
     Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\n\
     Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: de,en;q=0.9\r\nCookie: a=b\r\n\r\n",
    "GET /callback?code=AQx&iss=https%3A%2F%2Fwww.instagram.com&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc \
     HTTP/1.0\r\nHost: localhost:8723\r\n\r\n",
    "GET /callback?error=access_denied&error_reason=user_denied&error_description=The+user+denied&\
     state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc HTTP/1.1\r\nHost: localhost:8723\r\n\r\n",
    "GET /start/start-piece-canary HTTP/1.1\r\nHost: localhost:8723\r\nSec-Fetch-Mode: navigate\r\n\r\n",
];

const PASTES: [&str; 5] = [
    "https://localhost:8723/callback?code=AQ_the-one-code&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc#_",
    " \"https://localhost:8723/callback?state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc&code=AQ\"\n",
    "?code=AQ_the-one-code&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    "error=access_denied&state=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc#_",
    "AQ_a-code-of-some-length#_",
];

/// What is inserted: everything that means something to a parser, or looks like it.
const WORDS: [&[u8]; 72] = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\n\n",
    b" ",
    b"\t",
    b"\0",
    b"\x0b",
    b"\x7f",
    b"\xff",
    b"\xc2\x85",
    b"\xef\xbb\xbf",
    "é".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{ff0f}".as_bytes(),
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"get ",
    b"PRI * HTTP/2.0",
    b" HTTP/1.1",
    b" HTTP/1.0",
    b" HTTP/0.9",
    b" HTTP/2",
    b"\r\nHost: localhost:8723",
    b"\r\nhost:localhost:8723",
    b"\r\nHost: evil.example",
    b"\r\nHost:",
    b"Host",
    b"\r\nOrigin: null",
    b"\r\norigin: https://localhost:8723",
    b"\r\nSec-Fetch-Mode: navigate",
    b"\r\nSec-Fetch-Mode: cors",
    b"\r\nSec-Fetch-Dest: document",
    b"\r\nSec-Fetch-Dest: iframe",
    b"\r\nSec-Purpose: prefetch",
    b"\r\nPurpose: prefetch",
    b"\r\nPurpose:",
    b"\r\nContent-Length: 5",
    b"\r\nTransfer-Encoding: chunked",
    b"\r\n folded",
    b"\r\nX: y",
    b"localhost:8723",
    b"LOCALHOST",
    b"127.0.0.1:8723",
    b"http://",
    b"https://",
    b"//",
    b"/./",
    b"/../",
    b"%2f",
    b"%2e",
    b"%00",
    b"%",
    b"?",
    b"#",
    b"#_",
    b"&",
    b";",
    b"=",
    b"+",
    b"&code=",
    b"&state=",
    b"&error=x",
    b"&error_reason=x",
    b"&iss=https://evil.example",
    b"&iss=https://www.instagram.com",
    b"%63ode",
    b"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    b"'",
    b"\"",
];

/// Pseudo-random numbers from a seed (splitmix64).
struct RandomNumbers(u64);

impl RandomNumbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// A range of the bytes, usually a short one.
    fn range(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let limit = if self.below(4) == 0 { bytes.len() } else { 12 };
        let start = self.below(bytes.len() + 1);
        start..bytes.len().min(start + self.below(limit + 1))
    }

    /// A position between two bytes, half of the time at a boundary.
    fn place(&mut self, bytes: &[u8]) -> usize {
        let at = self.below(bytes.len() + 1);
        let ends = |byte: &u8| b"\n &=?/: ".contains(byte);
        match bytes[at..].iter().position(ends) {
            Some(further) if self.below(2) == 0 => at + further + self.below(2),
            _ => at,
        }
    }
}

/// A text of `corpus` with a few mutations, sometimes without any, sometimes only noise.
fn almost(chance: &mut RandomNumbers, corpus: &[&str]) -> Vec<u8> {
    if chance.below(32) == 0 {
        return (0..chance.below(200))
            .map(|_| chance.next() as u8)
            .collect();
    }
    let mut bytes = chance.one_of(corpus).as_bytes().to_vec();
    for _ in 0..chance.below(5) {
        mutate(chance, &mut bytes, corpus);
    }
    bytes
}

fn mutate(chance: &mut RandomNumbers, bytes: &mut Vec<u8>, corpus: &[&str]) {
    let (at, range) = (chance.place(bytes), chance.range(bytes));
    let kind = chance.below(32);
    match kind {
        0..=9 => drop(bytes.splice(at..at, chance.one_of(&WORDS).iter().copied())),
        10..=13 => drop(bytes.splice(range, chance.one_of(&WORDS).iter().copied())),
        14..=16 => drop(bytes.drain(range)),
        17..=18 => {
            let copy = bytes[range].to_vec();
            drop(bytes.splice(at..at, copy));
        }
        19 => bytes.truncate(at),
        20..=21 => {
            // The end of another text, appended or as a replacement.
            let other = chance.one_of(corpus).as_bytes();
            let from = chance.place(other);
            if chance.below(2) == 0 {
                bytes.truncate(at);
            }
            bytes.extend_from_slice(&other[from..]);
        }
        22 => {
            // Up to the limits and past them.
            let times = [2, 16, 65, 1024, 4096][chance.below(5)];
            let copy =
                bytes[range.start..bytes.len().min(range.start + 8).min(range.end)].repeat(times);
            drop(bytes.splice(range.start..range.start, copy));
        }
        23 => {
            // A legal form of the same request, with a header that does not matter.
            if let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
                drop(bytes.splice(end..end, b"\r\nAccept:  */*\t ".iter().copied()));
            }
        }
        _ => mutate_byte(chance, bytes, kind),
    }
}

fn mutate_byte(chance: &mut RandomNumbers, bytes: &mut Vec<u8>, kind: usize) {
    if bytes.is_empty() {
        return;
    }
    let at = chance.below(bytes.len());
    let byte = bytes[at];
    match kind {
        24..=25 => bytes[at] = byte ^ (1 << chance.below(8)),
        26 => bytes[at] = chance.next() as u8,
        27 => bytes[at] = byte ^ 0x20,
        28 => {
            let other = chance.below(bytes.len());
            bytes.swap(at, other);
        }
        _ => {
            let escaped = match chance.below(2) {
                0 => format!("%{byte:02X}"),
                _ => format!("%{byte:02x}"),
            };
            drop(bytes.splice(at..=at, escaped.bytes()));
        }
    }
}

/// A stream of ready bytes in pieces of any size.
struct Pieces<'a> {
    rest: &'a [u8],
    sizes: RandomNumbers,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let all = self.rest.len().min(buffer.remaining());
        let size = match self.sizes.below(4) {
            0 => all.min(1 + self.sizes.below(40)),
            _ => all,
        };
        let (now, rest) = self.rest.split_at(size);
        buffer.put_slice(now);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}

/// The handler of a login that waits, and what it received.
struct Waiting {
    handler: Handler,
    answered: mpsc::Receiver<AuthorizationResponse>,
}

impl Waiting {
    fn new() -> Self {
        let (answer, answered) = mpsc::channel(1);
        Self {
            handler: Handler::new(expected(AUTHORITY.to_owned()), None, answer),
            answered,
        }
    }

    /// Reads, parses and handles the bytes as a connection does, and returns what followed.
    fn hear(&mut self, bytes: &[u8], sizes: RandomNumbers) -> OracleAnswer {
        let mut stream = Pieces { rest: bytes, sizes };
        let head = pin!(read_head(&mut stream));
        let Poll::Ready(head) = head.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("a stream that is ready was waited for");
        };
        let step = head.and_then(|head| parse_head(&head, |head| self.handler.handle(head, None)));
        let redirected_to = match step {
            Ok(Action::Reply(CallbackReply::Redirect(_, location))) => Some(location),
            Ok(Action::Reply(CallbackReply::Page(..))) | Err(_) => None,
            Ok(Action::Reply(CallbackReply::UseHttps) | Action::AwaitOutcome) => {
                panic!("not for this request")
            }
        };
        let meaning = match self.answered.try_recv() {
            Ok(AuthorizationResponse::Code(code)) => OracleAnswer::Code(code.expose().to_owned()),
            Ok(AuthorizationResponse::Denied(_)) => OracleAnswer::Denial,
            Err(_) if redirected_to.is_some() => OracleAnswer::Start,
            Err(_) => OracleAnswer::Nothing,
        };
        let place = match meaning {
            OracleAnswer::Nothing => None,
            OracleAnswer::Start => Some(format!(
                "https://www.instagram.com/oauth/authorize?state={STATE}"
            )),
            OracleAnswer::Code(_) | OracleAnswer::Denial => Some("/outcome".to_owned()),
        };
        assert_eq!(redirected_to, place);
        meaning
    }
}

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is not a number")),
    )
}

/// The number of runs and the seed, which is printed with a failure.
fn runs() -> (u64, RandomNumbers) {
    let seed = number("IGCONNECT_TESTS_SEED")
        .unwrap_or_else(|| RandomState::new().build_hasher().finish());
    println!("IGCONNECT_TESTS_SEED={seed}");
    (
        number("IGCONNECT_TESTS_RUNS").unwrap_or(RUNS),
        RandomNumbers(seed),
    )
}

#[test]
fn of_many_mutated_requests_only_the_right_ones_count() {
    assert_eq!(
        (state().expose(), oracle::START),
        (STATE, super::support::START)
    );
    let (runs, mut chance) = runs();
    let (mut waiting, mut right) = (Waiting::new(), 0);
    for run in 0..runs {
        let bytes = almost(&mut chance, &REQUESTS);
        let heard = waiting.hear(&bytes, RandomNumbers(chance.next()));
        assert_eq!(
            heard,
            oracle::request(&bytes),
            "run {run}: {}",
            bytes.escape_ascii()
        );
        if heard != OracleAnswer::Nothing {
            right += 1;
            waiting = Waiting::new();
        } else if run % PROVED_EVERY == 0 {
            let heard = waiting.hear(GOOD.as_bytes(), RandomNumbers(run));
            assert_eq!(
                heard,
                oracle::request(GOOD.as_bytes()),
                "after run {run}: {}",
                bytes.escape_ascii()
            );
            waiting = Waiting::new();
        }
    }
    println!("{runs} requests, {right} of them right");
    assert!(
        right > runs / 20 && right < runs / 2,
        "{right} of {runs} were right"
    );
}

#[test]
fn of_many_mutated_pastes_only_the_right_ones_count() {
    let (runs, mut chance) = runs();
    let (uri, state) = (
        Url::parse("https://localhost:8723/callback").unwrap(),
        state(),
    );
    let mut right = 0;
    for run in 0..runs {
        let bytes = almost(&mut chance, &PASTES);
        let text = String::from_utf8_lossy(&bytes);
        let judged = match parse_pasted(&text, &uri, &state) {
            Ok(AuthorizationResponse::Code(code)) => OracleAnswer::Code(code.expose().to_owned()),
            Ok(AuthorizationResponse::Denied(_)) => OracleAnswer::Denial,
            Err(_) => OracleAnswer::Nothing,
        };
        assert_eq!(judged, oracle::paste(&text), "run {run}: {text:?}");
        right += u64::from(judged != OracleAnswer::Nothing);
    }
    println!("{runs} pastes, {right} of them right");
    assert!(
        right > runs / 20 && right < runs / 2,
        "{right} of {runs} were right"
    );
}
