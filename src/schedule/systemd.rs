//! Installs a service and a timer of systemd's user manager.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};

use super::daily_run::DailyRun;
use super::error::{ScheduleError, confirm};
use super::scheduler::{InstalledSchedule, RenderedFile, ScheduleLocation, Scheduler};
use super::system_program::SystemProgram;
use super::systemd_units;
use super::user_files::{create_folder, read_text, user_id};
use crate::private_files::{remove_private, write_private};

const SYSTEMCTL: SystemProgram = SystemProgram("systemctl");
const ANALYZE: SystemProgram = SystemProgram("systemd-analyze");

pub(super) struct Systemd<'a>(pub(super) &'a ScheduleLocation);

impl Systemd<'_> {
    fn timer(&self) -> String {
        format!("{}.timer", self.0.name)
    }

    fn service(&self) -> String {
        format!("{}.service", self.0.name)
    }

    fn folder(&self) -> Result<&Path, ScheduleError> {
        let folder = self.0.systemd_units.as_deref();
        folder.ok_or(ScheduleError::NoHome)
    }

    /// Returns the paths of service and timer. The service comes first: verifying the timer looks for it.
    fn files(&self) -> Result<[PathBuf; 2], ScheduleError> {
        let folder = self.folder()?;
        Ok([folder.join(self.service()), folder.join(self.timer())])
    }

    /// Returns the link of an enabled timer.
    fn link(&self) -> Result<PathBuf, ScheduleError> {
        let wants = self.folder()?.join("timers.target.wants");
        Ok(wants.join(self.timer()))
    }

    fn write_units(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        create_folder(self.folder()?)?;
        for (file, text) in self.files()?.iter().zip(systemd_units::render(run)) {
            write_private(file, text.as_bytes())?;
        }
        Ok(())
    }

    fn verify_units(&self) -> Result<(), ScheduleError> {
        let files = self.files()?;
        let mut arguments = vec!["--user", "--man=no", "verify"];
        arguments.extend(files.iter().filter_map(|file| file.to_str()));
        match ANALYZE.change(&arguments) {
            // Some distributions package systemd-analyze separately.
            Err(ScheduleError::Unavailable(_)) => Ok(()),
            verified => verified,
        }
    }

    fn enable(&self) -> Result<(), ScheduleError> {
        systemctl(&["daemon-reload"])?;
        systemctl(&["enable", &self.timer()])?;
        // Not `enable --now`: a timer that runs already would keep its old time.
        systemctl(&["restart", &self.timer()])
    }

    /// Asks the manager for the next run and for what may prevent it.
    fn ask_manager(&self) -> (Option<Timestamp>, Option<&'static str>) {
        let properties = "--property=ActiveState,NextElapseUSecRealtime";
        let answer = SYSTEMCTL.query(&["--user", "show", properties, &self.timer()]);
        let Some(answer) = answer.ok().filter(|answer| answer.status.success()) else {
            return (None, Some("systemd's user manager does not answer here"));
        };
        let text = answer.text();
        let value = |name: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            pairs.find_map(|(key, value)| (key == name).then_some(value))
        };
        // The property UnitFileState is as old as the loaded unit, so `is-enabled` is asked.
        let problem = if !SYSTEMCTL.succeeds(&["--user", "is-enabled", &self.timer()]) {
            Some("the timer is not enabled")
        } else if value("ActiveState") != Some("active") {
            Some("the timer is not active")
        } else {
            None
        };
        let next = value("NextElapseUSecRealtime").and_then(parse_timestamp);
        (next, problem)
    }
}

fn systemctl(arguments: &[&str]) -> Result<(), ScheduleError> {
    SYSTEMCTL.change(&[&["--user"], arguments].concat())
}

impl Scheduler for Systemd<'_> {
    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError> {
        let rendered = self.files()?.into_iter().zip(systemd_units::render(run));
        let rendered = rendered.map(|(file, content)| {
            let place = file.display().to_string();
            RenderedFile { place, content }
        });
        Ok(rendered.collect())
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        if !is_available() {
            return Err(ScheduleError::Unavailable("systemd's user manager"));
        }
        self.write_units(run)?;
        if let Err(error) = self.verify_units().and_then(|()| self.enable()) {
            // The first error matters more than one while cleaning up.
            let _ = self.remove();
            return Err(error);
        }
        let works = |found: InstalledSchedule| found.problem.is_none() && found.next.is_some();
        let message = "systemd accepted the timer, but does not say when it runs next";
        confirm(self.find()?.is_some_and(works), message)
    }

    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError> {
        let [service, timer] = self.files()?;
        let timer = read_text(&timer)?;
        // Packages bring units of the same names. If one is enabled, only its link is in our folder.
        if timer.is_none() && fs::symlink_metadata(self.link()?).is_err() {
            return Ok(None);
        }
        let (next, problem) = self.ask_manager();
        let mut installed = InstalledSchedule {
            next,
            problem,
            ..InstalledSchedule::default()
        };
        if let Some(timer) = timer {
            installed.at = systemd_units::parse_time(&timer);
            installed.contents = vec![read_text(&service)?.unwrap_or_default(), timer];
        }
        Ok(Some(installed))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        let (timer, stamps) = (self.timer(), self.0.systemd_stamps.as_deref());
        // Without a manager these two fail, and the files below are all there is to remove.
        let _ = systemctl(&["disable", "--now", &timer]);
        // The manager's folder of stamps may not be ours.
        let _ = systemctl(&["clean", "--what=state", &timer]);
        let (folder, link) = (self.folder()?, self.link()?);
        remove_private(&link)?;
        for file in self.files()? {
            remove_private(&file)?;
        }
        let _ = systemctl(&["daemon-reload"]);
        let _ = systemctl(&["reset-failed", &self.service()]);
        // `clean` fails for a timer that could not be stopped in time, and without a manager.
        if let Some(stamps) = stamps {
            remove_private(&stamps.join(format!("stamp-{timer}")))?;
        }
        link.parent().map(remove_if_empty);
        for folder in [Some(folder), stamps].into_iter().flatten() {
            remove_if_empty(folder);
            folder.parent().map(remove_if_empty);
        }
        Ok(())
    }
}

fn remove_if_empty(folder: &Path) {
    // The system call refuses to remove a folder that is not empty.
    let _ = fs::remove_dir(folder);
}

/// Parses `Mon 2026-11-23 06:38:43 UTC`, as systemd prints a time if TZ is UTC.
fn parse_timestamp(value: &str) -> Option<Timestamp> {
    let (_, time) = value.strip_suffix(" UTC")?.split_once(' ')?;
    let time: DateTime = time.parse().ok()?;
    Some(TimeZone::UTC.to_zoned(time).ok()?.timestamp())
}

pub(super) fn is_available() -> bool {
    SYSTEMCTL.succeeds(&["--user", "show", "--property=Version"])
}

/// Whether the user manager also runs while the user is logged out; `None` if loginctl does not say.
pub(crate) fn is_linger_enabled() -> Option<bool> {
    let user = user_id().to_string();
    let arguments = ["show-user", &user, "--property=Linger", "--value"];
    let answer = SystemProgram("loginctl").query(&arguments).ok()?;
    match answer.text().trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
