//! The checked accounts, as every format writes them.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::State;

/// One checked account.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The name to show.
    pub title: String,
    /// The id, where it is known.
    pub id: Option<String>,
    /// The username, where it is known.
    pub username: Option<String>,
    /// The alias, if it has one.
    pub alias: Option<String>,
    /// The state.
    pub state: State,
    /// The state with its reason or what is left, or what went wrong with asking.
    pub sentence: String,
    /// The exit code of `status` for this account alone.
    pub code: u8,
    /// How loud that is.
    pub alarm: Alarm,
    /// When the token expires.
    pub expires_at: Option<Timestamp>,
    /// When Instagram last answered for it.
    pub verified_at: Option<Timestamp>,
}

/// Called for each finding.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(Finding) -> io::Result<()>;

/// The checked accounts. A format may read them several times; they are never all in memory.
pub(crate) struct Findings<'a> {
    /// Shows each to the visitor, in the same order each time.
    pub walk: &'a dyn Fn(Visit<'_>) -> io::Result<()>,
    /// Which life left is too little, in seconds.
    pub threshold: i64,
    /// When it was checked.
    pub now: Timestamp,
}

/// A failure that left nothing to look at.
#[derive(Debug)]
pub(crate) struct Problem<'a> {
    /// What went wrong.
    pub message: &'a str,
    /// Why, where somebody knows.
    pub cause: Option<&'a str>,
    /// What to do.
    pub hint: Option<&'a str>,
    /// The name of its exit code.
    pub name: &'static str,
    /// Its exit code.
    pub code: u8,
    /// When it happened.
    pub now: Timestamp,
}

/// A way to write them.
pub(crate) trait MonitoringFormat {
    /// The whole document about accounts.
    fn findings(&self, findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()>;
    /// The whole document about a failure.
    fn problem(&self, problem: &Problem<'_>, out: &mut dyn Write) -> io::Result<()>;
    /// The exit code, where the reader has codes of its own; `code` is that of `status`.
    fn exit_code(&self, _worst: Alarm, code: u8) -> u8 {
        code
    }
}

/// How loud something is, in ascending order. What is known to be broken is louder than what is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    /// All is known to be well.
    Fine,
    /// It will soon be broken.
    Warning,
    /// The state is unknown.
    Unknown,
    /// It is broken.
    Critical,
}

impl Alarm {
    /// The alarm of an exit code of `status`.
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
    /// All of it in one line.
    pub(super) fn line(&self) -> String {
        let more = |text: Option<&str>| text.map_or(String::new(), |text| format!("; {text}"));
        format!("{}{}{}", self.message, more(self.cause), more(self.hint))
    }
}
