//! GitHub Actions: annotations, and a table for the job summary.
//!
//! Invariant: every line starts with our own workflow command, and no text in it can start another one.

use std::io::{self, Write};

use super::findings::{Alarm, Findings, MonitoringFormat, Problem};

#[derive(Debug)]
pub(crate) struct Github;

impl MonitoringFormat for Github {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
        findings.for_each(|finding| {
            let (command, _) = command_and_sign(finding.alarm);
            let text = data(&format!("{}: {}", finding.title, finding.sentence));
            writeln!(out, "::{command} title=igconnect::{text}")
        })
    }

    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "::error title=igconnect::{}", data(&problem.line()))
    }
}

/// The table for `GITHUB_STEP_SUMMARY`, in Markdown.
pub(crate) fn summary(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### igconnect\n")?;
    writeln!(out, "| | account | state | expires |\n|---|---|---|---|")?;
    findings.for_each(|finding| {
        let expires = finding.expires_at.map(|at| at.to_string());
        let row = [
            command_and_sign(finding.alarm).1.to_owned(),
            markdown(&finding.title),
            markdown(&finding.sentence),
            expires.unwrap_or_default(),
        ];
        writeln!(out, "| {} |", row.join(" | "))
    })?;
    // A blank line ends the table, since later steps of the job append their own text.
    writeln!(out)
}

/// The workflow command of an account, and its sign in the table.
fn command_and_sign(alarm: Alarm) -> (&'static str, &'static str) {
    match alarm {
        Alarm::Fine => ("notice", "✅"),
        Alarm::Warning => ("warning", "⚠️"),
        // A check without a result is an error: the step did not do its work.
        Alarm::Unknown => ("error", "❓"),
        Alarm::Critical => ("error", "❌"),
    }
}

/// Escapes a message (actions/toolkit, `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes all punctuation, so that text has no Markdown, HTML or mentions (CommonMark, "Backslash escapes").
fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            // They have no meaning in the middle of a line.
            '.' | ',' | ' ' => safe.push(c),
            c if c.is_ascii_punctuation() => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_neither_command_nor_markup() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(
            markdown("a|b <script> [x](y) `z` @me"),
            "a\\|b &lt;script\\> \\[x\\]\\(y\\) \\`z\\` &#64;me"
        );
    }
}
