//! The JSON contract: one document, `"schema": 1`, fields only ever added, absent values `null`, ids as strings.

mod instant;
#[cfg(test)]
mod schema;

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use crate::account::deceives;

pub(crate) use instant::Instant;
#[cfg(test)]
pub use schema::{Every, Id, Listed, and_all_of, choices, or_null};

/// The version of the contract.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Version(u32);

/// The version that every document names.
pub(crate) const SCHEMA: Version = Version(1);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An error.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "error"))]
pub struct ErrorJson {
    /// The name of its exit code.
    code: &'static str,
    /// The exit code that belongs to it.
    #[cfg_attr(test, schemars(range(min = 1)))]
    exit: u8,
    /// What went wrong, with which account.
    message: String,
    /// Why, where somebody knows.
    cause: Option<String>,
    /// What to do.
    hint: Option<String>,
}

impl ErrorJson {
    /// The error of kind `code`, with its exit code.
    pub fn new(
        code: &'static str,
        exit: u8,
        message: String,
        cause: Option<String>,
        hint: Option<String>,
    ) -> Self {
        Self {
            code,
            exit,
            message,
            cause,
            hint,
        }
    }
}

/// The answer of every command that failed as a whole.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "failure"))]
pub(crate) struct Failed {
    schema: Version,
    error: ErrorJson,
}

impl Failed {
    /// The document about this error.
    pub(crate) fn new(error: ErrorJson) -> Self {
        Self {
            schema: SCHEMA,
            error,
        }
    }
}

/// Writes a value so that also a terminal is safe from it: what JSON leaves raw and a terminal obeys is escaped.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    serde_json::to_writer(&mut text, value)?;
    // Nearly all documents are plain ASCII, which a glance at many bytes at once tells; JSON itself escapes C0.
    if text.is_ascii() && !text.contains(&0x7f) {
        return out.write_all(&text);
    }
    let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut units = [0; 2];
    let mut kept = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| deceives(*c)) {
        out.write_all(text.get(kept..at).unwrap_or_default().as_bytes())?;
        for unit in c.encode_utf16(&mut units) {
            write!(out, "\\u{unit:04x}")?;
        }
        kept = at + c.len_utf8();
    }
    out.write_all(text.get(kept..).unwrap_or_default().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_that_deceives_is_written_raw() {
        let text: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        write(&text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.chars().any(deceives));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
