//! The table of hostile callbacks, read: each line with its group, and filled in for one login.

use super::visitor::{Ending, Speech, Way, first_words};

const TABLE: &str = include_str!("callbacks.txt");

/// What has to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A constant page with this status.
    Page(u16),
    /// The one line for who speaks plain HTTP to the TLS port.
    UseHttps,
    /// The connection is ended at once, without an answer.
    Closed,
    /// It is ended by the deadline, without an answer.
    Cut,
    /// The visitor is gone before any answer.
    Gone,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Entry {
    pub name: String,
    pub way: Way,
    pub expected: Expected,
    text: String,
}

impl Entry {
    /// Whether it is cut at the deadline, which takes its time.
    pub fn is_cut(&self) -> bool {
        self.expected == Expected::Cut
    }
}

/// What the table's words stand for in one login.
#[derive(Debug, Clone)]
pub struct Words {
    pub port: u16,
    pub state: String,
    pub other_state: String,
}

/// All lines, in the order of the table.
pub fn all() -> Vec<Entry> {
    let (mut group, mut way) = ("", Way::Tls);
    let mut entries = Vec::new();
    for line in TABLE.lines() {
        if let Some(title) = line.strip_prefix("== ") {
            group = title;
        } else if let Some(name) = line.strip_prefix("over ") {
            way = Way::named(name);
        } else if !line.is_empty() && !line.starts_with('#') {
            let mut parts = line.splitn(3, " | ");
            let mut part = || {
                parts
                    .next()
                    .unwrap_or_else(|| panic!("not a line of the table: {line}"))
            };
            entries.push(Entry {
                expected: expected(part()),
                name: format!("{group}: {}", part()),
                text: part().to_owned(),
                way,
            });
        }
    }
    entries
}

fn expected(word: &str) -> Expected {
    match word {
        "https" => Expected::UseHttps,
        "closed" => Expected::Closed,
        "cut" => Expected::Cut,
        "gone" => Expected::Gone,
        status => Expected::Page(status.parse().expect("a status")),
    }
}

impl Entry {
    /// What is said, byte by byte, in this login.
    pub fn speech(&self, words: &Words) -> Speech {
        let text = self
            .text
            .replace("{head}", "GET {good} HTTP/1.1\\r\\nHost: localhost:{port}")
            .replace("{end}", "HTTP/1.1\\r\\nHost: localhost:{port}\\r\\n\\r\\n")
            .replace("{good}", "/callback?code=stranger&state={state}")
            .replace("{port}", &words.port.to_string());
        let mut speech = Speech::default();
        let mut rest = text.as_str();
        while let Some(at) = rest.find('{') {
            speech.add(&unescaped(&rest[..at]));
            // A repeated piece may hold a word itself.
            let end = at + rest[at..].find('}').expect("a closing brace");
            add_word(&mut speech, &rest[at + 1..end], words);
            rest = &rest[end + 1..];
        }
        speech.add(&unescaped(rest));
        speech
    }
}

fn add_word(speech: &mut Speech, word: &str, words: &Words) {
    if let Some((piece, times)) = word.rsplit_once('*') {
        speech.add(&unescaped(piece).repeat(times.parse().expect("a number")));
        return;
    }
    let (name, how) = word.split_once(':').unwrap_or((word, ""));
    match name {
        "state" => speech.add(variant(&words.state, how).as_bytes()),
        "other" => speech.add(words.other_state.as_bytes()),
        "hello" => {
            let hello = first_words();
            let length = how.parse().unwrap_or(hello.len());
            speech.add(&hello[..length]);
        }
        "flush" => speech.flush(),
        "raw" => speech.go_beneath(),
        "close" => speech.ending = Ending::Close,
        "reset" => speech.ending = Ending::Reset,
        "nothing" => {}
        unknown => panic!("the table does not know {{{unknown}}}"),
    }
}

fn variant(state: &str, how: &str) -> String {
    let swapped = |c: char| match c.is_ascii_lowercase() {
        true => c.to_ascii_uppercase(),
        false => c.to_ascii_lowercase(),
    };
    match how {
        "" => state.to_owned(),
        "short" => state[..state.len() - 1].to_owned(),
        "half" => state[..state.len() / 2].to_owned(),
        "lower" => state.to_ascii_lowercase(),
        "upper" => state.to_ascii_uppercase(),
        "swapped" => state.chars().map(swapped).collect(),
        "reversed" => state.chars().rev().collect(),
        "twice" => state.repeat(2),
        unknown => panic!("a state is never {unknown}"),
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let (kind, after) = escaped.split_at(1);
        rest = after;
        match kind {
            "r" => bytes.push(b'\r'),
            "n" => bytes.push(b'\n'),
            "t" => bytes.push(b'\t'),
            "0" => bytes.push(0),
            "\\" => bytes.push(b'\\'),
            "x" => {
                let (digits, after) = rest.split_at(2);
                bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
                rest = after;
            }
            unknown => panic!("the table does not know \\{unknown}"),
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
