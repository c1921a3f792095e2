//! CSV by RFC 4180. Untrusted text is never a formula in a spreadsheet.

use std::io::{self, Write};

use csv::{ErrorKind, Terminator, Writer, WriterBuilder};

use crate::account::Untrusted;

pub(crate) struct Csv<'w>(Writer<&'w mut dyn Write>);

impl<'w> Csv<'w> {
    pub(crate) fn new(header: &[&str], out: &'w mut dyn Write) -> io::Result<Self> {
        // RFC 4180 ends each line with CRLF.
        let mut builder = WriterBuilder::new();
        let mut csv = Self(builder.terminator(Terminator::CRLF).from_writer(out));
        csv.0.write_record(header).map_err(as_io)?;
        Ok(csv)
    }

    /// Writes a row. Untrusted text goes through [`text`].
    pub(crate) fn row<T: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        self.0.write_record(cells).map_err(as_io)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns untrusted text as a cell: escaped, and with an apostrophe before a formula (OWASP, "CSV Injection").
pub(crate) fn text(text: &str) -> String {
    let escaped = Untrusted::new(text).to_string();
    // Spreadsheets skip blanks, and read full-width forms as the plain ones.
    let starts = [
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ];
    if text.trim_start().starts_with(starts) || text.starts_with(['\t', '\r']) {
        format!("'{escaped}")
    } else {
        escaped
    }
}

/// Keeps the I/O error, because the console ignores a closed pipe.
fn as_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        _ => io::ErrorKind::InvalidData.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::deceives;

    #[test]
    fn no_text_begins_as_a_formula_does() {
        for start in [
            "=", "+", "-", "@", "\t", "\r", " =", "\u{a0}=", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}",
            "\u{ff20}",
        ] {
            let cell = text(&format!("{start}1+1"));
            assert!(cell.starts_with('\''), "{cell:?}");
            assert!(!cell.contains(deceives), "{cell:?}");
        }
        for plain in ["", "shop", "1-1", "'=1", "a@b", "Café"] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut out = Vec::new();
        let mut csv = Csv::new(&["a", "b"], &mut out).unwrap();
        csv.row(["x", "1,\"2\""]).unwrap();
        csv.finish().unwrap();
        assert_eq!(out, b"a,b\r\nx,\"1,\"\"2\"\"\"\r\n");
    }
}
