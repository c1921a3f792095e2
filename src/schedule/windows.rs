//! A task of Windows' Task Scheduler, for the user who is logged in.

mod task;

use std::env::temp_dir;
use std::path::PathBuf;

use super::program::{LOOK, Program};
use super::{Found, Place, Plan, Rendered, ScheduleError, Scheduler};
use crate::private_files::{remove_private, write_private};

/// Task Scheduler, through `schtasks`.
pub(super) struct Windows {
    name: String,
    schtasks: Program,
}

impl Windows {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            name: place.name.clone(),
            schtasks: Program("schtasks"),
        }
    }

    /// `schtasks` reads a task from a file alone.
    fn draft(&self) -> PathBuf {
        temp_dir().join(format!("{}-{}.xml", self.name, std::process::id()))
    }
}

impl Scheduler for Windows {
    fn answers(&self) -> bool {
        let said = self.schtasks.ask(&["/query", "/?"], LOOK);
        said.is_ok_and(|said| said.status.success())
    }

    fn render(&self, plan: &Plan) -> Result<Vec<Rendered>, ScheduleError> {
        Ok(vec![Rendered {
            place: format!("Task Scheduler, {}", self.name),
            content: task::xml(plan)?,
        }])
    }

    fn install(&self, plan: &Plan) -> Result<(), ScheduleError> {
        let draft = self.draft();
        write_private(&draft, &task::utf16(&task::xml(plan)?))?;
        let path = draft.display().to_string();
        let told = self
            .schtasks
            .tell(&["/create", "/tn", &self.name, "/xml", &path, "/f"]);
        remove_private(&draft)?;
        told?;
        match self.find()? {
            Some(_) => Ok(()),
            None => Err(ScheduleError::Unproved(
                "Windows took the task and does not show it",
            )),
        }
    }

    fn find(&self) -> Result<Option<Found>, ScheduleError> {
        let question = ["/query", "/tn", &self.name, "/xml"];
        let said = match self.schtasks.ask(&question, LOOK) {
            Err(ScheduleError::Absent(_)) => return Ok(None),
            said => said?,
        };
        // Its words for "there is none" are in the language of the system; the exit code is all there is.
        Ok(said.status.success().then(|| Found {
            at: task::time_in(&said.text()),
            ..Found::default()
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        self.schtasks
            .tell(&["/delete", "/tn", &self.name, "/f"])
            .map(drop)
    }
}
