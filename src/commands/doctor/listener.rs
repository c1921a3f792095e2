//! Checks the certificate and the callback port: binds the port, calls it over TLS as a browser would, and closes it.

use std::time::Duration;

use super::time_limit::inspect_within;
use crate::account::Platform;
use crate::answers::Check;
use crate::callback::{BindError, Certificate, PortHolder, SelfTestError, run_self_test};
use crate::failure::{Failure, Kind, make_private};
use crate::output::words;
use crate::private_files::{Access, PrivateFileError, inspect_dir};
use crate::session::Session;
use crate::settings::{App, CALLBACK_PORT};

const LIMIT: Duration = Duration::from_secs(4);

pub(super) fn check(session: &Session, app: Option<&App>) -> Result<Vec<Check>, Failure> {
    let now = session.settings.clock.started_at();
    let (certificate, check) = check_certificate(session).unwrap_or_else(|check| (None, check));
    let check = check.named("certificate");
    let port = app.map_or(Some(CALLBACK_PORT), |app| app.redirect_uri.loopback_port());
    let Some(port) = port else {
        let message = "not needed: the redirect URI is on another machine, so login takes a pasted address, or \
                       listens on --port";
        return Ok(vec![check, Check::ok(message).named("listener")]);
    };
    let certificate = certificate.map_or_else(|| Certificate::temporary(now), Ok)?;
    // It has time limits of its own.
    let self_test = async { Ok::<_, Failure>(run_self_test(port, certificate).await) };
    let result = session.runtime.run(self_test)?;
    Ok(vec![check, check_port(port, result).named("listener")])
}

/// Returns the certificate, if it is good, and its check.
fn check_certificate(session: &Session) -> Result<(Option<Certificate>, Check), Check> {
    let now = session.settings.clock.started_at();
    let dir = session.settings.paths.certificate()?;
    let (access, certificate) = inspect_within(LIMIT, &dir, |dir| {
        Ok::<_, PrivateFileError>((inspect_dir(dir)?, Certificate::inspect(dir)))
    })?;
    if access == Access::Open {
        return Err(Check::warning(
            "other users can read its folder; the next login makes it private",
            format!(
                "Make it private now:\n  {}",
                make_private(Platform::HERE, &dir)
            ),
        ));
    }
    let Some(certificate) = certificate? else {
        let message = "not there yet; the first login creates it";
        return Err(Check::ok(message));
    };
    let until = certificate.expires_at().map_or_else(String::new, |end| {
        format!(" until {} ({})", words::day(end), words::left(end, now))
    });
    if certificate.is_good(now) {
        // For comparing it with the one that a browser warns about.
        let fingerprint = &certificate.fingerprint;
        let check = Check::ok(format!("valid{until}, SHA-256 {fingerprint}"));
        return Ok((Some(certificate), check));
    }
    Err(Check::warning(
        format!("valid{until}: the next login creates a new one, and browsers warn again"),
        "Make browsers trust the new one after that: igconnect certificate --trust",
    ))
}

fn check_port(port: u16, result: Result<(), SelfTestError>) -> Check {
    let failed = |message: String, fix| Check::failed(Kind::State, message, fix);
    match result {
        Ok(()) => Check::ok(format!("port {port} is free and answers over TLS")),
        // A warning, because it may be a login that runs right now.
        Err(SelfTestError::Bind(BindError::Busy { holder, .. })) => Check::warning(
            format!("port {port} is taken{}", describe(holder)),
            "End the program that uses it (another igconnect login?), or register another port: igconnect help setup",
        ),
        Err(SelfTestError::Bind(error)) => Check::from(error),
        Err(SelfTestError::NoConnection) => failed(
            format!("port {port} is open, but accepts no connection from this machine"),
            "Allow connections to 127.0.0.1 in the firewall of this machine",
        ),
        Err(SelfTestError::NoTls) => failed(
            format!("TLS fails on port {port} with the certificate of igconnect"),
            "Check this machine's clock. Then move the certificate folder away; the next login creates a new one",
        ),
        Err(SelfTestError::WrongAnswer) => failed(
            format!("another program answered on port {port}"),
            "Look for a program that intercepts connections on this machine",
        ),
    }
}

/// Says which program it is, or that it is of another user, without naming that user.
fn describe(holder: Option<PortHolder>) -> String {
    match holder.map(|holder| holder.process) {
        None => String::new(),
        Some(Some((pid, name))) => format!(" by {name} (process {pid})"),
        Some(None) => " by a program of another user".to_owned(),
    }
}
