//! Shows the certificate, its authority, and how to make browsers trust it.

use std::io::{self, Write};

use jiff::Timestamp;

use super::trust::trust;
use super::ways::{quote, ways};
use crate::failure::Failure;
use crate::output::{Page, Render, json, pasteable, words, wrapped};
use crate::session::Session;

/// Show the login certificate, and how to make browsers trust it
///
/// igconnect creates the certificate on this machine, for localhost only. Until your browser trusts it, the first login
/// in that browser shows a warning. This command creates the certificate if it is missing.
///
/// With --trust it makes the browsers of this user trust the authority that signed the certificate. It shows the commands
/// and asks first.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect certificate
  igconnect certificate --trust    make the browsers of this user trust it
  igconnect certificate --json | jq -r .certificate.authority.path
  igconnect help certificates      what the warning means, and the other ways")]
pub(crate) struct Args {
    /// Make the browsers of this user trust it
    #[arg(long)]
    trust: bool,
    /// Do not ask for confirmation
    #[arg(long, short, requires = "trust")]
    yes: bool,
}

document! {
    pub(crate) struct Report {
        schema: json::Version,
        certificate: CertificateJson,
        /// Whether this run made browsers trust it.
        #[serde(skip)]
        is_trusted: bool,
        #[serde(skip)]
        now: Timestamp,
    }

    struct CertificateJson {
        sha256_fingerprint: String,
        path: String,
        expires_at: Option<json::Instant>,
        authority: AuthorityJson,
        trust: Vec<Way>,
    }

    /// What to trust: it signed the certificate and can sign no other.
    struct AuthorityJson {
        sha256_fingerprint: String,
        path: String,
    }

    /// How to make a program or system trust it.
    struct Way {
        r#where: &'static str,
        note: &'static str,
        commands: Vec<String>,
    }
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let now = session.settings.clock.started_at();
    let certificate = session.open_certificate(&session.settings.paths.certificate()?)?;
    let expires_at = certificate.expires_at().map(json::Instant);
    let authority = certificate.authority;
    let is_trusted = args.trust && trust(session, &authority.path, args.yes)?;
    let file = authority.path.display().to_string();
    let quoted = quote(&file);
    let trust = ways(std::env::consts::OS).map(|way| Way {
        r#where: way.place,
        note: way.note,
        commands: (way.commands.iter())
            .map(|command| command.replace("{file}", &quoted))
            .collect(),
    });
    Ok(Report {
        schema: json::SCHEMA,
        certificate: CertificateJson {
            sha256_fingerprint: certificate.fingerprint,
            path: certificate.path.display().to_string(),
            expires_at,
            authority: AuthorityJson {
                sha256_fingerprint: authority.fingerprint,
                path: file,
            },
            trust: trust.into(),
        },
        is_trusted,
        now,
    })
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let certificate = &self.certificate;
        let end = certificate.expires_at.as_ref().map(|end| end.0);
        if self.is_trusted {
            let until = end.map_or_else(String::new, |end| format!(" until {}", words::day(end)));
            return writeln!(out, "Your browsers trust the login{until}. Restart them.");
        }
        let authority = &certificate.authority;
        let fingerprint = &certificate.sha256_fingerprint;
        writeln!(
            out,
            "SHA-256 fingerprint, for the browser's warning\n  {fingerprint}"
        )?;
        if let Some(end) = end {
            let left = words::left(end, self.now);
            writeln!(out, "valid until\n  {} ({left})", words::day(end))?;
        }
        writeln!(
            out,
            "authority to trust, for this computer's names only\n  {}",
            authority.path
        )?;
        writeln!(
            out,
            "its SHA-256 fingerprint\n  {}",
            authority.sha256_fingerprint
        )?;
        let trust = pasteable("igconnect certificate --trust");
        writeln!(
            out,
            "\nMake the browsers of this user trust it\n    {trust}"
        )?;
        for way in &certificate.trust {
            writeln!(out, "\n{}", way.r#where)?;
            for line in wrapped(way.note, usize::from(page.width.clamp(40, 100)) - 2) {
                writeln!(out, "  {line}")?;
            }
            for command in &way.commands {
                writeln!(out, "    {}", pasteable(command))?;
            }
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
