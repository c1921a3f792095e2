//! The arguments of `doctor`, and the order of the checks: the order in which a login needs things.

use super::{app, browser, database, files, listener, network, privacy, schedule, settings, store};
use crate::answers::Checkup;
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
    let configuration = files::check_configuration(session);
    let config = configuration.file.as_ref();
    let (database, accounts) = database::check(session);
    let app = config.map(|config| config.find_app(session));
    let store = store::check(session, config);

    let mut checks = settings::check(session, config);
    checks.push(configuration.check);
    checks.extend(files::check_folders(session));
    checks.push(database);
    checks.extend(accounts);
    checks.push(store.check);
    checks.push(app::check_setup(app.as_ref()));
    let app = app.and_then(Result::ok).flatten();
    checks.extend(app::check_secret(
        session,
        app.as_ref(),
        store.store.as_ref(),
    ));
    checks.extend(listener::check(session, app.as_ref())?);
    checks.extend(network::check(session, app.as_ref())?);
    checks.push(schedule::check(session));
    checks.push(browser::check());

    let private_folders = privacy::PrivateFolders::new();
    let checks = checks.into_iter();
    let checks = checks.map(|check| check.map_text(|text| private_folders.replace_in(&text)));
    let afterword = "Nothing was changed. The report contains no id, name or folder of yours.";
    Ok(Checkup {
        checks: checks.collect(),
        afterword: Some(afterword),
    })
}
