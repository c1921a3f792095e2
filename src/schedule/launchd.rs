//! An agent of launchd, in the user's own session.

mod plist;

use std::fs;
use std::path::PathBuf;

use super::program::{LOOK, Program};
use super::{Found, Place, Plan, Rendered, ScheduleError, Scheduler};
use crate::private_files::{
    PrivateFileError, PrivateFileProblem, read_unchanged, remove_private, write_private,
};

/// An agent of ours has a few lines.
const AGENT_MAX_BYTES: u64 = 64 * 1024;

/// launchd, through `launchctl`.
pub(super) struct Launchd {
    name: String,
    folder: Option<PathBuf>,
    launchctl: Program,
}

impl Launchd {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            name: place.name.clone(),
            folder: place.agents.clone(),
            launchctl: Program("launchctl"),
        }
    }

    fn file(&self) -> Result<PathBuf, ScheduleError> {
        let folder = self.folder.as_ref().ok_or(ScheduleError::NoHome)?;
        Ok(folder.join(format!("{}.plist", self.name)))
    }

    fn service(&self) -> String {
        format!("{}/{}", domain(), self.name)
    }

    fn is_loaded(&self) -> bool {
        let said = self.launchctl.ask(&["print", &self.service()], LOOK);
        said.is_ok_and(|said| said.status.success())
    }
}

/// The domain of the person who is logged in.
fn domain() -> String {
    #[cfg(unix)]
    let user = rustix::process::getuid().as_raw();
    #[cfg(not(unix))]
    let user = 0;
    format!("gui/{user}")
}

impl Scheduler for Launchd {
    fn answers(&self) -> bool {
        let said = self.launchctl.ask(&["print", &domain()], LOOK);
        said.is_ok_and(|said| said.status.success())
    }

    fn render(&self, plan: &Plan) -> Result<Vec<Rendered>, ScheduleError> {
        Ok(vec![Rendered {
            place: self.file()?.display().to_string(),
            content: plist::agent(&self.name, plan),
        }])
    }

    fn install(&self, plan: &Plan) -> Result<(), ScheduleError> {
        let file = self.file()?;
        if !self.answers() {
            return Err(ScheduleError::Absent("launchd's session"));
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|error| PrivateFileError {
                path: folder.to_owned(),
                problem: PrivateFileProblem::Io(error.kind()),
            })?;
        }
        // One that is loaded already is not replaced by loading it again.
        let _ = self
            .launchctl
            .ask(&["bootout", &self.service()], super::program::CHANGE);
        write_private(&file, plist::agent(&self.name, plan).as_bytes())?;
        let path = file.display().to_string();
        if let Err(error) = self.launchctl.tell(&["bootstrap", &domain(), &path]) {
            let _ = remove_private(&file);
            return Err(error);
        }
        match self.is_loaded() {
            true => Ok(()),
            false => Err(ScheduleError::Unproved(
                "launchd took the agent and does not know it",
            )),
        }
    }

    fn find(&self) -> Result<Option<Found>, ScheduleError> {
        let text = match read_unchanged(&self.file()?, AGENT_MAX_BYTES) {
            Err(error) if error.is_missing() => return Ok(None),
            read => String::from_utf8_lossy(&read?).into_owned(),
        };
        let problem = match self.is_loaded() {
            true => None,
            false => Some("launchd has not loaded the agent".to_owned()),
        };
        Ok(Some(Found {
            at: plist::time_in(&text),
            contents: vec![text],
            problem,
            next: None,
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        // Without a session there is nothing to end.
        let _ = self
            .launchctl
            .ask(&["bootout", &self.service()], super::program::CHANGE);
        Ok(remove_private(&self.file()?)?)
    }
}
