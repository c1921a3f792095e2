//! Runs the schedulers' own programs: without a shell, without our secrets in their environment, with a time limit.

use std::process::Stdio;
use std::time::Duration;

use super::error::ScheduleError;
use crate::account::Untrusted;
use crate::child::{self, ChildError, Output};

/// A program that only has to print something and takes longer is stuck.
const QUERY_LIMIT: Duration = Duration::from_secs(10);

/// Changes reload the scheduler, which takes seconds on a busy machine.
const CHANGE_LIMIT: Duration = Duration::from_secs(30);

/// More than any real crontab or list of tasks.
const OUTPUT_MAX_BYTES: u64 = 1024 * 1024;

/// A program, by its name in PATH.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemProgram(pub(super) &'static str);

impl SystemProgram {
    /// Runs it, whatever its exit code is.
    pub(super) fn query(&self, arguments: &[&str]) -> Result<Output, ScheduleError> {
        self.run(arguments, b"", QUERY_LIMIT)
    }

    pub(super) fn succeeds(&self, arguments: &[&str]) -> bool {
        let output = self.query(arguments);
        output.is_ok_and(|output| output.status.success())
    }

    /// Makes a change; fails unless the exit code is 0.
    pub(super) fn change(&self, arguments: &[&str]) -> Result<(), ScheduleError> {
        self.change_with_input(arguments, b"")
    }

    /// Like [`Self::change`], with `input` on its standard input.
    pub(super) fn change_with_input(
        &self,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<(), ScheduleError> {
        let output = self.run(arguments, input, CHANGE_LIMIT)?;
        if output.status.success() {
            return Ok(());
        }
        Err(self.failed(arguments, &output))
    }

    pub(super) fn failed(&self, arguments: &[&str], output: &Output) -> ScheduleError {
        ScheduleError::ProgramFailed {
            command: self.command_line(arguments),
            output: output.first_error(),
        }
    }

    fn command_line(&self, arguments: &[&str]) -> String {
        let words = [&[self.0], arguments].concat().join(" ");
        Untrusted::new(words).shortened(200)
    }

    fn run(
        &self,
        arguments: &[&str],
        input: &[u8],
        limit: Duration,
    ) -> Result<Output, ScheduleError> {
        let command = child::find_program(self.0);
        let mut command = command.map_err(|_| ScheduleError::Unavailable(self.0))?;
        child::remove_all_secrets(&mut command);
        // We parse what it prints, including times.
        command.env("LC_ALL", "C").env("TZ", "UTC");
        command.args(arguments).stderr(Stdio::piped());
        child::run(&mut command, input, limit, OUTPUT_MAX_BYTES).map_err(|error| match error {
            ChildError::NotFound => ScheduleError::Unavailable(self.0),
            _ => ScheduleError::Timeout(self.command_line(arguments)),
        })
    }
}
