//! The line of the card about the schedule. It reads two files and asks no scheduler.

use jiff::Timestamp;

use crate::output::words;
use crate::schedule::{LastRun, SavedSchedule, next_run};
use crate::session::Session;

/// Returns `None` if igconnect installed no schedule.
pub(super) fn line(session: &Session, now: Timestamp) -> Option<String> {
    let folder = session.settings.paths.data_dir().ok()?;
    let installed = SavedSchedule::read(&folder)?;
    let mut line = format!("by {}", installed.scheduler);
    if let Some(next) = next_run(installed.at, now, &crate::output::time_zone()) {
        line.push_str(&format!(", next {}", words::instant(next)));
    }
    if let Some(last) = LastRun::read(&folder) {
        line.push_str(&format!(", last {}", words::age(last.at, now)));
        if last.exit != 0 {
            line.push_str(&format!(" with code {}", last.exit));
        }
    }
    Some(line)
}
