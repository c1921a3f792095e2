//! The programs that a scheduler is asked and told by: no shell, no secret in their environment, an end in time.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::ScheduleError;
use crate::account::{Untrusted, without_secrets};
use crate::child::{self, ChildError, Output};

/// For a look: whoever takes longer is stuck.
pub(super) const LOOK: Duration = Duration::from_secs(10);

/// For a change, on a machine that is busy.
pub(super) const CHANGE: Duration = Duration::from_secs(30);

/// Nobody's tables or tasks are larger.
const ANSWER_MAX_BYTES: u64 = 1024 * 1024;

/// One of these programs, by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Program(pub(super) &'static str);

impl Program {
    /// Runs it to its end, whatever that is.
    pub(super) fn ask(&self, arguments: &[&str], limit: Duration) -> Result<Output, ScheduleError> {
        self.run(arguments, b"", limit)
    }

    /// Runs it to its end; anything but success is a failure.
    pub(super) fn tell(&self, arguments: &[&str]) -> Result<Output, ScheduleError> {
        self.tell_with(arguments, b"")
    }

    /// As [`Self::tell`], with something on its standard input.
    pub(super) fn tell_with(
        &self,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Output, ScheduleError> {
        let said = self.run(arguments, input, CHANGE)?;
        match said.status.success() {
            true => Ok(said),
            false => Err(self.refused(arguments, &said)),
        }
    }

    /// The failure of a program that said so.
    pub(super) fn refused(&self, arguments: &[&str], said: &Output) -> ScheduleError {
        let first = said.stderr.lines().find(|line| !line.trim().is_empty());
        ScheduleError::Refused {
            command: self.line(arguments),
            said: Untrusted::new(without_secrets(first.unwrap_or_default().trim())),
        }
    }

    fn line(&self, arguments: &[&str]) -> String {
        let words = [&[self.0], arguments].concat().join(" ");
        Untrusted::new(words).shortened(200)
    }

    fn run(
        &self,
        arguments: &[&str],
        input: &[u8],
        limit: Duration,
    ) -> Result<Output, ScheduleError> {
        let mut command = Command::new(self.0);
        command
            .args(arguments)
            // What it says is read by us, times among it.
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .stderr(Stdio::piped());
        let answer = child::run(&mut command, input, limit, ANSWER_MAX_BYTES);
        answer.map_err(|error| match error {
            ChildError::NotFound => ScheduleError::Absent(self.0),
            _ => ScheduleError::Silent(self.line(arguments)),
        })
    }
}
