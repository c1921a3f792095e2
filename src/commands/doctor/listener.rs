//! Checks the certificate and the callback port: binds the port, calls it over TLS as a browser would, and closes it.

use std::time::Duration;

use super::time_limit::{hanging, run_within};
use crate::answers::Check;
use crate::callback::{BindError, Certificate, SelfTestError, run_self_test};
use crate::failure::{Failure, Kind};
use crate::output::words;
use crate::private_files::{Access, inspect_dir};
use crate::session::Session;
use crate::settings::{App, CALLBACK_PORT};

const NAME: &str = "listener";

const LIMIT: Duration = Duration::from_secs(4);

pub(super) fn check(session: &Session, app: Option<&App>) -> Result<Vec<Check>, Failure> {
    let now = session.settings.clock.started_at();
    let (check, certificate) = check_certificate(session);
    let port = app.map_or(Some(CALLBACK_PORT), |app| app.redirect_uri.loopback_port());
    let Some(port) = port else {
        let message = "not needed: the redirect URI is on another machine, so login takes a pasted address, or \
                       listens on --port";
        return Ok(vec![check, Check::ok(NAME, message)]);
    };
    let certificate = match certificate {
        Some(certificate) if certificate.is_good(now) => certificate,
        _ => Certificate::temporary(now)?,
    };
    // It has time limits of its own.
    let self_test = async { Ok::<_, Failure>(run_self_test(port, certificate).await) };
    let result = session.runtime.run(self_test)?;
    Ok(vec![check, check_port(port, result)])
}

/// Returns the check and, if there is one, the certificate.
fn check_certificate(session: &Session) -> (Check, Option<Certificate>) {
    const NAME: &str = "certificate";
    let now = session.settings.clock.started_at();
    let dir = match session.settings.paths.certificate() {
        Ok(dir) => dir,
        Err(error) => return (Check::from_failure(NAME, error), None),
    };
    let dir_to_check = dir.clone();
    let result = run_within(LIMIT, move || {
        (
            inspect_dir(&dir_to_check),
            Certificate::inspect(&dir_to_check),
        )
    });
    let certificate = match result {
        None => return (hanging(NAME, &dir), None),
        Some((Err(error), _)) => return (Check::from_failure(NAME, error), None),
        Some((Ok(Access::Open), _)) => {
            let check = Check::warning(
                NAME,
                "other users can read its folder; the next login makes it private",
                format!("Make it private now:\n  chmod 700 {}", dir.display()),
            );
            return (check, None);
        }
        Some((_, Err(error))) => return (Check::from_failure(NAME, error), None),
        Some((_, Ok(None))) => {
            let message = "not there yet; the first login creates it";
            return (Check::ok(NAME, message), None);
        }
        Some((_, Ok(Some(certificate)))) => certificate,
    };
    let until = certificate.expires_at().map_or_else(String::new, |end| {
        format!(" until {} ({})", words::day(end), words::left(end, now))
    });
    let check = if certificate.is_good(now) {
        let fingerprint = &certificate.fingerprint;
        Check::ok(NAME, format!("valid{until}, SHA-256 {fingerprint}"))
    } else {
        Check::warning(
            NAME,
            format!("valid{until}: the next login creates a new one, and browsers warn again"),
            "Make browsers trust the new one: igconnect certificate",
        )
    };
    (check, Some(certificate))
}

fn check_port(port: u16, result: Result<(), SelfTestError>) -> Check {
    match result {
        Ok(()) => Check::ok(NAME, format!("port {port} is free and answers over TLS")),
        Err(SelfTestError::Bind(BindError::Busy { owner_uid, .. })) => Check::warning(
            NAME,
            format!("port {port} is taken{}", describe_owner(owner_uid)),
            "End the program that uses it (another igconnect login?), or register another port: igconnect help setup",
        ),
        Err(SelfTestError::Bind(error)) => Check::from_failure(NAME, error),
        Err(SelfTestError::NoConnection) => Check::failed(
            NAME,
            Kind::State,
            format!("port {port} is open, but accepts no connection from this machine"),
            "Allow connections to 127.0.0.1 in the firewall of this machine",
        ),
        Err(SelfTestError::NoTls) => Check::failed(
            NAME,
            Kind::State,
            format!("TLS fails on port {port} with the certificate of igconnect"),
            "Check this machine's clock. Then move the certificate folder away; the next login creates a new one",
        ),
        Err(SelfTestError::WrongAnswer | SelfTestError::NoRandomness) => Check::failed(
            NAME,
            Kind::State,
            format!("another program answered on port {port}"),
            "Look for a program that intercepts connections on this machine",
        ),
    }
}

/// Says whose program it is without naming a user.
fn describe_owner(uid: Option<u32>) -> &'static str {
    #[cfg(unix)]
    let me = Some(rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    let me = None;
    match uid {
        None => "",
        uid if uid == me => " by one of your programs",
        Some(_) => " by a program of another user",
    }
}
