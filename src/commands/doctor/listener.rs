//! The certificate, and the callback port: bound, called over TLS as a browser would, closed again.

use std::time::Duration;

use super::within;
use crate::answers::Check;
use crate::callback::{BindError, Certificate, SelfTestError, run_self_test};
use crate::failure::{Failure, Kind};
use crate::output::words;
use crate::private_files::{Access, inspect_dir};
use crate::session::Session;
use crate::settings::{App, CALLBACK_PORT};

const NAME: &str = "listener";

const LIMIT: Duration = Duration::from_secs(4);

pub(super) fn checks(session: &Session, app: Option<&App>) -> Result<Vec<Check>, Failure> {
    let now = session.settings.clock.started_at();
    let (check, kept) = certificate(session);
    let port = app.map_or(Some(CALLBACK_PORT), |app| app.redirect_uri.loopback_port());
    let Some(port) = port else {
        let elsewhere = "not needed: the redirect URI leads to another place, and the answer is pasted, \
                         or comes to the port that --port names";
        return Ok(vec![check, Check::ok(NAME, elsewhere)]);
    };
    let certificate = match kept {
        Some(certificate) if certificate.is_good(now) => certificate,
        _ => Certificate::temporary(now)?,
    };
    // The self-test has deadlines of its own.
    let result = session
        .runtime
        .run(async { Ok::<_, Failure>(run_self_test(port, certificate).await) })?;
    Ok(vec![check, listener(port, result)])
}

fn certificate(session: &Session) -> (Check, Option<Certificate>) {
    const NAME: &str = "certificate";
    let now = session.settings.clock.started_at();
    let dir = match session.settings.paths.certificate() {
        Ok(dir) => dir,
        Err(error) => return (Check::of(NAME, error.into()), None),
    };
    let looked = dir.clone();
    let look = within(LIMIT, move || {
        (inspect_dir(&looked), Certificate::inspect(&looked))
    });
    let Some(look) = look else {
        let check = Check::failed(
            NAME,
            Kind::State,
            "its folder does not answer",
            "Check the disk, or choose another place with IGCONNECT_DATA_DIR",
        );
        return (check, None);
    };
    let found = match look {
        (Err(error), _) => return (Check::of(NAME, error.into()), None),
        (Ok(Access::Open), _) => {
            let check = Check::warning(
                NAME,
                "other users may look into its folder; the next login ends that",
                format!("Close it now:\n  chmod 700 {}", dir.display()),
            );
            return (check, None);
        }
        (_, Err(error)) => return (Check::of(NAME, error.into()), None),
        (_, Ok(found)) => found,
    };
    let Some(found) = found else {
        return (Check::ok(NAME, "none yet: the first login makes it"), None);
    };
    let ends = found.expires_at();
    let until = ends.map_or_else(String::new, |end| {
        format!(" until {} ({})", words::day(end), words::left(end, now))
    });
    let check = match found.is_good(now) {
        true => Check::ok(
            NAME,
            format!("valid{until}, SHA-256 {}", found.fingerprint()),
        ),
        false => Check::warning(
            NAME,
            format!("valid{until}: the next login makes a new one, and browsers warn again"),
            "Make browsers trust the new one: igconnect certificate",
        ),
    };
    (check, Some(found))
}

fn listener(port: u16, result: Result<(), SelfTestError>) -> Check {
    let busy = "End the program that holds it (another igconnect login?), or register another port: \
                igconnect help setup";
    match result {
        Ok(()) => Check::ok(
            NAME,
            format!("port {port} is free; a call to it came through TLS and was answered"),
        ),
        Err(SelfTestError::Bind(BindError::Busy { owner_uid, .. })) => Check::warning(
            NAME,
            format!("port {port} is taken{}", owner(owner_uid)),
            busy,
        ),
        Err(SelfTestError::Bind(error)) => Check::of(NAME, error.into()),
        Err(SelfTestError::NoConnection) => Check::failed(
            NAME,
            Kind::State,
            format!("port {port} is bound, and no connection to it comes through"),
            "Let this machine speak with itself on 127.0.0.1: look at its firewall",
        ),
        Err(SelfTestError::NoTls) => Check::failed(
            NAME,
            Kind::State,
            format!("TLS fails on port {port} with our own certificate"),
            "Check this machine's clock; then move the certificate folder away: a new one is made",
        ),
        Err(SelfTestError::WrongAnswer | SelfTestError::NoRandomness) => Check::failed(
            NAME,
            Kind::State,
            format!("what answered on port {port} was not igconnect"),
            "Look for a program that intercepts connections within this machine",
        ),
    }
}

/// Whose program it is, without saying who that is.
fn owner(uid: Option<u32>) -> &'static str {
    #[cfg(unix)]
    let me = Some(rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    let me = None;
    match uid {
        None => "",
        uid if uid == me => " by a program of yours",
        Some(_) => " by a program of another user",
    }
}
