//! How JSON is written: one document, `"schema": 1`, fields only ever added, absent values `null`, ids as strings.

use std::fmt;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Serialize, Serializer};

use crate::account::deceives;

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Version(u32);

/// The version that every document names.
pub(crate) const SCHEMA: Version = Version(1);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant, written as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant(pub(crate) Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // As jiff does it, but in one piece: lists hold hundreds of thousands, and serde escapes each piece on its own.
        const PRINTER: DateTimePrinter = DateTimePrinter::new();
        serializer.serialize_str(&PRINTER.timestamp_to_string(&self.0))
    }
}

/// Writes a value as JSON, with every character escaped that JSON allows and a terminal would obey. Also `##`, with which
/// commands of CI servers begin anywhere in a line.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    // Most documents, and each account of a list, fit without growing.
    let mut text = Vec::with_capacity(2048);
    serde_json::to_writer(&mut text, value)?;
    // Nearly all documents are plain ASCII, which is quick to see. JSON itself escapes C0.
    if text.is_ascii() && !text.contains(&0x7f) && !text.contains(&b'#') {
        return out.write_all(&text);
    }
    let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
    let (mut units, mut kept) = ([0; 2], 0);
    let is_command = |at: usize| text.get(..at).unwrap_or_default().ends_with('#');
    let is_escaped = |(at, c): &(usize, char)| deceives(*c) || (*c == '#' && is_command(*at));
    for (at, c) in text.char_indices().filter(is_escaped) {
        out.write_all(text.get(kept..at).unwrap_or_default().as_bytes())?;
        // JSON has escapes of 16 bits only.
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
    fn an_instant_is_written_as_its_own_type_would() {
        let seconds = [
            0,
            1,
            -1,
            951_782_400,
            1_790_000_000,
            4_102_444_799,
            -62_135_596_800,
            253_402_207_200,
        ];
        let whole = seconds.map(|s| Timestamp::from_second(s).unwrap());
        let odd = [
            Timestamp::MIN,
            Timestamp::MAX,
            Timestamp::from_millisecond(1_500).unwrap(),
        ];
        for at in whole.into_iter().chain(odd) {
            let written = serde_json::to_string(&Instant(at)).unwrap();
            assert_eq!(written, format!("\"{at}\""));
        }
    }

    #[test]
    fn no_character_that_deceives_is_written_raw() {
        let text: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        write(&text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.chars().any(deceives));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn no_command_of_a_ci_server_is_written_raw() {
        for text in ["##[error]x", "a ##vso[x]", "###teamcity[x]", "# a #"] {
            let mut out = Vec::new();
            write(&text, &mut out).unwrap();
            let written = String::from_utf8(out).unwrap();
            assert!(!written.contains("##"), "{written}");
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
