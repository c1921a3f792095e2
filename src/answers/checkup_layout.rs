//! How people see the checks of `doctor`: beside their names, or below them on a narrow terminal.

use std::io::{self, Write};

use console::Style;

use super::checkup::{Check, CheckResult};
use crate::account::Word;
use crate::output::{Line, Page, together, words, wrapped};

/// Sentences longer than this are hard to read.
const WIDTH_MAX: usize = 100;

/// On a narrower terminal, texts begin below the name.
const WIDTH_BESIDE: usize = 72;

const INDENT_BELOW: usize = 4;

pub(super) struct CheckupLayout<'p> {
    page: &'p Page,
    /// The widths of the results and names.
    result: usize,
    name: usize,
    /// Where texts begin.
    indent: usize,
}

impl<'p> CheckupLayout<'p> {
    pub(super) fn new(page: &'p Page, checks: &[Check]) -> Self {
        let names = checks.iter().map(|check| check.name.len());
        let name = names.max().unwrap_or_default();
        let result = match (page.framed, page.ascii) {
            (false, _) => "warning".len(),
            (true, true) => "ok".len(),
            (true, false) => 1,
        };
        let is_beside = usize::from(page.width) >= WIDTH_BESIDE;
        Self {
            page,
            result,
            name,
            indent: if is_beside {
                result + name + 4
            } else {
                INDENT_BELOW
            },
        }
    }

    pub(super) fn write(&self, check: &Check, out: &mut dyn Write) -> io::Result<()> {
        let Self {
            page,
            result,
            name,
            indent,
        } = *self;
        let sign = Line::styled(
            format!("{:<result$}", sign(check, page)),
            style(check.result),
        );
        let head = sign.append(format!("  {:<name$}  ", check.name).into());
        let mut lines = self.lines(check).into_iter();
        if indent == INDENT_BELOW {
            writeln!(out, "{}", head.rendered(page).trim_end())?;
        } else if let Some(first) = lines.next() {
            writeln!(out, "{}{}", head.rendered(page), first.trim_start())?;
        }
        lines.try_for_each(|line| writeln!(out, "{line}"))
    }

    /// The texts of a check, wrapped and indented.
    fn lines(&self, check: &Check) -> Vec<String> {
        let margin = " ".repeat(self.indent);
        let width = usize::from(self.page.width).min(WIDTH_MAX) - self.indent;
        let labels = check.rows.iter().map(|(label, _)| label.len());
        let column = labels.max().unwrap_or_default() + 2;
        let rows = check.rows.iter().flat_map(|(label, value)| {
            let label = together(&format!("{label:<column$}"));
            let row = Line::styled(label, Style::new().dim()).with(value, Style::new());
            row.indented(column).wrapped(width)
        });
        let rows = rows.map(|line| line.rendered(self.page));
        let message = Some(&check.message).filter(|_| check.rows.is_empty());
        let fix = check.fix.as_ref().map(|fix| format!("fix: {fix}"));
        let texts = [message, fix.as_ref()].into_iter().flatten();
        let texts = texts.flat_map(|text| wrapped(text, width));
        let lines = rows.chain(texts);
        lines
            .map(|line| format!("{margin}{}", line.trim_end()))
            .collect()
    }
}

/// The result as a mark on a terminal, and as a word for a script.
fn sign(check: &Check, page: &Page) -> String {
    let mark = match (check.result, page.ascii) {
        _ if !page.framed => return Word(check.result).to_string(),
        (CheckResult::Ok, false) => "✓",
        (CheckResult::Ok, true) => "ok",
        (CheckResult::Warning, _) => "!",
        (CheckResult::Failed, false) => "✗",
        (CheckResult::Failed, true) => "x",
    };
    mark.to_owned()
}

fn style(result: CheckResult) -> Style {
    match result {
        CheckResult::Ok => Style::new().green(),
        CheckResult::Warning => Style::new().yellow().bold(),
        CheckResult::Failed => Style::new().red().bold(),
    }
}

/// The last line.
pub(super) fn summary(checks: &[Check]) -> Line {
    let count = |result| checks.iter().filter(|check| check.result == result).count();
    let (failed, warnings) = (count(CheckResult::Failed), count(CheckResult::Warning));
    let problems = words::counted(failed, "problem");
    let warned = words::counted(warnings, "warning");
    let (text, worst) = match (failed, warnings) {
        (0, 0) => ("Everything works".to_owned(), CheckResult::Ok),
        (0, _) => (warned, CheckResult::Warning),
        (_, 0) => (problems, CheckResult::Failed),
        (_, _) => (format!("{problems}, {warned}"), CheckResult::Failed),
    };
    Line::styled(text, style(worst))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Kind;

    #[test]
    fn the_summary_counts_what_does_not_work() {
        let (ok, warning) = (Check::ok("fine"), Check::warning("hm", "do"));
        let failed = Check::failed(Kind::State, "no", "do");
        for (checks, expected) in [
            (vec![ok.clone()], "Everything works"),
            (vec![ok, warning.clone()], "1 warning"),
            (vec![failed.clone(), failed.clone()], "2 problems"),
            (
                vec![failed, warning.clone(), warning],
                "1 problem, 2 warnings",
            ),
        ] {
            assert_eq!(summary(&checks).text(), expected);
        }
    }
}
