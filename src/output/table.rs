//! A table: aligned on a terminal, separated by tabs in a pipe, so that `cut` works.

use std::io::{self, Write};

use console::Style;

use super::line::Line;
use super::render::Page;

/// A column with its rules for a narrow terminal.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    header: &'static str,
    is_number: bool,
    /// Columns with a higher number are left out first; those with 0 always stay.
    rank: u8,
    give: Give,
    /// Blanks after it.
    gap: usize,
}

/// How a column becomes narrower when no other can be left out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Give {
    Nothing,
    /// Its end is cut. For names: better than two lines.
    Cut,
    /// It continues on the next line. Only the last column can.
    Wrap,
}

/// The least that a name is cut to.
const NAME_MIN_WIDTH: usize = 12;

/// In fewer columns a sentence has too many lines.
const SENTENCE_MIN_WIDTH: usize = 16;

impl Column {
    pub(crate) fn new(header: &'static str) -> Self {
        Self {
            header,
            is_number: false,
            rank: 0,
            give: Give::Nothing,
            gap: 2,
        }
    }

    /// A column of one sign, close to the next column.
    pub(crate) fn mark() -> Self {
        Self::new("").close()
    }

    /// A column whose values are aligned at the right.
    pub(crate) fn number(header: &'static str) -> Self {
        Self {
            is_number: true,
            ..Self::new(header)
        }
    }

    /// Puts it close to the next column, which says the same in another way.
    pub(crate) fn close(self) -> Self {
        Self { gap: 1, ..self }
    }

    /// Leaves it out on a narrow terminal, before columns with a lower `rank`.
    pub(crate) fn optional(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    pub(crate) fn cut(self) -> Self {
        let give = Give::Cut;
        Self { give, ..self }
    }

    pub(crate) fn wrapped(self) -> Self {
        let give = Give::Wrap;
        Self { give, ..self }
    }
}

/// Rows under a header.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Line>>,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row<L: Into<Line>>(&mut self, cells: impl IntoIterator<Item = L>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(crate) fn write(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if !page.framed {
            // Without the header, so that a script reads nothing but rows.
            return self.rows.iter().try_for_each(|row| {
                let cells: Vec<_> = row.iter().map(Line::text).collect();
                writeln!(out, "{}", cells.join("\t"))
            });
        }
        let layout = self.layout(usize::from(page.width));
        let dim = Style::new().dim();
        let header = (self.columns.iter())
            .map(|column| Line::styled(column.header.to_uppercase(), dim.clone()));
        let header: Vec<_> = header.collect();
        for row in std::iter::once(&header).chain(&self.rows) {
            write_row(row, &layout, page, out)?;
        }
        Ok(())
    }

    /// Returns the place, the column and the width of what fits `width` columns of the terminal. A column without any
    /// value is left out.
    fn layout(&self, width: usize) -> Vec<Shown<'_>> {
        let columns = self.columns.iter().enumerate();
        let shown = columns.filter_map(|(place, column)| {
            let cells = self.rows.iter().filter_map(|row| row.get(place));
            let widest = cells.map(Line::width).max().filter(|width| *width > 0)?;
            Some(Shown {
                place,
                column,
                width: widest.max(column.header.len()),
            })
        });
        let mut shown: Vec<_> = shown.collect();
        while over(&shown, width, |it| it.width_beside_others()) > 0
            && let Some(rank) = shown.iter().map(|it| it.column.rank).max()
            && rank > 0
        {
            shown.retain(|it| it.column.rank != rank);
        }
        for give in [Give::Wrap, Give::Cut] {
            let over = over(&shown, width, |it| it.width);
            let gives = shown.iter_mut().find(|it| it.column.give == give);
            if let Some(it) = gives {
                it.width = it.least().max(it.width.saturating_sub(over));
            }
        }
        shown
    }
}

/// A column that fits.
struct Shown<'t> {
    place: usize,
    column: &'t Column,
    width: usize,
}

