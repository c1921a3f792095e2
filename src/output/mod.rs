//! How things are shown: data on stdout, words on stderr, and the same report as card, table, plain lines or JSON.

pub(crate) mod account;
mod card;
mod console;
pub(crate) mod csv;
pub(crate) mod event_log;
pub(crate) mod json;
pub(crate) mod monitoring;
mod progress;
mod sparkline;
mod table;
mod time_zone;
pub(crate) mod words;

use std::io::{self, Write};

pub(crate) use card::Card;
pub(crate) use console::{Console, Talk};
pub(crate) use sparkline::sparkline;
pub(crate) use table::Table;
pub(crate) use time_zone::time_zone;

/// What a command answers. It is written to stdout in the form that was asked for.
pub(crate) trait Render {
    /// For people; `page` says how wide and whether with lines and colours.
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()>;
    /// For programs: one JSON document.
    fn json(&self, out: &mut dyn Write) -> io::Result<()>;
    /// Whether it is what was asked for, rather than a word on what was done: then `--quiet` does not hold it back.
    fn is_data(&self) -> bool {
        false
    }
    /// Words for stderr after the answer: what to know or do next.
    fn afterword(&self) -> Option<String> {
        None
    }
    /// The exit code of a command that did what it was asked; some answers have one of their own.
    fn exit_code(&self) -> u8 {
        0
    }
}

/// What the data is written on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// Whether a person looks at it: lines round cards and tables.
    pub framed: bool,
    /// Whether colours are welcome.
    pub coloured: bool,
    /// Its width in columns.
    pub width: u16,
}

/// A framed table must be laid out as a whole; above this many rows it is written as plain lines.
pub(crate) const FRAMED_MAX_ROWS: usize = 1000;

impl Page {
    /// Whether a table of so many rows is framed.
    pub(crate) fn frames(&self, rows: usize) -> bool {
        self.framed && rows <= FRAMED_MAX_ROWS
    }
}
