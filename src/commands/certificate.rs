//! `certificate`: shows the certificate of the login listener, and how to make browsers trust it.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::callback::Certificate;
use crate::failure::Failure;
use crate::output::{Page, Render, json, pasteable, words, wrapped};
use crate::session::Session;

/// Show the login certificate, and how to make browsers trust it
///
/// igconnect creates the certificate on this machine, for localhost only. Until your browser trusts it, the first login
/// in that browser shows a warning. This command creates the certificate if it is missing and changes nothing else.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect certificate
  igconnect certificate --json | jq -r .certificate.path
  igconnect help certificates      what the warning means, and the other ways")]
pub(crate) struct Args {}

document! {
    pub(crate) struct Report {
        schema: json::Version,
        certificate: CertificateJson,
        #[serde(skip)]
        now: Timestamp,
    }

    struct CertificateJson {
        sha256_fingerprint: String,
        path: String,
        expires_at: Option<json::Instant>,
        trust: Vec<Way>,
    }

    /// How to make a program or system trust it.
    struct Way {
        r#where: &'static str,
        note: &'static str,
        commands: Vec<String>,
    }
}

pub(crate) fn run(_args: &Args, session: &Session) -> Result<Report, Failure> {
    let now = session.settings.clock.started_at();
    let certificate = Certificate::open_or_create(&session.settings.paths.certificate()?, now)?;
    let path = certificate.path.display().to_string();
    let file = quote(&path);
    let trust = WAYS.map(|(place, note, commands)| Way {
        r#where: place,
        note,
        commands: (commands
            .iter()
            .map(|command| command.replace("{file}", &file)))
        .collect(),
    });
    Ok(Report {
        schema: json::SCHEMA,
        certificate: CertificateJson {
            path,
            expires_at: certificate.expires_at().map(json::Instant),
            sha256_fingerprint: certificate.fingerprint,
            trust: trust.into(),
        },
        now,
    })
}

/// Where, a note, and the commands.
// NSS needs `P` (trusted peer) for this certificate, which signs no others. `C`, which most instructions name, is for
// authorities and has no effect here.
const WAYS: [(&str, &str, &[&str]); 5] = [
    (
        "Chromium and Chrome on Linux",
        "certutil is in the package libnss3-tools or nss-tools. The first line creates the certificate database if it is \
         missing. Restart the browser afterwards.",
        &[
            "test -d $HOME/.pki/nssdb || { mkdir -p $HOME/.pki/nssdb && certutil -N -d sql:$HOME/.pki/nssdb --empty-password; }",
            "certutil -d sql:$HOME/.pki/nssdb -A -n igconnect -t P,, -i {file}",
        ],
    ),
    (
        "Firefox",
        "Close Firefox first. PROFILE is the profile folder shown in about:support. Without certutil: choose Advanced, \
         Accept the Risk on the warning page, once.",
        &["certutil -d sql:PROFILE -A -n igconnect -t P,, -i {file}"],
    ),
    (
        "macOS (Safari, Chrome)",
        "macOS asks for your password.",
        &[
            "security add-trusted-cert -r trustRoot -p ssl -k $HOME/Library/Keychains/login.keychain-db {file}",
        ],
    ),
    (
        "Windows (Edge, Chrome)",
        "Windows asks for confirmation.",
        &["certutil -user -addstore Root {file}"],
    ),
    (
        "Your own certificate, with mkcert",
        "mkcert creates an authority that your browsers trust. Its certificate replaces this one.",
        &[
            "mkcert -install",
            "mkcert -cert-file localhost.pem -key-file localhost-key.pem localhost 127.0.0.1 ::1",
            "igconnect login --cert localhost.pem --key localhost-key.pem",
        ],
    ),
];

/// Quotes a path for the shell.
fn quote(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:\\".contains(c);
    match path.chars().all(is_plain) {
        true => path.to_owned(),
        // A Windows path cannot contain a double quote.
        false if cfg!(windows) => format!("\"{path}\""),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let certificate = &self.certificate;
        let fingerprint = &certificate.sha256_fingerprint;
        writeln!(out, "SHA-256 fingerprint\n  {fingerprint}")?;
        writeln!(out, "file\n  {}", certificate.path)?;
        if let Some(json::Instant(end)) = certificate.expires_at {
            let left = words::left(end, self.now);
            writeln!(out, "valid until\n  {} ({left})", words::day(end))?;
        }
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
