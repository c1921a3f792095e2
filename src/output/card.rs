//! A card: a headline and lines of name and value, framed on a terminal, plain in a pipe.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, presets::UTF8_BORDERS_ONLY};
use console::Style;

use super::render::Page;

/// Longer lines are hard to read, however wide the terminal is.
const WIDTH_MAX: u16 = 100;

#[derive(Debug, Default)]
pub(crate) struct Card {
    pub title: String,
    /// The second line, with its style.
    pub status: Option<(String, Style)>,
    /// Names and values. A gap has an empty name.
    pub facts: Vec<(&'static str, String)>,
}

impl Card {
    pub(crate) fn fact(&mut self, name: &'static str, value: impl Into<String>) {
        self.facts.push((name, value.into()));
    }

    pub(crate) fn fact_if(&mut self, name: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.fact(name, value);
        }
    }

    pub(crate) fn gap(&mut self) {
        self.fact("", "");
    }

    pub(crate) fn write(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let bold = Style::new().bold().force_styling(page.coloured);
        writeln!(out, "{}", bold.apply_to(&self.title))?;
        if let Some((status, colour)) = &self.status {
            let colour = colour.clone().force_styling(page.coloured);
            writeln!(out, "{}", colour.apply_to(status))?;
        }
        if !page.framed {
            let mut facts = self.facts.iter().filter(|(name, _)| !name.is_empty());
            return facts.try_for_each(|(name, value)| writeln!(out, "{name}: {value}"));
        }
        let rows = self.facts.iter();
        let mut table = comfy_table::Table::new();
        table
            .load_style(UTF8_BORDERS_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(page.width.min(WIDTH_MAX))
            .add_rows(rows.map(|(name, value)| [*name, value.as_str()]));
        writeln!(out, "{}", table.trim_fmt())
    }
}
