//! Installs a task in Windows' Task Scheduler, for the logged-in user.

use std::env::temp_dir;

use jiff::civil::Time;

use super::daily_run::DailyRun;
use super::error::{ScheduleError, confirm};
use super::scheduler::{InstalledSchedule, RenderedFile, Scheduler, escape_xml};
use super::system_program::SystemProgram;
use crate::private_files::{remove_private, write_private};

const SCHTASKS: SystemProgram = SystemProgram("schtasks");

/// The task of this name.
pub(super) struct Windows<'a>(pub(super) &'a str);

impl Scheduler for Windows<'_> {
    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError> {
        Ok(vec![RenderedFile {
            place: format!("Task Scheduler, {}", self.0),
            content: render_task(run)?,
        }])
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        // schtasks reads a task only from a file.
        let draft = temp_dir().join(format!("{}-{}.xml", self.0, std::process::id()));
        write_private(&draft, &encode_utf16(&render_task(run)?))?;
        let path = draft.display().to_string();
        let created = SCHTASKS.change(&["/create", "/tn", self.0, "/xml", &path, "/f"]);
        remove_private(&draft)?;
        created?;
        let message = "Task Scheduler accepted the task, but does not show it";
        confirm(self.find()?.is_some(), message)
    }

    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError> {
        let answer = match SCHTASKS.query(&["/query", "/tn", self.0, "/xml"]) {
            Err(ScheduleError::Unavailable(_)) => return Ok(None),
            answer => answer?,
        };
        // Its message for a missing task is in the system's language, so only the exit code counts.
        Ok(answer.status.success().then(|| InstalledSchedule {
            at: parse_time(&answer.text()),
            // Windows stores a task in its own words, which cannot be compared with ours.
            ..InstalledSchedule::default()
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        SCHTASKS.change(&["/delete", "/tn", self.0, "/f"])
    }
}

/// Renders the task as XML: Task Scheduler Schema 1.2 (MS-TSCH 2.5). Within a trigger, the order of elements is fixed.
fn render_task(run: &DailyRun) -> Result<String, ScheduleError> {
    if let Some((name, _)) = run.environment.first() {
        return Err(ScheduleError::Unsupported(format!(
            "Task Scheduler passes no variables on, but {name} is set: set it for your user account instead, and unset \
             it in this session"
        )));
    }
    let arguments: Vec<String> = run.arguments.iter().map(|word| quote(word)).collect();
    Ok(format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Renew the Instagram tokens of igconnect once a day. Written by igconnect schedule install.</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{time}</StartBoundary>
      <RandomDelay>PT1H</RandomDelay>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <ExecutionTimeLimit>PT1H</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"#,
        time = run.at.strftime("%H:%M:00"),
        program = escape_xml(&run.program),
        arguments = escape_xml(&arguments.join(" ")),
    ))
}

/// Encodes a file for schtasks: UTF-16 as the XML declaration says, with a byte order mark.
fn encode_utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Reads the time of day from a task, as Windows writes it back.
fn parse_time(task: &str) -> Option<Time> {
    let (_, rest) = task.split_once("<StartBoundary>")?;
    let (_, time) = rest.split('<').next()?.split_once('T')?;
    time.get(..8)?.parse().ok()
}

/// Quotes an argument with spaces for Windows. Our arguments contain no quotes.
fn quote(word: &str) -> String {
    match word.contains(' ') {
        true => format!("\"{word}\""),
        false => word.to_owned(),
    }
}
