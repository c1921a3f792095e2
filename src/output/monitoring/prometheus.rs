//! Prometheus: the text exposition format (0.0.4), for the textfile collector of node_exporter.
//!
//! The only label of a series is the id, which never changes. Join `igconnect_account_info` for names.

use std::io::{self, Write};

use jiff::Timestamp;

use super::findings::{Finding, Findings, MonitoringFormat, Problem};
use crate::account::{State, Word};

#[derive(Debug)]
pub(crate) struct Prometheus;

/// Each state has its series, so an alert on `== 1` needs no `absent()`.
const STATES: [State; 6] = [
    State::Connected,
    State::Expiring,
    State::Expired,
    State::NeedsLogin,
    State::Unverified,
    State::Unknown,
];

impl MonitoringFormat for Prometheus {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
        check_metrics(out, findings.now, true)?;
        let mut accounts = 0_i64;
        findings.for_each(|_| {
            accounts += 1;
            Ok(())
        })?;
        let name = "igconnect_accounts";
        metric(out, name, "Number of accounts checked.", accounts)?;
        if accounts == 0 {
            return Ok(());
        }
        // All series of a family come together (Exposition formats, "Grouping and sorting"), so each family is a walk.
        names(findings, out)?;
        states(findings, out)?;
        let name = "igconnect_token_expires_timestamp_seconds";
        let help = "When the token expires.";
        instants(out, findings, name, help, |finding| finding.expires_at)?;
        let name = "igconnect_account_verified_timestamp_seconds";
        let help = "When Instagram last answered for the token.";
        instants(out, findings, name, help, |finding| finding.verified_at)
    }

    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()> {
        check_metrics(out, problem.now, false)
    }
}

/// Success and time of the check, so that a file that is no longer written does not look healthy.
fn check_metrics(out: &mut dyn Write, now: Timestamp, success: bool) -> io::Result<()> {
    let help = "Whether the accounts could be checked (1) or not (0).";
    metric(out, "igconnect_status_success", help, success.into())?;
    let name = "igconnect_status_timestamp_seconds";
    let help = "When these metrics were written.";
    metric(out, name, help, now.as_second())
}

fn names(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    let name = "igconnect_account_info";
    family(out, name, "Username and alias of the account with this id.")?;
    findings.for_each(|finding| {
        let label = |text: &Option<String>| label(text.as_deref().unwrap_or_default());
        let (username, alias) = (label(&finding.username), label(&finding.alias));
        let id = id(&finding);
        writeln!(
            out,
            "{name}{{id=\"{id}\",username=\"{username}\",alias=\"{alias}\"}} 1"
        )
    })
}

fn states(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    let name = "igconnect_account_state";
    let help = "Whether the account is in this state (1) or not (0).";
    family(out, name, help)?;
    findings.for_each(|finding| {
        let id = id(&finding);
        STATES.into_iter().try_for_each(|state| {
            let (word, is) = (Word(state), u8::from(state == finding.state));
            writeln!(out, "{name}{{id=\"{id}\",state=\"{word}\"}} {is}")
        })
    })
}

/// Writes a series for each account with a known time. Omits the family if there is none.
fn instants(
    out: &mut dyn Write,
    findings: &Findings<'_>,
    name: &str,
    help: &str,
    of: impl Fn(&Finding) -> Option<Timestamp>,
) -> io::Result<()> {
    let mut first = true;
    findings.for_each(|finding| {
        let Some(at) = of(&finding) else {
            return Ok(());
        };
        if std::mem::take(&mut first) {
            family(out, name, help)?;
        }
        writeln!(out, "{name}{{id=\"{}\"}} {}", id(&finding), at.as_second())
    })
}

/// Writes a family with one series.
fn metric(out: &mut dyn Write, name: &str, help: &str, value: i64) -> io::Result<()> {
    family(out, name, help)?;
    writeln!(out, "{name} {value}")
}

fn family(out: &mut dyn Write, name: &str, help: &str) -> io::Result<()> {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")
}

fn id(finding: &Finding) -> &str {
    finding.id.as_deref().unwrap_or_default()
}

/// Escapes the three special characters of a label value (Exposition formats, "Text format details").
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
