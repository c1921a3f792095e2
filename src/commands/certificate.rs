//! `certificate`: shows the certificate of the login listener, and how to make browsers trust it.

use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::callback::Certificate;
use crate::failure::Failure;
use crate::output::{Page, Render, json, words};
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

pub(crate) struct Report {
    fingerprint: String,
    path: String,
    expires_at: Option<Timestamp>,
    now: Timestamp,
    ways: Vec<Way>,
}

document! {
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
    Ok(Report {
        fingerprint: certificate.fingerprint().to_owned(),
        path: certificate.path().display().to_string(),
        expires_at: certificate.expires_at(),
        now,
        ways: list_ways(certificate.path()),
    })
}

// NSS needs `P` (trusted peer) for this certificate, which signs no others. `C`, which most instructions name, is for
// authorities and has no effect here.
fn list_ways(path: &Path) -> Vec<Way> {
    let file = quote(path);
    let nss = "certutil -d sql:$HOME/.pki/nssdb";
    vec![
        Way {
            r#where: "Chromium and Chrome on Linux",
            note: "certutil is in the package libnss3-tools or nss-tools. The first line creates the certificate database \
                   if it is missing. Restart the browser afterwards.",
            commands: vec![
                "test -d $HOME/.pki/nssdb || { mkdir -p $HOME/.pki/nssdb && certutil -N -d sql:$HOME/.pki/nssdb --empty-password; }".to_owned(),
                format!("{nss} -A -n igconnect -t P,, -i {file}"),
            ],
        },
        Way {
            r#where: "Firefox",
            note: "Close Firefox first. PROFILE is the profile folder shown in about:support. Without certutil: choose \
                   Advanced, Accept the Risk on the warning page, once.",
            commands: vec![format!(
                "certutil -d sql:PROFILE -A -n igconnect -t P,, -i {file}"
            )],
        },
        Way {
            r#where: "macOS (Safari, Chrome)",
            note: "macOS asks for your password.",
            commands: vec![format!(
                "security add-trusted-cert -r trustRoot -p ssl -k $HOME/Library/Keychains/login.keychain-db {file}"
            )],
        },
        Way {
            r#where: "Windows (Edge, Chrome)",
            note: "Windows asks for confirmation.",
            commands: vec![format!("certutil -user -addstore Root {file}")],
        },
        Way {
            r#where: "Your own certificate, with mkcert",
            note: "mkcert creates an authority that your browsers trust. Its certificate replaces this one.",
            commands: vec![
                "mkcert -install".to_owned(),
                "mkcert -cert-file localhost.pem -key-file localhost-key.pem localhost 127.0.0.1 ::1".to_owned(),
                "igconnect login --cert localhost.pem --key localhost-key.pem".to_owned(),
            ],
        },
    ]
}

/// Quotes a path for the shell.
fn quote(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:\\".contains(c);
    match text.chars().all(is_plain) {
        true => text,
        false if cfg!(windows) => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

document! {
    pub(super) struct CertificateDocument<'a> {
        schema: json::Version,
        certificate: CertificateJson<'a>,
    }

    struct CertificateJson<'a> {
        sha256_fingerprint: &'a str,
        path: &'a str,
        expires_at: Option<json::Instant>,
        trust: &'a [Way],
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "SHA-256 fingerprint\n  {}", self.fingerprint)?;
        writeln!(out, "file\n  {}", self.path)?;
        if let Some(end) = self.expires_at {
            let left = words::left(end, self.now);
            writeln!(out, "valid until\n  {} ({left})", words::day(end))?;
        }
        for way in &self.ways {
            writeln!(out, "\n{}", way.r#where)?;
            for line in words::wrapped(way.note, usize::from(page.width.clamp(40, 100)) - 2) {
                writeln!(out, "  {line}")?;
            }
            for command in &way.commands {
                writeln!(out, "    {command}")?;
            }
        }
        Ok(())
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(
            &CertificateDocument {
                schema: json::SCHEMA,
                certificate: CertificateJson {
                    sha256_fingerprint: &self.fingerprint,
                    path: &self.path,
                    expires_at: self.expires_at.map(json::Instant),
                    trust: &self.ways,
                },
            },
            out,
        )
    }
}
