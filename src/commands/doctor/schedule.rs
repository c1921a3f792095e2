//! Who renews the tokens: a systemd user timer, a line of cron, a launchd agent, a Windows task.

use std::time::Duration;

use crate::answers::Check;
use crate::schedule;
use crate::session::{Session, schedule_files};

/// For folders, which may hang, and the one program that is asked.
const LIMIT: Duration = Duration::from_secs(8);

pub(super) fn check(session: &Session) -> Check {
    const NAME: &str = "schedule";
    let place = schedule_files::place(&session.settings);
    match super::within(LIMIT, move || schedule::traces(&place)).flatten() {
        Some(kind) => Check::ok(NAME, format!("{} runs igconnect refresh", kind.title())),
        None => Check::warning(
            NAME,
            "nothing here renews tokens by itself; after 60 days without it they are dead",
            "Let them be renewed once a day: igconnect schedule install",
        ),
    }
}
