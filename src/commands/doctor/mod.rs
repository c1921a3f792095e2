//! `doctor`: everything between this terminal and a working token, looked at in the order in which a login needs it.
//!
//! Invariant: nothing is changed but a dummy in the secret store, written and deleted; every look is bounded in time,
//! and all of them together by a minute; no id, name, alias or path of the person is in the report.
//!
//! - `choices` which setting won, `files` folders and locks, `database` the accounts, `store` the secrets
//! - `listener` certificate and callback port, `network` the way to Instagram, `app` what Instagram says of the app
//! - `schedule` who renews, `browser` what would be opened; `privacy` takes the person's own words out

mod app;
mod browser;
mod choices;
mod database;
mod files;
mod listener;
mod network;
mod privacy;
mod schedule;
mod store;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::answers::Checkup;
use crate::failure::Failure;
use crate::session::Session;

/// Check everything between this terminal and a working token; change nothing
///
/// Looks at settings, files, secret store, callback port, certificate, network, clock, Meta app, accounts, schedule and
/// browser, and says for each whether it is ok and what to do. The report names no account, no id and no folder of
/// yours, so it can be pasted into an issue. The exit code is that of the worst check that failed; warnings are 0.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect doctor
  igconnect doctor --json | jq '.checks[] | select(.result != \"ok\")'
  igconnect --sandbox doctor      the same without touching Instagram")]
pub(crate) struct Args {}

/// Looks at everything.
pub(crate) fn run(_args: &Args, session: &Session) -> Result<Checkup, Failure> {
    let config = files::configuration(session);
    let (cache, accounts) = database::checks(session);
    let app = config.found.as_ref().map(|found| found.app(session));
    let store = store::store(session, config.found.as_ref());

    let mut checks = choices::checks(session, config.found.as_ref());
    checks.push(config.check);
    checks.extend(files::folders(session));
    checks.push(cache);
    checks.extend(accounts);
    checks.push(store.check);
    checks.push(app::setup(app.as_ref()));
    let app = app.and_then(Result::ok).flatten();
    checks.extend(app::secret(session, app.as_ref(), store.store.as_ref()));
    checks.extend(listener::checks(session, app.as_ref())?);
    checks.extend(network::checks(session, app.as_ref())?);
    checks.push(schedule::check(session));
    checks.push(browser::check());

    let privacy = privacy::Privacy::new();
    let checks = checks
        .into_iter()
        .map(|check| check.retold(|text| privacy.retell(&text)));
    Ok(Checkup::new(
        checks.collect(),
        Some("Nothing was changed. The report holds no id, name or folder of yours."),
    ))
}

/// What `look` finds within `limit`. A file system that hangs hangs a thread that nobody waits for.
fn within<T: Send + 'static>(
    limit: Duration,
    look: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (found, answer) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || drop(found.send(look())));
    started.ok().and_then(|_| answer.recv_timeout(limit).ok())
}
