//! The search for secrets that got out: canaries, and every shape in which one could hide in bytes.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

use super::random::Random;

/// Shorter pieces of a secret than this are found by chance.
const PIECE: usize = 12;

/// Secrets made up for one test, and all that would give one of them away.
pub struct Canaries {
    random: Random,
    needles: Vec<Needle>,
    /// The needles by how they begin.
    index: HashMap<[u8; 4], Vec<usize>>,
}

struct Needle {
    bytes: Vec<u8>,
    canary: String,
    shape: &'static str,
}

/// A secret in a place where it must not be.
#[derive(Debug, PartialEq, Eq)]
pub struct Leak {
    /// The name of the canary.
    pub canary: String,
    /// How it was written there, e.g. `base64`.
    pub shape: &'static str,
    /// Where: a file, or the stream of a run.
    pub place: String,
    /// At which byte.
    pub at: usize,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} as {} at byte {} of {}",
            self.canary, self.shape, self.at, self.place
        )
    }
}

impl Canaries {
    /// No canaries yet; their seed is printed, so that a failure can be repeated.
    pub fn new() -> Self {
        Self {
            random: Random::new(),
            needles: Vec::new(),
            index: HashMap::new(),
        }
    }

    /// Makes up a secret of letters and digits as Instagram's tokens are, and looks out for it from now on.
    pub fn make(&mut self, name: &str, prefix: &str, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        self.make_of(LETTERS, name, prefix, length)
    }

    /// Makes up an App Secret.
    pub fn make_app_secret(&mut self) -> String {
        self.make_of(b"0123456789abcdef", "App Secret", "", 32)
    }

    fn make_of(&mut self, letters: &[u8], name: &str, prefix: &str, length: usize) -> String {
        let random = (prefix.len()..length)
            .map(|_| char::from(letters[self.random.below(letters.len())]))
            .collect::<String>();
        let secret = format!("{prefix}{random}");
        self.watch(name, &secret);
        secret
    }

    /// Looks out for a secret that came from elsewhere, e.g. a `state` that the program chose.
    pub fn watch(&mut self, name: &str, secret: &str) {
        assert!(
            secret.len() >= PIECE,
            "{name} is too short to tell from chance"
        );
        // A plain secret looks the same in several shapes: then the first one is the name of all.
        let mut known = HashSet::new();
        for (shape, form) in shapes(secret) {
            for bytes in pieces(&form)
                .into_iter()
                .filter(|bytes| known.insert(bytes.clone()))
            {
                let begin = bytes.first_chunk::<4>().expect("pieces longer than this");
                self.index
                    .entry(*begin)
                    .or_default()
                    .push(self.needles.len());
                self.needles.push(Needle {
                    bytes,
                    canary: name.to_owned(),
                    shape,
                });
            }
        }
    }

    /// Every place in these bytes where a canary can be read; a canary in one shape is listed once.
    pub fn in_bytes(&self, bytes: &[u8], place: &str) -> Vec<Leak> {
        let mut leaks = Vec::<Leak>::new();
        for at in 0..bytes.len() {
            let rest = &bytes[at..];
            let Some(candidates) = rest.first_chunk().and_then(|begin| self.index.get(begin))
            else {
                continue;
            };
            for needle in candidates.iter().map(|index| &self.needles[*index]) {
                let shown = leaks
                    .iter()
                    .any(|leak| leak.canary == needle.canary && leak.shape == needle.shape);
                if !shown && rest.starts_with(&needle.bytes) {
                    leaks.push(Leak {
                        canary: needle.canary.clone(),
                        shape: needle.shape,
                        place: place.to_owned(),
                        at,
                    });
                }
            }
        }
        leaks
    }

