//! A line in the user's own crontab, between two lines that say whose it is. Every other byte of the table stays.

mod table;

use super::program::{LOOK, Program};
use super::{Found, Place, Plan, Rendered, ScheduleError, Scheduler};

/// The user's crontab, through its own program.
pub(super) struct Cron {
    name: String,
    crontab: Program,
}

impl Cron {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            name: place.name.clone(),
            crontab: Program("crontab"),
        }
    }

    /// The table; empty where the user has none. A table that cannot be read is a failure: it would be overwritten.
    fn read(&self) -> Result<Vec<u8>, ScheduleError> {
        let arguments = ["-l"];
        let said = self.crontab.ask(&arguments, LOOK)?;
        match said.status.success() {
            true => Ok(said.stdout.to_vec()),
            // Of Debian, cronie, Dillon's and BSD's; BusyBox names the file.
            false
                if ["no crontab", "No such file"]
                    .iter()
                    .any(|w| said.stderr.contains(w)) =>
            {
                Ok(Vec::new())
            }
            false => Err(self.crontab.refused(&arguments, &said)),
        }
    }

    fn write(&self, table: Vec<u8>) -> Result<(), ScheduleError> {
        if table.is_empty() {
            return self.crontab.tell(&["-r"]).map(drop);
        }
        self.crontab.tell_with(&["-"], &table).map(drop)
    }
}

impl Scheduler for Cron {
    fn answers(&self) -> bool {
        self.read().is_ok()
    }

    fn render(&self, plan: &Plan) -> Result<Vec<Rendered>, ScheduleError> {
        Ok(vec![Rendered {
            place: "crontab".to_owned(),
            content: table::block(&self.name, plan)?,
        }])
    }

    fn install(&self, plan: &Plan) -> Result<(), ScheduleError> {
        let block = table::block(&self.name, plan)?;
        let before = self.read()?;
        let wanted = table::with(&before, &self.name, &block)?;
        if wanted == before {
            return Ok(());
        }
        self.write(wanted.clone())?;
        match self.read()? == wanted {
            true => Ok(()),
            false => Err(ScheduleError::Unproved(
                "cron took the table and shows another one",
            )),
        }
    }

    fn find(&self) -> Result<Option<Found>, ScheduleError> {
        let table = match self.read() {
            Err(ScheduleError::Absent(_)) => return Ok(None),
            table => table?,
        };
        let Some(block) = table::ours(&table, &self.name)? else {
            return Ok(None);
        };
        let block = String::from_utf8_lossy(block.bytes(&table)).into_owned();
        Ok(Some(Found {
            at: table::time_in(&block),
            contents: vec![block],
            ..Found::default()
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        let before = self.read()?;
        let wanted = table::without(&before, &self.name)?;
        if wanted == before {
            return Ok(());
        }
        self.write(wanted)
    }
}
