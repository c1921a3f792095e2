//! The way to Instagram: names, connections, TLS, the clock on the other side, proxies.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;
use url::Url;

use super::app;
use crate::answers::Check;
use crate::failure::{Failure, Kind};
use crate::http::{self, HttpError};
use crate::instagram::{Instagram, InstagramError};
use crate::output::words;
use crate::session::Session;
use crate::settings::{App, SKEW_MAX, environment};

/// For one host, all hosts being asked at once. A dead one is known after the five seconds of a connection.
const LIMIT: Duration = Duration::from_secs(12);

/// What leads an https address through a proxy, and what keeps one from it; each also in small letters.
const PROXIES: [&str; 2] = ["HTTPS_PROXY", "ALL_PROXY"];
const EXCEPTIONS: [&str; 1] = ["NO_PROXY"];

/// What else decides whom TLS trusts.
const TRUST: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// What asking a host brought.
struct Asked {
    host: String,
    resolved: bool,
    reached: Result<Option<Timestamp>, HttpError>,
}

pub(super) fn checks(session: &Session, app: Option<&App>) -> Result<Vec<Check>, Failure> {
    let instagram = match session.instagram.client() {
        Ok(instagram) => instagram,
        Err(failure) => return Ok(vec![Check::of("instagram", failure)]),
    };
    session.runtime.run(async {
        let asked = ask(&instagram).await?;
        let real = session.settings.world.is_real();
        let proxied = !set(&PROXIES).is_empty();
        let mut checks = Vec::new();
        if real {
            checks.push(names(&asked, proxied));
            checks.extend(surroundings());
        }
        checks.push(reach(&asked));
        let date = asked.iter().find_map(|one| one.reached.ok().flatten());
        checks.push(clock(date, session.settings.clock.now()));
        let reachable = asked.iter().all(|one| is_there(&one.reached));
        if let Some(app) = app.filter(|_| reachable) {
            let id = timeout(LIMIT, app::id(&instagram, app)).await;
            checks.push(id.unwrap_or_else(|_| Check::of("app-id", HttpError::Timeout.into())));
        }
        Ok::<_, Failure>(checks)
    })
}

async fn ask(instagram: &Instagram) -> Result<Vec<Asked>, InstagramError> {
    let mut asking = Vec::new();
    let mut places = instagram.hosts()?.into_iter();
    // Three at most, all at once.
    let (first, second, third) = (places.next(), places.next(), places.next());
    let (first, second, third) = tokio::join!(
        one(instagram, first),
        one(instagram, second),
        one(instagram, third)
    );
    asking.extend([first, second, third].into_iter().flatten());
    Ok(asking)
}

async fn one(instagram: &Instagram, place: Option<Url>) -> Option<Asked> {
    let place = place?;
    let host = place.host_str().unwrap_or_default().to_owned();
    let port = place.port_or_known_default().unwrap_or_default();
    let bare = host.trim_matches(['[', ']']);
    let (resolved, reached) = tokio::join!(
        timeout(LIMIT, http::resolves(bare, port)),
        timeout(LIMIT, instagram.reach(place.clone()))
    );
    Some(Asked {
        resolved: resolved.unwrap_or(false),
        reached: reached.unwrap_or(Err(HttpError::Timeout)),
        host,
    })
}

/// A reply that could not be read to its end is still one from there.
fn is_there(reached: &Result<Option<Timestamp>, HttpError>) -> bool {
    matches!(reached, Ok(_) | Err(HttpError::Redirect))
}

fn hosts<'a>(asked: impl Iterator<Item = &'a Asked>) -> String {
    let hosts: Vec<_> = asked.map(|one| one.host.as_str()).collect();
    hosts.join(", ")
}

fn names(asked: &[Asked], proxied: bool) -> Check {
    const NAME: &str = "dns";
    let missing = hosts(asked.iter().filter(|one| !one.resolved));
    match (missing.is_empty(), proxied) {
        (true, _) => Check::ok(NAME, format!("found: {}", hosts(asked.iter()))),
        (false, true) => Check::ok(
            NAME,
            format!("not found here, which the proxy may do instead: {missing}"),
        ),
        (false, false) => Check::failed(
            NAME,
            Kind::Trouble,
            format!("no address is found for {missing}"),
            "Check the network and the name server of this machine",
        ),
    }
}

fn reach(asked: &[Asked]) -> Check {
    const NAME: &str = "instagram";
    let failed = |one: &&Asked| !is_there(&one.reached);
    let missing = hosts(asked.iter().filter(failed));
    match asked.iter().find(failed).map(|one| one.reached) {
        Some(Err(error)) => {
            let failure = Failure::from(error);
            let said = format!("{missing}: {}", failure.message);
            Check::of(
                NAME,
                Failure {
                    message: said,
                    ..failure
                },
            )
        }
        _ => Check::ok(NAME, format!("answered: {}", hosts(asked.iter()))),
    }
}

fn clock(server: Option<Timestamp>, here: Timestamp) -> Check {
    const NAME: &str = "clock";
    let Some(server) = server else {
        return Check::warning(
            NAME,
            "not compared: no server told its time",
            "Look at the clock of this machine yourself",
        );
    };
    let ahead = here.duration_since(server);
    if ahead.abs() <= SKEW_MAX {
        return Check::ok(NAME, "agrees with the server's");
    }
    Check::warning(
        NAME,
        format!("this machine's clock is {}", words::skew(ahead)),
        "Set the clock: tokens look older or younger than they are, and certificates may be refused",
    )
}

/// Which of these variables are set. Their values may hold credentials.
fn set(names: &[&'static str]) -> Vec<String> {
    let forms = names
        .iter()
        .flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    forms
        .filter(|name| environment::raw(name).is_some())
        .collect()
}

fn surroundings() -> Vec<Check> {
    let proxies = set(&PROXIES);
    let trust = TRUST
        .into_iter()
        .filter(|name| environment::raw(name).is_some());
    let trust: Vec<_> = trust.collect();
    let proxy = match proxies.is_empty() {
        true => "none is set".to_owned(),
        false => format!(
            "in use, by {}",
            [proxies, set(&EXCEPTIONS)].concat().join(", ")
        ),
    };
    let mut checks = vec![Check::ok("proxy", proxy)];
    if !trust.is_empty() {
        checks.push(Check::warning(
            "trust",
            format!(
                "which certificates are trusted is decided by {}",
                trust.join(", ")
            ),
            "Unset these, unless you have set them yourself",
        ));
    }
    checks
}
