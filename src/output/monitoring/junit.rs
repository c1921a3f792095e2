//! JUnit: a test report, one test case for each account, as most servers of continuous integration show it.

use std::io::{self, Write};

use super::{Alarm, Finding, Findings, Format, Problem};

/// A report in XML.
#[derive(Debug)]
pub struct Junit;

impl Format for Junit {
    fn findings(&self, findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
        let count = |wanted: &str| {
            let elements = findings.accounts.iter().filter_map(element);
            elements.filter(|element| *element == wanted).count()
        };
        let (failures, errors) = (count("failure"), count("error"));
        let tests = findings.accounts.len();
        begin(out, tests, failures, errors, findings.now)?;
        for finding in &findings.accounts {
            let name = xml(&name(finding));
            write!(out, "    <testcase classname=\"igconnect\" name=\"{name}\"")?;
            let sentence = xml(&finding.sentence);
            match element(finding) {
                None => {
                    writeln!(out, ">\n      <system-out>{sentence}</system-out>")?;
                }
                Some(element) => {
                    let state = finding.standing.word();
                    writeln!(
                        out,
                        ">\n      <{element} type=\"{state}\" message=\"{sentence}\"/>"
                    )?;
                }
            }
            writeln!(out, "    </testcase>")?;
        }
        end(out)
    }

    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()> {
        begin(out, 1, 0, 1, problem.now)?;
        let (name, line) = (problem.name, xml(&problem.line()));
        writeln!(
            out,
            "    <testcase classname=\"igconnect\" name=\"status\">\n      \
             <error type=\"{name}\" message=\"{line}\"/>\n    </testcase>"
        )?;
        end(out)
    }
}

/// A name that two accounts never share, since servers fold test cases of the same name.
fn name(finding: &Finding) -> String {
    match &finding.id {
        Some(id) => format!("{} {id}", finding.title),
        None => finding.title.clone(),
    }
}

/// A test fails by its exit code, as the step that runs it does: there is nothing between passed and failed.
fn element(finding: &Finding) -> Option<&'static str> {
    match Alarm::of(finding.code) {
        Alarm::Fine => None,
        Alarm::Warning | Alarm::Critical => Some("failure"),
        Alarm::Unknown => Some("error"),
    }
}

fn begin(
    out: &mut dyn Write,
    tests: usize,
    failures: usize,
    errors: usize,
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

/// Text for an element or an attribute. The two code points that XML 1.0 has no way to write are replaced;
/// controls have been escaped already.
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
