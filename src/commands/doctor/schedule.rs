//! Checks whether tokens are refreshed automatically.

use std::time::Duration;

use super::time_limit::run_within;
use crate::answers::Check;
use crate::schedule::find_any_schedule;
use crate::session::{Session, daily_refresh};

/// Reads folders, which may hang, and runs one program.
const LIMIT: Duration = Duration::from_secs(8);

pub(super) fn check(session: &Session) -> Check {
    let location = daily_refresh::location(&session.settings);
    let found = run_within(LIMIT, move || find_any_schedule(&location)).flatten();
    match found {
        Some(kind) => Check::ok(format!("{} runs igconnect refresh", kind.description())),
        None => Check::warning(
            "tokens are not refreshed automatically; without a refresh they expire after 60 days",
            "Refresh them every day: igconnect schedule install",
        ),
    }
}
