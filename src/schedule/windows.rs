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
            content: render_task(run),
        }])
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        // schtasks reads a task only from a file.
        let draft = temp_dir().join(format!("{}-{}.xml", self.0, std::process::id()));
        write_private(&draft, &encode_utf16(&render_task(run)))?;
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
        // Its message for a missing task is in the system's language, so the exit code counts, and that there is a task.
        let task = answer.text().replace('\0', "");
        let is_there = answer.status.success() && task.contains("<Task");
        Ok(is_there.then(|| InstalledSchedule {
            at: parse_time(&task),
            // Windows stores a task in its own words, which cannot be compared with ours.
            ..InstalledSchedule::default()
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        SCHTASKS.change(&["/delete", "/tn", self.0, "/f"])
    }
}

/// Renders the task as XML: Task Scheduler Schema 1.2 (MS-TSCH 2.5). Within a trigger, the order of elements is fixed.
fn render_task(run: &DailyRun) -> String {
    // A console program opens a window, and a task has no setting against that. Without this host, one appears each day.
    let mut words = vec!["--headless", &run.program];
    words.extend(run.arguments.iter().map(String::as_str));
    // A task sets no variables, and a shell that could is a window again.
    let variables = run.environment.iter();
    let variables: Vec<_> = variables
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !variables.is_empty() {
        words.push("--set");
        words.extend(variables.iter().map(String::as_str));
    }
    let words: Vec<_> = words.into_iter().map(quote).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Refresh the Instagram tokens of igconnect once a day. Written by igconnect schedule install.</Description>
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
      <Command>%SystemRoot%\System32\conhost.exe</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"#,
        time = run.at.strftime("%H:%M:00"),
        arguments = escape_xml(&words.join(" ")),
    )
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

/// Quotes an argument as Windows programs read it: Microsoft, "Parsing C command-line arguments".
fn quote(word: &str) -> String {
    if !word.is_empty() && !word.contains([' ', '"']) {
        return word.to_owned();
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for char in word.chars() {
        if char == '"' {
            // Before a quote, backslashes are escapes.
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if char == '\\' { backslashes + 1 } else { 0 };
        quoted.push(char);
    }
    quoted + &"\\".repeat(backslashes) + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_quoted_as_windows_reads_it() {
        for (word, quoted) in [
            ("refresh", "refresh"),
            ("", r#""""#),
            (r"C:\data\", r"C:\data\"),
            (r"C:\my data\", r#""C:\my data\\""#),
            (r#"a "b""#, r#""a \"b\"""#),
            (r#"a\"b"#, r#""a\\\"b""#),
        ] {
            assert_eq!(quote(word), quoted);
        }
    }
}
