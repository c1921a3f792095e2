//! Checks the connection to Instagram: DNS, TLS, the server's clock, proxies.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::time::timeout;
use url::Url;

use super::app;
use super::settings::is_set;
use crate::answers::Check;
use crate::failure::{Failure, Kind};
use crate::http::{self, HttpError};
use crate::instagram::Instagram;
use crate::output::words;
use crate::session::{Session, TRUST_VARIABLES};
use crate::settings::{App, SKEW_MAX, proxies};

/// Per host; all hosts are asked at once. A connection times out after five seconds.
const LIMIT: Duration = Duration::from_secs(12);

/// Variables that exclude hosts from the proxy. They are read in lower case too.
const EXCEPTIONS: [&str; 1] = ["NO_PROXY"];

struct HostResult {
    host: String,
    is_resolved: bool,
    /// The server's time, if it sent one.
    reply: Result<Option<Timestamp>, HttpError>,
}

impl HostResult {
    /// Any reply will do, even one that cannot be read to its end.
    fn is_reachable(&self) -> bool {
        matches!(self.reply, Ok(_) | Err(HttpError::Redirect))
    }
}

pub(super) fn check(session: &Session, app: Option<&App>) -> Result<Vec<Check>, Failure> {
    let instagram = match session.instagram.client() {
        Ok(instagram) => instagram,
        Err(failure) => {
            let trust = check_trust().map(|check| check.named("trust"));
            let failed = Check::from(failure).named("instagram");
            return Ok(trust.into_iter().chain([failed]).collect());
        }
    };
    session.runtime.run(async {
        let hosts = instagram.hosts()?.into_iter();
        let results = join_all(hosts.map(|url| ask(&instagram, url))).await;
        let mut checks = Vec::new();
        // A test server is on this machine, which needs neither DNS nor a proxy nor trust.
        if session.settings.world.is_real() {
            checks.push(check_dns(&results).named("dns"));
            checks.push(check_proxy().named("proxy"));
            checks.extend(check_trust().map(|check| check.named("trust")));
        }
        checks.push(check_replies(&results).named("instagram"));
        let server_time = results.iter().find_map(|host| host.reply.ok().flatten());
        let clock = check_clock(server_time, session.settings.clock.now());
        checks.push(clock.named("clock"));
        if let Some(app) = app
            && results.iter().all(HostResult::is_reachable)
        {
            let check = timeout(LIMIT, app::check_id(&instagram, app)).await;
            let check = check.unwrap_or_else(|_| HttpError::Timeout.into());
            checks.push(check.named("app-id"));
        }
        Ok::<_, Failure>(checks)
    })
}

async fn ask(instagram: &Instagram, url: Url) -> HostResult {
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or_default();
    // The resolver takes an IPv6 address without the brackets that a URL needs.
    let name = host.trim_matches(['[', ']']);
    let (resolved, reply) = tokio::join!(
        timeout(LIMIT, http::resolves(name, port)),
        timeout(LIMIT, instagram.reach(url))
    );
    HostResult {
        is_resolved: resolved.unwrap_or(false),
        reply: reply.unwrap_or(Err(HttpError::Timeout)),
        host,
    }
}

fn join_hosts<'a>(results: impl Iterator<Item = &'a HostResult>) -> String {
    let hosts: Vec<_> = results.map(|result| result.host.as_str()).collect();
    hosts.join(", ")
}

fn check_dns(results: &[HostResult]) -> Check {
    let missing = join_hosts(results.iter().filter(|result| !result.is_resolved));
    if missing.is_empty() {
        return Check::ok(format!("found: {}", join_hosts(results.iter())));
    }
    // A proxy resolves names itself, so this machine need not.
    if proxies().is_ok_and(|names| !names.is_empty()) {
        let message = format!("not found here, but the proxy may find them: {missing}");
        return Check::ok(message);
    }
    Check::failed(
        Kind::Trouble,
        format!("cannot find the address of {missing}"),
        "Check the network and the DNS server of this machine",
    )
}

fn check_replies(results: &[HostResult]) -> Check {
    let unreachable = |result: &&HostResult| !result.is_reachable();
    match results.iter().find(unreachable).map(|result| result.reply) {
        Some(Err(error)) => {
            let hosts = join_hosts(results.iter().filter(unreachable));
            Check::from(Failure::from(error).about(&hosts))
        }
        _ => Check::ok(format!("answered: {}", join_hosts(results.iter()))),
    }
}

fn check_clock(server: Option<Timestamp>, here: Timestamp) -> Check {
    let Some(server) = server else {
        return Check::warning(
            "not compared: no server sent its time",
            "Check the clock of this machine yourself",
        );
    };
    let ahead = here.duration_since(server);
    if ahead.abs() <= SKEW_MAX {
        return Check::ok("agrees with the server's clock");
    }
    Check::warning(
        format!("this machine's clock is {}", words::skew(ahead)),
        "Set the clock. A wrong clock gives wrong expiry times, and TLS may fail",
    )
}

/// Returns which of these variables are set, in upper or lower case. Their values may contain passwords.
fn list_set(names: &[&'static str]) -> Vec<String> {
    let forms = names
        .iter()
        .map(|name| [(*name).to_owned(), name.to_lowercase()]);
    forms.flatten().filter(|name| is_set(name)).collect()
}

fn check_proxy() -> Check {
    match proxies() {
        Err(error) => Check::from(Failure::from(error)),
        Ok(names) if names.is_empty() => Check::ok("none"),
        Ok(names) => {
            let names = [names, list_set(&EXCEPTIONS)].concat().join(", ");
            Check::ok(format!("in use, by {names}"))
        }
    }
}

fn check_trust() -> Option<Check> {
    let set = TRUST_VARIABLES.iter().copied().filter(|name| is_set(name));
    let names: Vec<_> = set.collect();
    (!names.is_empty()).then(|| {
        Check::warning(
            format!("trusted certificates are set by {}", names.join(", ")),
            "Unset these variables unless you set them yourself",
        )
    })
}
