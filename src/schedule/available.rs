//! The schedulers of this machine.

use super::cron::Cron;
use super::error::ScheduleError;
use super::launchd::Launchd;
use super::scheduler::{InstalledSchedule, ScheduleLocation, Scheduler, SchedulerKind};
use super::systemd::{self, Systemd};
use super::windows::Windows;

pub(crate) fn open_scheduler(
    kind: SchedulerKind,
    location: &ScheduleLocation,
) -> Box<dyn Scheduler + '_> {
    match kind {
        SchedulerKind::Systemd => Box::new(Systemd(location)),
        SchedulerKind::Cron => Box::new(Cron(&location.name)),
        SchedulerKind::Launchd => Box::new(Launchd(location)),
        SchedulerKind::Windows => Box::new(Windows(&location.name)),
    }
}

/// Returns the platform's own scheduler; on Linux systemd if its user manager answers, else cron.
pub(crate) fn preferred_kind() -> SchedulerKind {
    if cfg!(target_os = "windows") {
        SchedulerKind::Windows
    } else if cfg!(target_os = "macos") {
        SchedulerKind::Launchd
    } else if systemd::is_available() {
        SchedulerKind::Systemd
    } else {
        SchedulerKind::Cron
    }
}

/// Finds our schedule in every scheduler. Fails only if nothing is found and a scheduler could not be asked.
pub(crate) fn find_installed(
    location: &ScheduleLocation,
) -> Result<Vec<(SchedulerKind, InstalledSchedule)>, ScheduleError> {
    let mut installed = Vec::new();
    let mut failure = None;
    for kind in SchedulerKind::ALL {
        match open_scheduler(kind, location).find() {
            Ok(found) => installed.extend(found.map(|found| (kind, found))),
            // Most machines have one scheduler of the four.
            Err(ScheduleError::Unavailable(_) | ScheduleError::NoHome) => {}
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if installed.is_empty() => Err(error),
        _ => Ok(installed),
    }
}
