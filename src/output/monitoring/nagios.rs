//! Nagios and Icinga: one line with performance data, and their own exit codes
//! (Monitoring Plugins Development Guidelines: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN).

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::findings::{Alarm, Finding, Findings, MonitoringFormat, Problem};

#[derive(Debug)]
pub(crate) struct Nagios;

/// Readers cut a line at 4 kB or less. With more accounts, only the worst are named.
const NAMED_MAX: usize = 8;

impl MonitoringFormat for Nagios {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut counts = BTreeMap::new();
        let mut loudest = Vec::new();
        findings.for_each(|finding| {
            *counts.entry(finding.alarm).or_insert(0_u64) += 1;
            keep_louder(&mut loudest, finding);
            Ok(())
        })?;
        let count = |alarm| counts.get(&alarm).copied().unwrap_or_default();
        let named: Vec<String> = loudest.iter().map(told).collect();
        let rest = match counts.values().sum::<u64>() - named.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (worst, text) = match loudest.first() {
            None => (Alarm::Unknown, "no account is connected".to_owned()),
            Some(first) => (first.alarm, format!("{}{rest}", named.join(", "))),
        };
        write!(out, "IGCONNECT {} - {} | ", word(worst), plain(&text))?;
        write!(
            out,
            "ok={};;;0 warning={};;;0 critical={};;;0 unknown={};;;0",
            count(Alarm::Fine),
            count(Alarm::Warning),
            count(Alarm::Critical),
            count(Alarm::Unknown)
        )?;
        for finding in &loudest {
            let Some(end) = finding.expires_at else {
                continue;
            };
            let left = end.duration_since(findings.now);
            let id = finding.id.as_deref().unwrap_or("env");
            // Ranges: a warning below the threshold, critical below zero.
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

/// Keeps the account if it is among the worst. The first of equals wins.
fn keep_louder(loudest: &mut Vec<Finding>, finding: Finding) {
    let place = loudest.partition_point(|kept| kept.alarm >= finding.alarm);
    if place < NAMED_MAX {
        loudest.insert(place, finding);
        loudest.truncate(NAMED_MAX);
    }
}

fn told(finding: &Finding) -> String {
    format!("{} {}", finding.title, finding.sentence)
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
