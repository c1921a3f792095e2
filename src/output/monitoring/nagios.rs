//! Nagios and Icinga: one line with performance data, and their own exit codes
//! (Monitoring Plugins Development Guidelines: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN).

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::findings::{Alarm, Finding, Findings, MonitoringFormat, Problem};

#[derive(Debug)]
pub(crate) struct Nagios;

/// Readers cut a line at 4 kB or less. With more accounts, only the worst are named.
const NAMED_MAX: usize = 8;

/// The counts in the performance data, with their labels.
const COUNTED: [(&str, Alarm); 4] = [
    ("ok", Alarm::Fine),
    ("warning", Alarm::Warning),
    ("critical", Alarm::Critical),
    ("unknown", Alarm::Unknown),
];

impl MonitoringFormat for Nagios {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut counts = BTreeMap::new();
        let mut loudest = Vec::new();
        findings.for_each(|finding| {
            *counts.entry(finding.alarm).or_insert(0_u64) += 1;
            keep_louder(&mut loudest, finding);
            Ok(())
        })?;
        let named = loudest.iter();
        let named = named.map(|finding| format!("{} {}", finding.title, finding.sentence));
        let named: Vec<String> = named.collect();
        let rest = match counts.values().sum::<u64>() - named.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (worst, text) = match loudest.first() {
            None => (Alarm::Unknown, "no account is connected".to_owned()),
            Some(first) => (first.alarm, format!("{}{rest}", named.join(", "))),
        };
        write!(out, "IGCONNECT {} - {} |", word(worst), plain(&text))?;
        for (label, alarm) in COUNTED {
            let count = counts.get(&alarm).unwrap_or(&0);
            write!(out, " {label}={count};;;0")?;
        }
        for finding in &loudest {
            if let Some(end) = finding.expires_at {
                let id = finding.id.as_deref().unwrap_or("env");
                let seconds = end.duration_since(findings.now).as_secs();
                // Ranges: a warning below the threshold, critical below zero.
                write!(out, " 'life_{id}'={seconds}s;{}:;0:", findings.threshold)?;
            }
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

/// Keeps the account if it is among the worst. The first of equals wins.
fn keep_louder(loudest: &mut Vec<Finding>, finding: Finding) {
    let place = loudest.partition_point(|kept| kept.alarm >= finding.alarm);
    if place < NAMED_MAX {
        loudest.insert(place, finding);
        loudest.truncate(NAMED_MAX);
    }
}

/// A bar would start the performance data, and old web interfaces show the text as HTML.
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
