//! The arguments of `doctor`, and the order of the checks: the order in which a login needs things.

use super::{app, browser, database, files, listener, network, privacy, schedule, settings, store};
use crate::answers::{Check, Checkup};
use crate::failure::Failure;
use crate::session::Session;

/// Find out what is wrong, and how to fix it
///
/// Checks settings, files, store, callback port, certificate, network, clock, app, accounts, schedule and browser,
/// without changing anything. The report contains no account, id or folder of yours, so you can paste it into an issue.
/// The exit code is that of the worst failed check; warnings are 0.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect doctor
  igconnect doctor --json | jq '.checks[] | select(.result != \"ok\")'
  igconnect --sandbox doctor      check without asking Instagram")]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, session: &Session) -> Result<Checkup, Failure> {
    let _spinner = session.console.waiting("Checking …");
    let configuration = files::check_configuration(session);
    let (config, configuration) = configuration.unwrap_or_else(|check| (None, check));
    let config = config.as_ref();
    let app = config.map(|config| session.apps.find_in(None, || Ok(config.app(None)?)));

    let mut checks = settings::check(session, config);
    checks.push(configuration.named("configuration"));
    checks.extend(files::check_folders(session));
    checks.extend(database::check(session));
    let (store, check) = store::check(session, config).unwrap_or_else(|check| (None, check));
    checks.push(check.named("store"));
    checks.push(app::check_setup(app.as_ref()).named("app"));
    // Checks that need an app are left out without one: the check above says why.
    let app = app.and_then(Result::ok).flatten();
    let app = app.as_ref();
    let secret = app.and_then(|app| app::check_secret(session, app, store.as_ref()));
    checks.extend(secret.map(|check| check.named("app-secret")));
    checks.extend(listener::check(session, app)?);
    checks.extend(network::check(session, app)?);
    checks.push(schedule::check(session).named("schedule"));
    checks.push(browser::check().named("browser"));

    // Last, because any message may contain a path, those of errors too.
    let folders = privacy::PrivateFolders::find();
    let hide = |check: Check| check.map_text(|text| folders.replace_in(&text));
    let afterword = "Nothing was changed. The report contains no id, name or folder of yours.";
    let checks = checks.into_iter().map(hide).collect();
    Ok(Checkup::new(checks, Some(afterword)))
}
