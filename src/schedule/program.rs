//! The programs that a scheduler is asked and told by: no shell, no secret in their environment, an end in time.

use std::io::{ErrorKind, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::ScheduleError;
use crate::account::{Foreign, without_secrets};
use crate::child::{Started, without_our_secrets};

/// For a look: whoever takes longer is stuck.
pub(super) const LOOK: Duration = Duration::from_secs(10);

/// For a change, on a machine that is busy.
pub(super) const CHANGE: Duration = Duration::from_secs(30);

const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Nobody's tables or tasks are larger, in bytes.
const ANSWER_MAX_BYTES: usize = 1024 * 1024;

/// What a program said, whichever way it ended.
pub(super) struct Said {
    pub(super) succeeded: bool,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

impl Said {
    /// What it said on stdout, as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

/// One of these programs, by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Program(pub(super) &'static str);

impl Program {
    /// Runs it to its end, whatever that is.
    pub(super) fn ask(&self, arguments: &[&str], limit: Duration) -> Result<Said, ScheduleError> {
        self.run(arguments, None, limit)
    }

    /// Runs it to its end; anything but success is a failure.
    pub(super) fn tell(&self, arguments: &[&str]) -> Result<Said, ScheduleError> {
        self.tell_with(arguments, None)
    }

    /// As [`Self::tell`], with something on its standard input.
    pub(super) fn tell_with(
        &self,
        arguments: &[&str],
        input: Option<Vec<u8>>,
    ) -> Result<Said, ScheduleError> {
        let said = self.run(arguments, input, CHANGE)?;
        match said.succeeded {
            true => Ok(said),
            false => Err(self.refused(arguments, &said)),
        }
    }

    /// The failure of a program that said so.
    pub(super) fn refused(&self, arguments: &[&str], said: &Said) -> ScheduleError {
        let first = said.stderr.lines().find(|line| !line.trim().is_empty());
        ScheduleError::Refused {
            command: self.line(arguments),
            said: Foreign::new(without_secrets(first.unwrap_or_default().trim())),
        }
    }

    fn line(&self, arguments: &[&str]) -> String {
        let words = [&[self.0], arguments].concat().join(" ");
        Foreign::new(words).shortened(200)
    }

    fn run(
        &self,
        arguments: &[&str],
        input: Option<Vec<u8>>,
        limit: Duration,
    ) -> Result<Said, ScheduleError> {
        let mut command = Command::new(self.0);
        without_our_secrets(&mut command)
            .args(arguments)
            // What it says is read by us, times among it.
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .stdin(input.as_ref().map_or_else(Stdio::null, |_| Stdio::piped()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let silent = || ScheduleError::Silent(self.line(arguments));
        let mut child = Started(command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => ScheduleError::Absent(self.0),
            _ => silent(),
        })?);
        if let (Some(mut pipe), Some(input)) = (child.0.stdin.take(), input) {
            // One that does not read holds nobody up; whether it should have, its exit code says.
            let _ = thread::Builder::new().spawn(move || pipe.write_all(&input));
        }
        let stdout = heard(child.0.stdout.take());
        let stderr = heard(child.0.stderr.take());
        let succeeded = end(&mut child, limit).ok_or_else(silent)?;
        // Half a table must not be taken for all of it.
        let whole = |bytes: &Vec<u8>| bytes.len() < ANSWER_MAX_BYTES;
        let words = |from: Receiver<Vec<u8>>| from.recv_timeout(LOOK).ok().filter(whole);
        let (stdout, stderr) = (words(stdout), words(stderr));
        Ok(Said {
            succeeded,
            stdout: stdout.ok_or_else(silent)?,
            stderr: String::from_utf8_lossy(&stderr.unwrap_or_default()).into_owned(),
        })
    }
}

/// Reads beside us: a full pipe holds whoever writes into it.
fn heard(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (said, heard) = mpsc::channel();
    let _ = thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(ANSWER_MAX_BYTES as u64).read_to_end(&mut bytes);
        }
        let _ = said.send(bytes);
    });
    heard
}

/// Whether it succeeded; nothing where it does not end in time.
fn end(child: &mut Started, limit: Duration) -> Option<bool> {
    let mut left = limit;
    while !left.is_zero() {
        if let Some(status) = child.0.try_wait().ok()? {
            return Some(status.success());
        }
        thread::sleep(LOOK_AGAIN);
        left = left.saturating_sub(LOOK_AGAIN);
    }
    None
}
