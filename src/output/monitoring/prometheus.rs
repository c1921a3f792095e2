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
        let mut accounts = 0_u64;
        findings.for_each(|_| {
            accounts += 1;
            Ok(())
        })?;
        family(out, "igconnect_accounts", "Number of accounts checked.")?;
        writeln!(out, "igconnect_accounts {accounts}")?;
        if accounts == 0 {
            return Ok(());
        }
        names(findings, out)?;
        states(findings, out)?;
        instants(
            out,
            findings,
            "igconnect_token_expires_timestamp_seconds",
            "When the token expires.",
            |finding| finding.expires_at,
        )?;
        instants(
            out,
            findings,
            "igconnect_account_verified_timestamp_seconds",
            "When Instagram last answered for the token.",
            |finding| finding.verified_at,
        )
    }

    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()> {
        check_metrics(out, problem.now, false)
    }
}

/// Success and time of the check, so that a file that is no longer written does not look healthy.
fn check_metrics(out: &mut dyn Write, now: Timestamp, success: bool) -> io::Result<()> {
    family(
        out,
        "igconnect_status_success",
        "Whether the accounts could be checked (1) or not (0).",
    )?;
    writeln!(out, "igconnect_status_success {}", u8::from(success))?;
    family(
        out,
        "igconnect_status_timestamp_seconds",
        "When these metrics were written.",
    )?;
    writeln!(
        out,
        "igconnect_status_timestamp_seconds {}",
        now.as_second()
    )
}

fn names(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    family(
        out,
        "igconnect_account_info",
        "Username and alias of the account with this id.",
    )?;
    findings.for_each(|finding| {
        let label = |text: &Option<String>| label(text.as_deref().unwrap_or_default());
        let (username, alias) = (label(&finding.username), label(&finding.alias));
        let id = id(&finding);
        writeln!(
            out,
            "igconnect_account_info{{id=\"{id}\",username=\"{username}\",alias=\"{alias}\"}} 1"
        )
    })
}

fn states(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    family(
        out,
        "igconnect_account_state",
        "Whether the account is in this state (1) or not (0).",
    )?;
    findings.for_each(|finding| {
        let id = id(&finding);
        STATES.into_iter().try_for_each(|state| {
            let (word, is) = (Word(state), u8::from(state == finding.state));
            writeln!(
                out,
                "igconnect_account_state{{id=\"{id}\",state=\"{word}\"}} {is}"
            )
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
