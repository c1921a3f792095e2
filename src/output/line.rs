//! A line of text in parts, each with its style.
//!
//! Invariant: a line is never broken inside a name, an id, an address, or a phrase that [`together`] returned.

use console::{Style, measure_text_width, truncate_str};

use super::render::Page;

/// A blank at which a line is not broken. It is shown as an ordinary one.
pub(super) const BOUND: &str = "\u{a0}";

/// Returns `phrase` so that it stays in one line.
pub(crate) fn together(phrase: &str) -> String {
    phrase.replace(' ', BOUND)
}

/// Text in parts. The text is safe to show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    parts: Vec<(String, Style)>,
    /// Columns by which the continuations of a wrapped line are indented.
    indent: usize,
}

impl<T: Into<String>> From<T> for Line {
    fn from(text: T) -> Self {
        Self::default().with(text, Style::new())
    }
}

impl Line {
    pub(crate) fn styled(text: impl Into<String>, style: Style) -> Self {
        Self::default().with(text, style)
    }

    /// Adds a part.
    pub(crate) fn with(mut self, text: impl Into<String>, style: Style) -> Self {
        self.parts.push((text.into(), style));
        self
    }

    pub(crate) fn append(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Sets the indent of its continuations.
    pub(crate) fn indented(mut self, indent: usize) -> Self {
        self.indent = indent;
        self
    }

    /// Columns on a terminal.
    pub(crate) fn width(&self) -> usize {
        let widths = self.parts.iter().map(|(text, _)| measure_text_width(text));
        widths.sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.iter().all(|(text, _)| text.is_empty())
    }

    /// Returns the text without its styles.
    pub(crate) fn text(&self) -> String {
        self.parts.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Returns the text with its styles where the page has colours.
    pub(crate) fn rendered(&self, page: &Page) -> String {
        let parts = self.parts.iter().filter(|(text, _)| !text.is_empty());
        let styled = parts.map(|(text, style)| {
            let style = style.clone().force_styling(page.coloured);
            style.apply_to(text.replace(BOUND, " ")).to_string()
        });
        styled.collect()
    }

    /// Cuts what does not fit `width` columns, and shows that.
    pub(crate) fn shortened(self, width: usize, page: &Page) -> Self {
        if self.width() <= width {
            return self;
        }
        let sign = if page.ascii { "..." } else { "…" };
        let style = self.parts.first().map(|(_, style)| style.clone());
        let text = self.text();
        let text = truncate_str(&text, width, sign);
        Self::styled(text, style.unwrap_or_default())
    }

    /// Breaks it at spaces into lines of at most `width` columns. A longer word stays whole.
    pub(crate) fn wrapped(self, width: usize) -> Vec<Self> {
        if self.width() <= width {
            return vec![self];
        }
        let blanks = " ".repeat(self.indent);
        let mut lines = vec![Self::default()];
        let mut used = 0;
        let mut is_start = true;
        for (text, style) in self.parts {
            for word in text.split_inclusive(' ') {
                let columns = measure_text_width(word.trim_end_matches(' '));
                if columns > 0 && used + columns > width && !is_start {
                    lines.push(Self::from(blanks.as_str()));
                    used = self.indent;
                }
                // Blanks at the start belong to the first word.
                is_start = is_start && columns == 0;
                used += measure_text_width(word);
                if let Some(line) = lines.last_mut() {
                    line.parts.push((word.to_owned(), style.clone()));
                }
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: Line, width: usize) -> Vec<String> {
        let lines = line.wrapped(width).into_iter();
        lines
            .map(|line| line.text().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_line_is_broken_at_spaces_only() {
        let line = Line::from("  one two").with(" three-four", Style::new().dim());
        let line = line.indented(4);
        let phrase = Line::from(format!("a {}", together("b c")));
        assert_eq!(texts(phrase, 4), ["a", "b\u{a0}c"]);
        assert_eq!(texts(line.clone(), 40), ["  one two three-four"]);
        assert_eq!(texts(line.clone(), 12), ["  one two", "    three-four"]);
        assert_eq!(texts(line, 5), ["  one", "    two", "    three-four"]);
    }

    #[test]
    fn what_is_cut_is_shown() {
        let page = |ascii| Page {
            ascii,
            ..Page::terminal(80)
        };
        let cut = |ascii| Line::from("@wreckshop.records").shortened(8, &page(ascii));
        assert_eq!(cut(false).text(), "@wrecks…");
        assert_eq!(cut(true).text(), "@wrec...");
    }
}
