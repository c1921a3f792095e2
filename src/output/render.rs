//! What a command answers, and what it is written to.

use std::borrow::Cow;
use std::io::{self, Write};

use super::wrap::fitted;

/// The answer of a command.
pub(crate) trait Render {
    /// Writes it for people.
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()>;
    /// Writes it as one JSON document.
    fn json(&self, out: &mut dyn Write) -> io::Result<()>;
    /// Returns whether it only says what was done, which `--quiet` hides.
    fn is_message(&self) -> bool {
        false
    }
    /// A message for stderr after the answer.
    fn afterword(&self) -> Option<String> {
        None
    }
    fn exit_code(&self) -> u8 {
        0
    }
}

/// What stdout is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// Whether it is a terminal: cards have frames, tables are aligned.
    pub framed: bool,
    pub coloured: bool,
    /// `--verbose`: show everything.
    pub verbose: bool,
    /// Whether the terminal may not show other characters.
    pub ascii: bool,
    pub width: u16,
}

/// A table on a terminal is laid out as a whole. Longer tables are plain lines, to save memory.
pub(crate) const FRAMED_MAX_ROWS: usize = 1000;

impl Page {
    /// A terminal of this many columns, without colours.
    #[cfg(test)]
    pub(super) fn terminal(width: u16) -> Self {
        Self {
            framed: true,
            coloured: false,
            verbose: false,
            ascii: false,
            width,
        }
    }

    /// Breaks the lines of `text` that are too long for the terminal.
    pub(crate) fn fitted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.framed {
            true => fitted(text, usize::from(self.width)).into(),
            false => text.into(),
        }
    }

    pub(crate) fn frames(&self, rows: usize) -> bool {
        self.framed && rows <= FRAMED_MAX_ROWS
    }
}
