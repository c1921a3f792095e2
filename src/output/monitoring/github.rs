//! GitHub Actions: workflow commands that become annotations, and a table for the summary of the job.
//!
//! Invariant: every line begins with a command of ours, and nothing in it can begin another one.

use std::io::{self, Write};

use super::findings::{Alarm, Finding, Findings, MonitoringFormat, Problem};

/// Annotations.
#[derive(Debug)]
pub(crate) struct Github;

impl MonitoringFormat for Github {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
        findings.for_each(|finding| {
            let command = command(finding.alarm);
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
            sign(&finding).to_owned(),
            markdown(&finding.title),
            markdown(&finding.sentence),
            expires.unwrap_or_default(),
        ];
        writeln!(out, "| {} |", row.join(" | "))
    })?;
    writeln!(out)
}

fn command(alarm: Alarm) -> &'static str {
    match alarm {
        Alarm::Fine => "notice",
        Alarm::Warning => "warning",
        // A step that does not know how things stand has not done what it is there for.
        Alarm::Unknown | Alarm::Critical => "error",
    }
}

fn sign(finding: &Finding) -> &'static str {
    match finding.alarm {
        Alarm::Fine => "✅",
        Alarm::Warning => "⚠️",
        Alarm::Unknown => "❓",
        Alarm::Critical => "❌",
    }
}

/// The message of a command (actions/toolkit, `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text without Markdown, HTML and mentions: every mark of punctuation may be escaped (CommonMark,
/// "Backslash escapes").
fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
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
