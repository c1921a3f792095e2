//! Writing a JSON document.

use std::io::{self, Write};

use serde::Serialize;

use crate::account::deceives;

/// Writes a value as JSON, with every character escaped that JSON allows and a terminal would obey.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    // Most documents, and each account of a list, fit without growing.
    let mut text = Vec::with_capacity(2048);
    serde_json::to_writer(&mut text, value)?;
    // Nearly all documents are plain ASCII, which is quick to see. JSON itself escapes C0.
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
