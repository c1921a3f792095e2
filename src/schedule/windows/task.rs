//! The task as XML: Task Scheduler Schema 1.2 (MS-TSCH 2.5). Within a trigger the order of the elements is fixed.

use jiff::civil::Time;

use super::super::{Plan, ScheduleError};

/// The task. A run that was missed is made up for, on battery too, and not without a network.
pub(super) fn xml(plan: &Plan) -> Result<String, ScheduleError> {
    if let Some((name, _)) = plan.environment.first() {
        return Err(ScheduleError::Unfit(format!(
            "Task Scheduler hands no variables on, and {name} is set: set it for your user account as a whole, and \
             take it out of this session"
        )));
    }
    let arguments: Vec<String> = plan.arguments.iter().map(|word| quoted(word)).collect();
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
        time = plan.at.strftime("%H:%M:00"),
        program = escaped(&plan.program),
        arguments = escaped(&arguments.join(" ")),
    ))
}

/// As `schtasks` reads a file: the encoding that the declaration names, with its mark.
pub(super) fn utf16(xml: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(xml.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The time of day in a task, as Windows writes it back.
pub(super) fn time_in(xml: &str) -> Option<Time> {
    let (_, rest) = xml.split_once("<StartBoundary>")?;
    let (_, time) = rest.split('<').next()?.split_once('T')?;
    time.get(..8)?.parse().ok()
}

/// An argument with a blank, as Windows' programs take their command line apart. None of ours has a quote in it.
fn quoted(word: &str) -> String {
    match word.contains(' ') {
        true => format!("\"{word}\""),
        false => word.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
