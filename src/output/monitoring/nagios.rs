//! Nagios, Icinga and what reads their plug-ins: one line with performance data, and exit codes of their own
//! (Monitoring Plugins Development Guidelines: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN).

use std::io::{self, Write};

use super::{Alarm, Finding, Findings, Format, Problem};

/// A plug-in's answer.
#[derive(Debug)]
pub struct Nagios;

/// Readers cut a line at 4 kB or before; past this many accounts only the loud ones are named.
const NAMED_MAX: usize = 8;

impl Format for Nagios {
    fn findings(&self, findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
        let worst = findings.worst();
        let mut named: Vec<&Finding> = findings.accounts.iter().collect();
        named.sort_by_key(|finding| std::cmp::Reverse(finding.alarm));
        let told: Vec<String> = named.iter().take(NAMED_MAX).map(|f| told(f)).collect();
        let rest = match named.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let text = match told.as_slice() {
            [] => "no account is connected here".to_owned(),
            told => format!("{}{rest}", told.join(", ")),
        };
        write!(out, "IGCONNECT {} - {} | ", word(worst), plain(&text))?;
        let count = |alarm| findings.count(alarm);
        write!(
            out,
            "ok={};;;0 warning={};;;0 critical={};;;0 unknown={};;;0",
            count(Alarm::Fine),
            count(Alarm::Warning),
            count(Alarm::Critical),
            count(Alarm::Unknown)
        )?;
        for finding in named.iter().take(NAMED_MAX) {
            let Some(end) = finding.expires_at else {
                continue;
            };
            let left = end.duration_since(findings.now);
            let id = finding.id.as_deref().unwrap_or("env");
            // A range that starts at the threshold: less than that is a warning, less than nothing critical.
            let (seconds, warn) = (left.as_secs(), findings.threshold);
            write!(out, " 'life_{id}'={seconds}s;{warn}:;0:")?;
        }
        writeln!(out)
    }

    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let alarm = word(Alarm::of(problem.code));
        writeln!(out, "IGCONNECT {alarm} - {}", plain(&problem.line()))
    }

    fn exit_code(&self, worst: Alarm, _code: u8) -> u8 {
        match worst {
            Alarm::Fine => 0,
            Alarm::Warning => 1,
            Alarm::Critical => 2,
            Alarm::Unknown => 3,
        }
    }
}

fn told(finding: &Finding) -> String {
    format!("{} {}", finding.title, finding.sentence)
}

/// A bar would begin the performance data, and some web pages of old show what is said as HTML.
fn plain(text: &str) -> String {
    let text: String = text.chars().take(1000).collect();
    text.replace('|', "¦").replace('<', "‹").replace('>', "›")
}

fn word(alarm: Alarm) -> &'static str {
    match alarm {
        Alarm::Fine => "OK",
        Alarm::Warning => "WARNING",
        Alarm::Critical => "CRITICAL",
        Alarm::Unknown => "UNKNOWN",
    }
}
