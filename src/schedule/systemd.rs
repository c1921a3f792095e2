//! Installs a service and a timer of systemd's user manager.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};

use super::daily_run::DailyRun;
use super::error::ScheduleError;
use super::scheduler::{InstalledSchedule, RenderedFile, ScheduleLocation, Scheduler};
use super::system_program::SystemProgram;
use super::systemd_units;
use crate::private_files::{
    PrivateFileError, PrivateFileProblem, read_unchanged, remove_private, write_private,
};

const UNIT_MAX_BYTES: u64 = 64 * 1024;

const SYSTEMCTL: SystemProgram = SystemProgram("systemctl");
const ANALYZE: SystemProgram = SystemProgram("systemd-analyze");

pub(super) struct Systemd {
    timer: String,
    service: String,
    folder: Option<PathBuf>,
    stamps: Option<PathBuf>,
}

impl Systemd {
    pub(super) fn new(location: &ScheduleLocation) -> Self {
        Self {
            timer: format!("{}.timer", location.name),
            service: format!("{}.service", location.name),
            folder: location.systemd_units.clone(),
            stamps: location.systemd_stamps.clone(),
        }
    }

    fn folder(&self) -> Result<&Path, ScheduleError> {
        self.folder.as_deref().ok_or(ScheduleError::NoHome)
    }

    /// Returns the paths of service and timer. The service comes first: verifying the timer looks for it.
    fn files(&self) -> Result<[PathBuf; 2], ScheduleError> {
        let folder = self.folder()?;
        Ok([folder.join(&self.service), folder.join(&self.timer)])
    }

    fn write_units(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        let folder = self.folder()?;
        fs::create_dir_all(folder).map_err(|error| PrivateFileError {
            path: folder.to_owned(),
            problem: PrivateFileProblem::Io(error.kind()),
        })?;
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
        systemctl(&["enable", &self.timer])?;
        // Not `enable --now`: a timer that runs already would keep its old time.
        systemctl(&["restart", &self.timer])
    }

    /// Asks the manager for the next run and for what may prevent it.
    fn ask_manager(&self) -> (Option<Timestamp>, Option<String>) {
        let properties = "--property=ActiveState,NextElapseUSecRealtime";
        let answer = SYSTEMCTL.query(&["--user", "show", properties, &self.timer]);
        let Some(answer) = answer.ok().filter(|answer| answer.status.success()) else {
            let problem = "systemd's user manager does not answer here";
            return (None, Some(problem.to_owned()));
        };
        let text = answer.text();
        let value = |name: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            pairs.find_map(|(key, value)| (key == name).then_some(value))
        };
        // The property UnitFileState is as old as the loaded unit, so `is-enabled` is asked.
        let problem = if !SYSTEMCTL.succeeds(&["--user", "is-enabled", &self.timer]) {
            Some("the timer is not enabled".to_owned())
        } else if value("ActiveState") != Some("active") {
            Some("the timer is not active".to_owned())
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

impl Scheduler for Systemd {
    fn is_available(&self) -> bool {
        SYSTEMCTL.succeeds(&["--user", "show", "--property=Version"])
    }

    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError> {
        let files = self.files()?.into_iter();
        let rendered = files.zip(systemd_units::render(run));
        let rendered = rendered.map(|(file, content)| RenderedFile {
            place: file.display().to_string(),
            content,
        });
        Ok(rendered.collect())
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        if !self.is_available() {
            return Err(ScheduleError::Unavailable("systemd's user manager"));
        }
        self.write_units(run)?;
        if let Err(error) = self.verify_units().and_then(|()| self.enable()) {
            // The first error matters more than one while cleaning up.
            let _ = self.remove();
            return Err(error);
        }
        match self.find()? {
            Some(InstalledSchedule {
                problem: None,
                next: Some(_),
                ..
            }) => Ok(()),
            _ => Err(ScheduleError::NotConfirmed(
                "systemd accepted the timer, but does not say when it runs next",
            )),
        }
    }

    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError> {
        let [service, timer] = self.files()?;
        let Some(timer) = read_unit(&timer)? else {
            return Ok(None);
        };
        let service = read_unit(&service)?.unwrap_or_default();
        let (next, problem) = self.ask_manager();
        Ok(Some(InstalledSchedule {
            at: systemd_units::parse_time(&timer),
            next,
            contents: vec![service, timer],
            problem,
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        // Without a manager these two fail, and the files below are all there is to remove.
        let _ = systemctl(&["disable", "--now", &self.timer]);
        // The manager's folder of stamps may not be ours.
        let _ = systemctl(&["clean", "--what=state", &self.timer]);
        let wants = self.folder()?.join("timers.target.wants");
        remove_private(&wants.join(&self.timer))?;
        for file in self.files()? {
            remove_private(&file)?;
        }
        let _ = systemctl(&["daemon-reload"]);
        let _ = systemctl(&["reset-failed", &self.service]);
        // `clean` fails for a timer that could not be stopped in time, and without a manager.
        if let Some(stamps) = &self.stamps {
            remove_private(&stamps.join(format!("stamp-{}", self.timer)))?;
        }
        remove_if_empty(&wants);
        for folder in [&self.folder, &self.stamps].into_iter().flatten() {
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

fn read_unit(file: &Path) -> Result<Option<String>, ScheduleError> {
    match read_unchanged(file, UNIT_MAX_BYTES) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether the user manager also runs while the user is logged out; `None` if loginctl does not say.
pub(crate) fn is_linger_enabled() -> Option<bool> {
    #[cfg(unix)]
    let user = rustix::process::getuid().as_raw().to_string();
    #[cfg(not(unix))]
    let user = String::new();
    let arguments = ["show-user", &user, "--property=Linger", "--value"];
    let answer = SystemProgram("loginctl").query(&arguments).ok()?;
    match answer.text().trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
