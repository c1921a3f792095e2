//! The checked accounts, as every format writes them.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::State;

#[derive(Debug)]
pub(crate) struct Finding {
    pub title: String,
    pub id: Option<String>,
    pub username: Option<String>,
    pub alias: Option<String>,
    pub state: State,
    /// The state with its reason or the days left, or why the check failed.
    pub sentence: String,
    /// The exit code of `status` for this account alone.
    pub code: u8,
    pub alarm: Alarm,
    pub expires_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
}

pub(crate) type Visit<'a> = &'a mut dyn FnMut(Finding) -> io::Result<()>;

/// The checked accounts. A format may read them several times. They are never all in memory.
pub(crate) struct Findings<'a> {
    /// Calls the visitor for each account, in the same order each time.
    pub walk: &'a dyn Fn(Visit<'_>) -> io::Result<()>,
    /// Less life than this is too little, in seconds.
    pub threshold: i64,
    pub now: Timestamp,
}

#[derive(Debug)]
pub(crate) struct Problem<'a> {
    pub message: &'a str,
    pub cause: Option<&'a str>,
    pub hint: Option<&'a str>,
    pub name: &'static str,
    pub code: u8,
    pub now: Timestamp,
}

/// An output format of `status`.
pub(crate) trait MonitoringFormat {
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()>;
    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()>;
    /// Returns the exit code, for readers with their own codes. `code` is that of `status`.
    fn exit_code(&self, _worst: Alarm, code: u8) -> u8 {
        code
    }
}

/// Severity in ascending order. A known failure is worse than an unknown state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    Fine,
    Warning,
    Unknown,
    Critical,
}

impl Alarm {
    pub(crate) fn of(code: u8) -> Self {
        match code {
            0 => Self::Fine,
            5 => Self::Warning,
            4 => Self::Critical,
            _ => Self::Unknown,
        }
    }
}

impl Findings<'_> {
    pub(super) fn for_each(
        &self,
        mut visit: impl FnMut(Finding) -> io::Result<()>,
    ) -> io::Result<()> {
        (self.walk)(&mut visit)
    }
}

impl Problem<'_> {
    pub(super) fn line(&self) -> String {
        let more = |text: Option<&str>| text.map_or(String::new(), |text| format!("; {text}"));
        format!("{}{}{}", self.message, more(self.cause), more(self.hint))
    }
}
