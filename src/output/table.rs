//! A table: framed on a terminal, separated by tabs in a pipe, so that `cut` works.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, presets::UTF8_BORDERS_ONLY};

use super::render::Page;

/// Rows under a header. Cells hold text that is safe to show.
#[derive(Debug)]
pub(crate) struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(header: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            header: header.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn write(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if !page.framed {
            // Without the header, so that a script reads nothing but rows.
            let mut rows = self.rows.iter();
            return rows.try_for_each(|row| writeln!(out, "{}", row.join("\t")));
        }
        let mut table = comfy_table::Table::new();
        table
            .load_style(UTF8_BORDERS_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(page.width)
            .set_header(self.header.clone())
            .add_rows(self.rows.clone());
        // The style has one blank between columns; two more would need the width of a column.
        for column in table.column_iter_mut() {
            column.set_padding((1, 0));
        }
        if let Some(last) = table.column_iter_mut().last() {
            last.set_padding((1, 1));
        }
        writeln!(out, "{}", table.trim_fmt())
    }
}
