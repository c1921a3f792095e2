//! A card: a headline and lines of name and value, framed on a terminal, plain in a pipe.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, TableStyle};
use console::Style;

use super::render::Page;

#[derive(Debug)]
pub(crate) enum CardLine {
    Fact(&'static str, String),
    Gap,
}

#[derive(Debug, Default)]
pub(crate) struct Card {
    pub title: String,
    /// The second line, with its style.
    pub status: Option<(String, Style)>,
    pub lines: Vec<CardLine>,
}

impl Card {
    pub(crate) fn fact(&mut self, name: &'static str, value: impl Into<String>) {
        self.lines.push(CardLine::Fact(name, value.into()));
    }

    pub(crate) fn fact_if(&mut self, name: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.fact(name, value);
        }
    }

    pub(crate) fn gap(&mut self) {
        self.lines.push(CardLine::Gap);
    }

    pub(crate) fn write(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let style =
            |style: Style, text: &str| style.force_styling(page.coloured).apply_to(text.to_owned());
        writeln!(out, "{}", style(Style::new().bold(), &self.title))?;
        if let Some((status, colour)) = &self.status {
            writeln!(out, "{}", style(colour.clone(), status))?;
        }
        if page.framed {
            self.frame(page, out)
        } else {
            self.plain(out)
        }
    }

    fn frame(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = comfy_table::Table::new();
        table
            .load_style(FRAME)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(page.width.min(100));
        for line in &self.lines {
            match line {
                CardLine::Fact(name, value) => table.add_row([*name, value.as_str()]),
                CardLine::Gap => table.add_row(["", ""]),
            };
        }
        writeln!(out, "{}", table.trim_fmt())
    }

    fn plain(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.lines {
            if let CardLine::Fact(name, value) = line {
                writeln!(out, "{name}: {value}")?;
            }
        }
        Ok(())
    }
}

const FRAME: TableStyle = comfy_table::presets::UTF8_BORDERS_ONLY;
