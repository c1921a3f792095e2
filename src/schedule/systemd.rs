//! A service and a timer of systemd's user manager.

mod linger;
mod unit;

pub(crate) use linger::lingers;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};

use super::program::{LOOK, Program};
use super::{Found, Place, Plan, Rendered, ScheduleError, Scheduler};
use crate::private_files::{
    PrivateFileError, PrivateFileProblem, read_unchanged, remove_private, write_private,
};

/// A unit of ours has a few lines.
const UNIT_MAX_BYTES: u64 = 64 * 1024;

/// systemd's user manager.
pub(super) struct Systemd {
    name: String,
    folder: Option<PathBuf>,
    stamps: Option<PathBuf>,
    systemctl: Program,
    analyze: Program,
}

impl Systemd {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            name: place.name.clone(),
            folder: place.units.clone(),
            stamps: place.stamps.clone(),
            systemctl: Program("systemctl"),
            analyze: Program("systemd-analyze"),
        }
    }

    fn folder(&self) -> Result<&Path, ScheduleError> {
        self.folder.as_deref().ok_or(ScheduleError::NoHome)
    }

    fn timer(&self) -> String {
        format!("{}.timer", self.name)
    }

    fn service(&self) -> String {
        format!("{}.service", self.name)
    }

    fn file(&self, unit: &str) -> Result<PathBuf, ScheduleError> {
        Ok(self.folder()?.join(unit))
    }

    /// The service first: verifying the timer looks for it.
    fn files(&self) -> Result<[PathBuf; 2], ScheduleError> {
        Ok([self.file(&self.service())?, self.file(&self.timer())?])
    }

    fn write(&self, plan: &Plan) -> Result<(), ScheduleError> {
        let folder = self.folder()?;
        fs::create_dir_all(folder).map_err(|error| PrivateFileError {
            path: folder.to_owned(),
            problem: PrivateFileProblem::Io(error.kind()),
        })?;
        for (file, text) in self.files()?.iter().zip(unit::all(plan)) {
            write_private(file, text.as_bytes())?;
        }
        Ok(())
    }

    /// systemd itself reads the units. A machine without its analyst goes without.
    fn verify(&self) -> Result<(), ScheduleError> {
        let files = self.files()?;
        let mut arguments = vec!["--user", "--man=no", "verify"];
        arguments.extend(files.iter().filter_map(|file| file.to_str()));
        match self.analyze.tell(&arguments) {
            Err(ScheduleError::Absent(_)) => Ok(()),
            verified => verified.map(drop),
        }
    }

    fn user(&self, arguments: &[&str]) -> Result<(), ScheduleError> {
        self.systemctl
            .tell(&[&["--user"], arguments].concat())
            .map(drop)
    }

    /// The properties of a unit that have a value, as the manager tells them.
    fn properties(&self, unit: &str, names: &str) -> Option<Vec<(String, String)>> {
        let names = format!("--property={names}");
        let question = ["--user", "show", &names, unit];
        let said = self.systemctl.ask(&question, LOOK).ok()?;
        let text = said.status.success().then(|| said.text())?;
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let owned = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(owned.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Its property of that name is what it was when the unit was loaded.
    fn is_enabled(&self) -> bool {
        let question = ["--user", "is-enabled", &self.timer()];
        let said = self.systemctl.ask(&question, LOOK);
        said.is_ok_and(|said| said.status.success())
    }

    fn enable(&self) -> Result<(), ScheduleError> {
        self.user(&["daemon-reload"])?;
        self.user(&["enable", &self.timer()])?;
        // Not `enable --now`: one that runs already would keep its old time.
        self.user(&["restart", &self.timer()])
    }
}

impl Scheduler for Systemd {
    fn answers(&self) -> bool {
        let said = self
            .systemctl
            .ask(&["--user", "show", "--property=Version"], LOOK);
        said.is_ok_and(|said| said.status.success())
    }

    fn render(&self, plan: &Plan) -> Result<Vec<Rendered>, ScheduleError> {
        let files = self.files()?.into_iter();
        let rendered = files.zip(unit::all(plan)).map(|(file, content)| Rendered {
            place: file.display().to_string(),
            content,
        });
        Ok(rendered.collect())
    }

    fn install(&self, plan: &Plan) -> Result<(), ScheduleError> {
        if !self.answers() {
            return Err(ScheduleError::Absent("systemd's user manager"));
        }
        self.write(plan)?;
        if let Err(error) = self.verify().and_then(|()| self.enable()) {
            // Half a schedule is none; that it could not be cleared away either changes nothing about the failure.
            let _ = self.remove();
            return Err(error);
        }
        match self.find()? {
            Some(Found {
                problem: None,
                next: Some(_),
                ..
            }) => Ok(()),
            _ => Err(ScheduleError::Unproved(
                "systemd took the timer, and does not say when it runs next",
            )),
        }
    }

    fn find(&self) -> Result<Option<Found>, ScheduleError> {
        let Some(timer) = read(&self.file(&self.timer())?)? else {
            return Ok(None);
        };
        let service = read(&self.file(&self.service())?)?.unwrap_or_default();
        let at = unit::time_in(&timer);
        let contents = vec![service, timer];
        let names = "ActiveState,NextElapseUSecRealtime";
        let Some(timer) = self.properties(&self.timer(), names) else {
            return Ok(Some(Found {
                at,
                contents,
                problem: Some("systemd's user manager does not answer here".to_owned()),
                ..Found::default()
            }));
        };
        let is = |name: &str, wanted: &str| timer.iter().any(|(n, v)| n == name && v == wanted);
        let next = timer
            .iter()
            .find(|(name, _)| name == "NextElapseUSecRealtime");
        let problem = if !self.is_enabled() {
            Some("the timer is not enabled".to_owned())
        } else if !is("ActiveState", "active") {
            Some("the timer is not active".to_owned())
        } else {
            None
        };
        Ok(Some(Found {
            at,
            next: next.and_then(|(_, value)| instant(value)),
            contents,
            problem,
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        let (timer, service) = (self.timer(), self.service());
        // Without a manager there is nothing to stop; its link is a file like the others.
        let _ = self.user(&["disable", "--now", &timer]);
        // Its folder of stamps may be another than ours.
        let _ = self.user(&["clean", "--what=state", &timer]);
        let wanted = self.folder()?.join("timers.target.wants");
        remove_private(&wanted.join(&timer))?;
        for file in self.files()? {
            remove_private(&file)?;
        }
        let _ = self.user(&["daemon-reload"]);
        let _ = self.user(&["reset-failed", &service]);
        // A timer is stamped when it starts and when it runs, never after its end. The manager would not clean one that
        // it could not stop in time, nor can one that is not there.
        if let Some(stamps) = &self.stamps {
            remove_private(&stamps.join(format!("stamp-{timer}")))?;
        }
        let folders = [self.folder.as_deref(), self.stamps.as_deref()];
        remove_empty(&wanted);
        for folder in folders.into_iter().flatten() {
            remove_empty(folder);
            folder.parent().map(remove_empty);
        }
        Ok(())
    }
}

/// Only where nothing else is in it.
fn remove_empty(folder: &Path) {
    let _ = fs::remove_dir(folder);
}

/// `Mon 2026-11-23 06:38:43 UTC`, as systemd writes a time where TZ is UTC.
fn instant(value: &str) -> Option<Timestamp> {
    let (_, time) = value.strip_suffix(" UTC")?.split_once(' ')?;
    let time: DateTime = time.parse().ok()?;
    Some(TimeZone::UTC.to_zoned(time).ok()?.timestamp())
}

fn read(file: &Path) -> Result<Option<String>, ScheduleError> {
    match read_unchanged(file, UNIT_MAX_BYTES) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