    /// Every place below a folder: names, targets of links, and contents of files.
    pub fn in_folder(&self, folder: &Path) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for entry in
            fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let entry = entry.expect("an entry of a folder");
            let (path, kind) = (entry.path(), entry.file_type().expect("a kind of file"));
            let place = path.display().to_string();
            leaks.extend(self.in_bytes(
                entry.file_name().as_encoded_bytes(),
                &format!("the name of {place}"),
            ));
            if kind.is_dir() {
                leaks.extend(self.in_folder(&path));
            } else if kind.is_symlink() {
                let target = fs::read_link(&path).expect("a link");
                leaks.extend(self.in_bytes(
                    target.as_os_str().as_encoded_bytes(),
                    &format!("the target of {place}"),
                ));
            } else if kind.is_file() {
                leaks.extend(self.in_bytes(
                    &fs::read(&path).unwrap_or_else(|error| panic!("{place}: {error}")),
                    &place,
                ));
            }
        }
        leaks
    }

    /// Fails if a canary can be read in these bytes.
    #[track_caller]
    pub fn assert_clean(&self, bytes: &[u8], what: &str) {
        assert_none(&self.in_bytes(bytes, what));
    }
}

/// Fails, and names each of them, if there are leaks.
#[track_caller]
pub fn assert_none(leaks: &[Leak]) {
    let lines = leaks
        .iter()
        .map(|leak| format!("\n  {leak}"))
        .collect::<String>();
    assert!(leaks.is_empty(), "secrets got out:{lines}");
}

/// A secret as it may be written: a list of units, each standing for one byte of it or, in base64, for a part of one.
struct Form {
    units: Vec<String>,
    /// How many units together stand for a piece that is not there by chance.
    piece: usize,
}

fn shapes(secret: &str) -> Vec<(&'static str, Form)> {
    let bytes = secret.as_bytes();
    let each = |unit: &dyn Fn(u8) -> String| Form {
        units: bytes.iter().map(|byte| unit(*byte)).collect(),
        piece: PIECE,
    };
    let decimal = |byte: u8| format!("{byte}, ");
    let mut shapes = vec![
        ("raw", each(&|byte| String::from(char::from(byte)))),
        ("url", each(&|byte| percent(byte, &HEXUPPER))),
        ("url (lower case)", each(&|byte| percent(byte, &HEXLOWER))),
        (
            "form",
            each(&|byte| {
                if byte == b' ' {
                    "+".to_owned()
                } else {
                    percent(byte, &HEXUPPER)
                }
            }),
        ),
        ("json", each(&json)),
        (
            "json (slashes)",
            each(&|byte| {
                if byte == b'/' {
                    "\\/".to_owned()
                } else {
                    json(byte)
                }
            }),
        ),
        ("hex", each(&|byte| HEXLOWER.encode(&[byte]))),
        ("hex (upper case)", each(&|byte| HEXUPPER.encode(&[byte]))),
        ("list of bytes", each(&decimal)),
        ("list of bytes (compact)", each(&|byte| format!("{byte},"))),
        ("utf-16", each(&|byte| format!("{}\0", char::from(byte)))),
    ];
    for (shape, encoding) in [("base64", BASE64_NOPAD), ("base64url", BASE64URL_NOPAD)] {
        for before in 0..3 {
            // The first characters depend on what is before the secret, and the last ones on what follows.
            let text = encoding.encode(&[&vec![0; before], bytes].concat());
            let whole = (before * 4).div_ceil(3)..(before + bytes.len()) * 4 / 3;
            let units = text[whole].chars().map(String::from).collect();
            shapes.push((
                shape,
                Form {
                    units,
                    piece: PIECE * 4 / 3,
                },
            ));
        }
    }
    shapes
}

/// Every run of units long enough not to be there by chance, or all of them where there are fewer.
fn pieces(form: &Form) -> Vec<Vec<u8>> {
    let latin1 = |units: &[String]| units.concat().chars().map(|char| char as u8).collect();
    form.units
        .windows(form.piece.min(form.units.len()))
        .map(latin1)
        .collect()
}

fn percent(byte: u8, hex: &data_encoding::Encoding) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        String::from(char::from(byte))
    } else {
        format!("%{}", hex.encode(&[byte]))
    }
}

fn json(byte: u8) -> String {
    let mut text = String::new();
    match byte {
        b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
        b'\n' => text.push_str("\\n"),
        b'\r' => text.push_str("\\r"),
        b'\t' => text.push_str("\\t"),
        0..0x20 => drop(write!(text, "\\u{byte:04x}")),
        _ => text.push(char::from(byte)),
    }
    text
}
