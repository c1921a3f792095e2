//! Prometheus: the text exposition format (0.0.4), for the textfile collector of node_exporter.
//!
//! Series are keyed by the id alone, which never changes; names stand in `igconnect_account_info`, to be joined.

use std::io::{self, Write};

use jiff::Timestamp;

use super::{Finding, Findings, Format, Problem};
use crate::account::Standing;

/// A file of metrics.
#[derive(Debug)]
pub struct Prometheus;

/// Every state, for a series of each: an alert on `== 1` then needs no absent().
const STATES: [Standing; 6] = [
    Standing::Connected,
    Standing::Expiring,
    Standing::Expired,
    Standing::NeedsLogin,
    Standing::Unverified,
    Standing::Unknown,
];

impl Format for Prometheus {
    fn findings(&self, findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
        looked(out, findings.now, true)?;
        family(
            out,
            "igconnect_accounts",
            "How many accounts were looked at.",
        )?;
        writeln!(out, "igconnect_accounts {}", findings.accounts.len())?;
        if findings.accounts.is_empty() {
            return Ok(());
        }
        family(
            out,
            "igconnect_account_info",
            "The names of the account with this id.",
        )?;
        for finding in &findings.accounts {
            let (id, username, alias) = (id(finding), &finding.username, &finding.alias);
            let label = |text: &Option<String>| label(text.as_deref().unwrap_or_default());
            let (username, alias) = (label(username), label(alias));
            writeln!(
                out,
                "igconnect_account_info{{id=\"{id}\",username=\"{username}\",alias=\"{alias}\"}} 1"
            )?;
        }
        family(
            out,
            "igconnect_account_state",
            "Whether the account is in this state (1) or not (0).",
        )?;
        for finding in &findings.accounts {
            for state in STATES {
                let (id, word) = (id(finding), state.word());
                let is = u8::from(state == finding.standing);
                writeln!(
                    out,
                    "igconnect_account_state{{id=\"{id}\",state=\"{word}\"}} {is}"
                )?;
            }
        }
        instants(
            out,
            findings,
            "igconnect_token_expires_timestamp_seconds",
            "When the token dies.",
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
        looked(out, problem.now, false)
    }
}

/// Whether there was anything to look at, and when: a file that is no longer written must not look healthy.
fn looked(out: &mut dyn Write, now: Timestamp, success: bool) -> io::Result<()> {
    family(
        out,
        "igconnect_status_success",
        "Whether the accounts could be looked at (1) or not (0).",
    )?;
    writeln!(out, "igconnect_status_success {}", u8::from(success))?;
    family(
        out,
        "igconnect_status_timestamp_seconds",
        "When this was written.",
    )?;
    writeln!(
        out,
        "igconnect_status_timestamp_seconds {}",
        now.as_second()
    )
}

fn instants(
    out: &mut dyn Write,
    findings: &Findings,
    name: &str,
    help: &str,
    of: impl Fn(&Finding) -> Option<Timestamp>,
) -> io::Result<()> {
    let known = |finding| of(finding).map(|at| (id(finding), at.as_second()));
    let mut known = findings.accounts.iter().filter_map(known).peekable();
    if known.peek().is_some() {
        family(out, name, help)?;
    }
    known.try_for_each(|(id, at)| writeln!(out, "{name}{{id=\"{id}\"}} {at}"))
}

fn family(out: &mut dyn Write, name: &str, help: &str) -> io::Result<()> {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")
}

fn id(finding: &Finding) -> &str {
    finding.id.as_deref().unwrap_or_default()
}

/// The value of a label: three characters are escaped (Exposition formats, "Text format details").
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
