//! Installs a line in the user's crontab, between two comments with our name. Every other byte of the table stays.

use super::crontab_block;
use super::daily_run::DailyRun;
use super::error::{ScheduleError, confirm};
use super::scheduler::{InstalledSchedule, RenderedFile, Scheduler};
use super::system_program::SystemProgram;

const CRONTAB: SystemProgram = SystemProgram("crontab");

/// The lines of this name in the user's crontab.
pub(super) struct Cron<'a>(pub(super) &'a str);

/// Reads the table, which is empty if the user has none. An unreadable table is an error: we would overwrite it.
fn read_table() -> Result<Vec<u8>, ScheduleError> {
    // The words of Debian, cronie, Dillon's cron and BSD; BusyBox names the missing file.
    const NO_TABLE: [&str; 2] = ["no crontab", "No such file"];
    let output = CRONTAB.query(&["-l"])?;
    if output.status.success() {
        Ok(output.stdout.to_vec())
    } else if NO_TABLE.iter().any(|words| output.stderr.contains(words)) {
        Ok(Vec::new())
    } else {
        Err(CRONTAB.failed(&["-l"], &output))
    }
}

fn write_table(table: &[u8]) -> Result<(), ScheduleError> {
    if table.is_empty() {
        // An empty table would stay behind, and most users had none before.
        return CRONTAB.change(&["-r"]);
    }
    CRONTAB.change_with_input(&["-"], table)
}

impl Scheduler for Cron<'_> {
    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError> {
        Ok(vec![RenderedFile {
            place: "crontab".to_owned(),
            content: crontab_block::render(self.0, run)?,
        }])
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        let block = crontab_block::render(self.0, run)?;
        let before = read_table()?;
        let wanted = crontab_block::replace(&before, self.0, &block)?;
        if wanted == before {
            return Ok(());
        }
        write_table(&wanted)?;
        let message = "cron accepted the crontab, but shows a different one";
        confirm(read_table()? == wanted, message)
    }

    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError> {
        let table = match read_table() {
            Err(ScheduleError::Unavailable(_)) => return Ok(None),
            table => table?,
        };
        let Some(range) = crontab_block::find(&table, self.0)? else {
            return Ok(None);
        };
        let block = String::from_utf8_lossy(table.get(range).unwrap_or_default()).into_owned();
        Ok(Some(InstalledSchedule {
            at: crontab_block::parse_time(&block),
            contents: vec![block],
            ..InstalledSchedule::default()
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        let before = read_table()?;
        let wanted = crontab_block::replace(&before, self.0, "")?;
        if wanted == before {
            return Ok(());
        }
        write_table(&wanted)
    }
}
