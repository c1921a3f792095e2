//! JUnit XML: one test case per account. Most CI servers show it.

use std::io::{self, Write};

use super::findings::{Alarm, Finding, Findings, MonitoringFormat, Problem};
use crate::account::Word;

#[derive(Debug)]
pub(crate) struct Junit;

const FAILURE: &str = "failure";

/// The element of a test with an unknown result.
const ERROR: &str = "error";

impl MonitoringFormat for Junit {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
        // The counts come before the test cases, so the accounts are read twice.
        let (mut tests, mut failures, mut errors) = (0_u64, 0_u64, 0_u64);
        findings.for_each(|finding| {
            tests += 1;
            failures += u64::from(element(&finding) == Some(FAILURE));
            errors += u64::from(element(&finding) == Some(ERROR));
            Ok(())
        })?;
        begin(out, [tests, failures, errors], findings.now)?;
        findings.for_each(|finding| test_case(&finding, out))?;
        end(out)
    }

    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()> {
        begin(out, [1, 0, 1], problem.now)?;
        let (name, line) = (problem.name, xml(&problem.line()));
        let error = format!("<error type=\"{name}\" message=\"{line}\"/>");
        write_case(out, "status", &error)?;
        end(out)
    }
}

fn test_case(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let mut name = finding.title.clone();
    // Servers merge test cases of the same name.
    if let Some(id) = &finding.id {
        name.push_str(&format!(" {id}"));
    }
    let (name, sentence) = (xml(&name), xml(&finding.sentence));
    let result = match element(finding) {
        None => format!("<system-out>{sentence}</system-out>"),
        Some(element) => {
            let state = Word(finding.state);
            format!("<{element} type=\"{state}\" message=\"{sentence}\"/>")
        }
    };
    write_case(out, &name, &result)
}

fn write_case(out: &mut dyn Write, name: &str, result: &str) -> io::Result<()> {
    writeln!(
        out,
        "    <testcase classname=\"igconnect\" name=\"{name}\">\n      {result}\n    </testcase>"
    )
}

/// A test fails if its exit code is not 0: JUnit knows only passed and failed.
fn element(finding: &Finding) -> Option<&'static str> {
    match Alarm::of(finding.code) {
        Alarm::Fine => None,
        Alarm::Warning | Alarm::Critical => Some(FAILURE),
        Alarm::Unknown => Some(ERROR),
    }
}

fn begin(
    out: &mut dyn Write,
    [tests, failures, errors]: [u64; 3],
    now: jiff::Timestamp,
) -> io::Result<()> {
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    // JUnit's own schema has times without a zone.
    let at = now.strftime("%Y-%m-%dT%H:%M:%S");
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite name=\"igconnect status\" {counts} skipped=\"0\" timestamp=\"{at}\">"
    )
}

fn end(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  </testsuite>\n</testsuites>")
}

/// Escapes text for an element or attribute. Two code points that XML 1.0 cannot express are replaced. Controls are
/// already escaped.
fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