impl Shown<'_> {
    /// The width to which it is narrowed before other columns are left out: only sentences are.
    fn width_beside_others(&self) -> usize {
        match self.column.give {
            Give::Wrap => self.least(),
            _ => self.width,
        }
    }

    fn least(&self) -> usize {
        self.width.min(match self.column.give {
            Give::Nothing => usize::MAX,
            Give::Cut => NAME_MIN_WIDTH,
            Give::Wrap => SENTENCE_MIN_WIDTH,
        })
    }
}

/// Returns by how many columns of the terminal the table is too wide.
fn over(shown: &[Shown<'_>], width: usize, of: fn(&Shown<'_>) -> usize) -> usize {
    let gaps = shown.iter().rev().skip(1).map(|it| it.column.gap);
    let total = shown.iter().map(of).chain(gaps).sum::<usize>();
    total.saturating_sub(width)
}

fn write_row(
    row: &[Line],
    layout: &[Shown<'_>],
    page: &Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (mut line, mut indent) = (String::new(), 0);
    let mut continued = Vec::new();
    for Shown {
        place,
        column,
        width,
    } in layout
    {
        let mut cell = row.get(*place).cloned().unwrap_or_default();
        match column.give {
            Give::Wrap => {
                let mut lines = cell.wrapped(*width).into_iter();
                cell = lines.next().unwrap_or_default();
                continued = lines.collect();
            }
            _ => cell = cell.shortened(*width, page),
        }
        let blanks = " ".repeat(width.saturating_sub(cell.width()));
        let (before, after) = match column.is_number {
            true => (blanks.as_str(), ""),
            false => ("", blanks.as_str()),
        };
        let gap = " ".repeat(column.gap);
        line += &format!("{before}{}{after}{gap}", cell.rendered(page));
        if column.give != Give::Wrap {
            indent += width + column.gap;
        }
    }
    writeln!(out, "{}", line.trim_end())?;
    continued.iter().try_for_each(|line| {
        let text = line.rendered(page);
        writeln!(out, "{:indent$}{}", "", text.trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(table: &Table, width: u16) -> Vec<String> {
        let page = Page::terminal(width);
        let mut written = Vec::new();
        table.write(&page, &mut written).unwrap();
        let text = String::from_utf8(written).unwrap();
        text.lines().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn columns_are_left_out_before_a_name_is_cut() {
        let columns = [
            Column::mark(),
            Column::new("account").cut(),
            Column::number("left"),
            Column::new("alias").optional(1),
            Column::new("id").optional(2),
            Column::new("empty"),
        ];
        let mut table = Table::new(columns);
        table.row(["!", "@wreckshop.records", "6 days", "shop", "17841", ""]);
        table.row(["x", "@lina.draws", "-", "", "17842", ""]);
        assert_eq!(
            written(&table, 80),
            [
                "  ACCOUNT               LEFT  ALIAS  ID",
                "! @wreckshop.records  6 days  shop   17841",
                "x @lina.draws              -         17842",
            ]
        );
        assert_eq!(written(&table, 40)[1], "! @wreckshop.records  6 days  shop");
        assert_eq!(written(&table, 28)[1], "! @wreckshop.records  6 days");
        assert_eq!(written(&table, 26)[1], "! @wreckshop.reco…  6 days");
        // Below the least width, the terminal wraps.
        assert_eq!(written(&table, 10)[1], "! @wreckshop.…  6 days");
    }

    #[test]
    fn a_sentence_continues_under_itself() {
        let mut table = Table::new([Column::new("what"), Column::new("found").wrapped()]);
        table.row(["account", "there, but not in the chosen store"]);
        assert_eq!(
            written(&table, 30),
            [
                "WHAT     FOUND",
                "account  there, but not in the",
                "         chosen store",
            ]
        );
    }

    #[test]
    fn a_pipe_gets_every_column() {
        let mut table = Table::new([Column::new("a").optional(9), Column::new("b")]);
        table.row(["", "two"]);
        let page = Page {
            framed: false,
            ..Page::terminal(4)
        };
        let mut out = Vec::new();
        table.write(&page, &mut out).unwrap();
        assert_eq!(out, b"\ttwo\n");
    }
}
