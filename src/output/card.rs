//! A card: lines in a frame, if the terminal is wide enough for one.

use std::io::{self, Write};

use console::Style;

use super::line::Line;
use super::render::Page;

/// Longer lines are hard to read, however wide the terminal is.
const WIDTH_MAX: usize = 96;

/// On a narrower terminal a frame takes more room than it is worth.
const FRAMED_MIN_WIDTH: usize = 60;

#[derive(Debug, Default)]
pub(crate) struct Card {
    lines: Vec<Line>,
}

impl Card {
    pub(crate) fn line(&mut self, line: impl Into<Line>) {
        self.lines.push(line.into());
    }

    /// An empty line, unless one is there.
    pub(crate) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.line("");
        }
    }

    pub(crate) fn write(self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let width = usize::from(page.width).min(WIDTH_MAX);
        if page.ascii || width < FRAMED_MIN_WIDTH {
            return self.write_unframed(page, out);
        }
        let (inner, edge) = (width - 4, "─".repeat(width - 2));
        let frame = |text: &str| Line::styled(text, Style::new().dim()).rendered(page);
        let side = frame("│");
        writeln!(out, "{}", frame(&format!("┌{edge}┐")))?;
        for line in self.into_lines(inner) {
            let blanks = inner.saturating_sub(line.width());
            writeln!(out, "{side} {}{:blanks$} {side}", line.rendered(page), "")?;
        }
        writeln!(out, "{}", frame(&format!("└{edge}┘")))
    }

    pub(crate) fn write_unframed(self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let width = usize::from(page.width).min(WIDTH_MAX);
        let mut lines = self.into_lines(width).map(|line| line.rendered(page));
        lines.try_for_each(|line| writeln!(out, "{}", line.trim_end()))
    }

    fn into_lines(self, width: usize) -> impl Iterator<Item = Line> {
        let end = self.lines.iter().rposition(|line| !line.is_empty());
        let lines = self.lines.into_iter().take(end.map_or(0, |end| end + 1));
        lines.flat_map(move |line| line.wrapped(width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_frame_is_as_wide_as_the_terminal() {
        let mut card = Card::default();
        card.line("a headline that is too long for the narrow terminal of this test");
        card.gap();
        card.gap();
        card.line("end");
        card.gap();
        let mut out = Vec::new();
        card.write(&Page::terminal(60), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 6, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() == 60),
            "{text}"
        );
    }
}
