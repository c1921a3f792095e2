//! Runs `igconnect refresh --all` once a day: with a systemd user timer, a crontab line, a launchd agent or a Windows
//! task.
//!
//! Invariants: only files and lines with our name are written and deleted; every change is read back; no shell is
//! started; no secret is in a unit, a crontab, an agent or a task.

mod any_schedule;
mod available;
mod cron;
mod crontab_block;
mod daily_run;
mod error;
mod launchd;
mod saved_state;
mod scheduler;
mod system_program;
mod systemd;
mod systemd_units;
mod user_files;
mod windows;

pub(crate) use any_schedule::find_any_schedule;
pub(crate) use available::{find_installed, open_scheduler, preferred_kind};
pub(crate) use daily_run::{DailyRun, next_run, usual_time};
pub(crate) use error::ScheduleError;
pub(crate) use saved_state::{LastRun, SavedSchedule, SavedState, delete_saved_state};
pub(crate) use scheduler::{InstalledSchedule, RenderedFile, ScheduleLocation, SchedulerKind};
pub(crate) use systemd::is_linger_enabled;
