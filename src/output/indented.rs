//! JSON for people: compact JSON goes in, piece by piece, and comes out indented and coloured.

use std::io::{self, Write};

use super::render::Page;

const KEY: &str = "\x1b[1m";
const TEXT: &str = "\x1b[32m";
const WORD: &str = "\x1b[33m";
const NULL: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

pub(super) struct Indented<W> {
    out: W,
    is_coloured: bool,
    /// The objects (true) and lists around this place.
    around: Vec<bool>,
    /// Nothing has followed the last bracket.
    is_empty: bool,
    /// The next text is a key.
    is_key: bool,
    inside: Inside,
}

#[derive(PartialEq)]
enum Inside {
    Nothing,
    /// A number, `true`, `false` or `null`.
    Word,
    Text,
    /// After a backslash.
    Escape,
}

impl<W: Write> Indented<W> {
    pub(super) fn new(out: W, page: &Page) -> Self {
        Self {
            out,
            is_coloured: page.coloured,
            around: Vec::new(),
            is_empty: false,
            is_key: false,
            inside: Inside::Nothing,
        }
    }

    fn colour(&mut self, code: &str) -> io::Result<()> {
        if self.is_coloured {
            self.out.write_all(code.as_bytes())?;
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<()> {
        let indent = 2 * self.around.len();
        write!(self.out, "\n{:indent$}", "")
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        match (&self.inside, byte) {
            (Inside::Escape, _) => self.inside = Inside::Text,
            (Inside::Text, b'\\') => self.inside = Inside::Escape,
            (Inside::Text, b'"') => {
                self.inside = Inside::Nothing;
                self.out.write_all(b"\"")?;
                return self.colour(PLAIN);
            }
            (Inside::Text, _) => {}
            _ => return self.structure(byte),
        }
        self.out.write_all(&[byte])
    }

    fn structure(&mut self, byte: u8) -> io::Result<()> {
        let is_end = matches!(byte, b'}' | b']');
        if self.inside == Inside::Word && (is_end || byte == b',') {
            self.inside = Inside::Nothing;
            self.colour(PLAIN)?;
        }
        let was_empty = std::mem::take(&mut self.is_empty);
        if is_end {
            self.around.pop();
        }
        // Empty brackets stay together.
        if was_empty != is_end {
            self.line()?;
        }
        match byte {
            b'"' => {
                self.inside = Inside::Text;
                let is_key = std::mem::take(&mut self.is_key);
                self.colour(if is_key { KEY } else { TEXT })?;
            }
            b'{' | b'[' => {
                self.around.push(byte == b'{');
                (self.is_empty, self.is_key) = (true, byte == b'{');
            }
            b',' => {
                self.is_key = self.around.last() == Some(&true);
                self.out.write_all(b",")?;
                return self.line();
            }
            b':' => return self.out.write_all(b": "),
            b'a'..=b'z' if self.inside == Inside::Nothing => {
                self.inside = Inside::Word;
                self.colour(if byte == b'n' { NULL } else { WORD })?;
            }
            _ => {}
        }
        self.out.write_all(&[byte])
    }
}

impl<W: Write> Write for Indented<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        piece.iter().try_for_each(|byte| self.byte(*byte))?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPACT: &str =
        r#"{"a":[],"b":{},"c":[1,-2.5,{"d\"}":null}],"e":"x,{\\","f":true,"g":[[false]]}"#;

    fn indented(coloured: bool) -> String {
        let page = Page {
            coloured,
            ..Page::terminal(80)
        };
        let mut out = Vec::new();
        let mut writer = Indented::new(&mut out, &page);
        // Pieces may end anywhere.
        for piece in COMPACT.as_bytes().chunks(3) {
            writer.write_all(piece).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_looks_as_others_indent_it() {
        let value: serde_json::Value = serde_json::from_str(COMPACT).unwrap();
        assert_eq!(
            indented(false),
            serde_json::to_string_pretty(&value).unwrap()
        );
    }

    #[test]
    fn colours_change_nothing_else() {
        let mut text = indented(true);
        for code in [KEY, TEXT, WORD, NULL, PLAIN] {
            assert!(text.contains(code));
            text = text.replace(code, "");
        }
        assert_eq!(text, indented(false));
    }
}
