//! The state of the schedule, for people and as JSON.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Time;

use crate::output::{Page, Render, json, words};
use crate::schedule::{LastRun, RenderedFile, SchedulerKind};

/// The state of the schedule, and what was done to it.
pub(crate) struct Report {
    pub(super) done: Option<&'static str>,
    pub(super) kind: Option<SchedulerKind>,
    pub(super) at: Option<Time>,
    pub(super) next: Option<Timestamp>,
    pub(super) current: Option<bool>,
    pub(super) problem: Option<String>,
    pub(super) last: Option<LastRun>,
    pub(super) now: Timestamp,
    pub(super) shown: Vec<RenderedFile>,
}

impl Report {
    pub(super) fn not_installed(last: Option<LastRun>, now: Timestamp) -> Self {
        Self {
            done: None,
            kind: None,
            at: None,
            next: None,
            current: None,
            problem: None,
            last,
            now,
            shown: Vec::new(),
        }
    }

    /// Shows what would be installed.
    pub(super) fn preview(kind: SchedulerKind, at: Time, files: Vec<RenderedFile>) -> Self {
        Self {
            kind: Some(kind),
            at: Some(at),
            shown: files,
            ..Self::not_installed(None, Timestamp::UNIX_EPOCH)
        }
    }

    /// Adds what was done.
    pub(super) fn done(self, done: &'static str) -> Self {
        Self {
            done: Some(done),
            ..self
        }
    }

    fn is_installed(&self) -> bool {
        self.kind.is_some() && self.shown.is_empty()
    }

    fn summary(&self) -> String {
        let Some(kind) = self.kind else {
            return "Not installed: tokens are not refreshed automatically".to_owned();
        };
        let done = self.done.unwrap_or("Installed");
        let at = self
            .at
            .map_or_else(|| "an unknown time".to_owned(), format_time);
        let scheduler = kind.description();
        format!("{done}: {scheduler} runs igconnect refresh --all every day at {at}")
    }
}

fn format_time(at: Time) -> String {
    at.strftime("%H:%M").to_string()
}

fn describe_last_run(last: &LastRun, now: Timestamp) -> String {
    let age = words::age(last.at, now);
    match (last.exit, &last.message) {
        (0, _) => format!("{age}, no problems"),
        (code, Some(message)) if last.reported => format!("{age}, exit code {code}: {message}"),
        (code, Some(message)) => {
            format!("{age}, exit code {code}, will be tried again: {message}")
        }
        (code, None) => format!("{age}, exit code {code}"),
    }
}

document! {
    pub(in crate::commands) struct ScheduleDocument<'a> {
        schema: json::Version,
        schedule: ScheduleJson<'a>,
    }

    struct ScheduleJson<'a> {
        installed: bool,
        /// The scheduler that runs it, or would run it.
        scheduler: Option<SchedulerKind>,
        /// The time of day, in the machine's time zone.
        at: Option<String>,
        next_run: Option<json::Instant>,
        /// Whether this program would install the same again; null if unknown.
        current: Option<bool>,
        /// Why it may not run.
        problem: Option<&'a str>,
        last_run: Option<LastRunJson<'a>>,
        /// With --print: what would be installed.
        shown: Vec<ShownJson<'a>>,
    }

    struct LastRunJson<'a> {
        at: json::Instant,
        /// The exit code of the refresh.
        exit: u8,
        /// False if the run succeeded, or if the failure will be tried again.
        reported: bool,
        /// The first failure.
        message: Option<&'a str>,
    }

    struct ShownJson<'a> {
        place: &'a str,
        content: &'a str,
    }
}

impl<'a> LastRunJson<'a> {
    fn new(last: &'a LastRun) -> Self {
        Self {
            at: json::Instant(last.at),
            exit: last.exit,
            reported: last.reported,
            message: last.message.as_deref(),
        }
    }
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        for (number, part) in self.shown.iter().enumerate() {
            let gap = if number > 0 { "\n" } else { "" };
            write!(out, "{gap}{}:\n\n{}", part.place, part.content)?;
        }
        if !self.shown.is_empty() {
            return Ok(());
        }
        match self.done {
            Some(done) if self.kind.is_none() => return writeln!(out, "{done}"),
            _ => writeln!(out, "{}", self.summary())?,
        }
        if let Some(next) = self.next {
            writeln!(out, "next run  {}", words::instant(next))?;
        }
        if let Some(last) = &self.last {
            writeln!(out, "last run  {}", describe_last_run(last, self.now))?;
        }
        if let Some(problem) = &self.problem {
            writeln!(out, "problem   {problem}")?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let shown = self.shown.iter().map(|part| ShownJson {
            place: &part.place,
            content: &part.content,
        });
        let schedule = ScheduleJson {
            installed: self.is_installed(),
            scheduler: self.kind,
            at: self.at.map(format_time),
            next_run: self.next.map(json::Instant),
            current: self.current,
            problem: self.problem.as_deref(),
            last_run: self.last.as_ref().map(LastRunJson::new),
            shown: shown.collect(),
        };
        let schema = json::SCHEMA;
        json::write(&ScheduleDocument { schema, schedule }, out)
    }

    fn is_message(&self) -> bool {
        self.done.is_some()
    }

    fn afterword(&self) -> Option<String> {
        let words = match (self.kind, self.current, &self.problem) {
            (None, _, _) if self.done.is_none() => "Install it: igconnect schedule install",
            (_, _, Some(_)) => "Install it again: igconnect schedule install",
            (_, Some(false), _) => {
                "It differs from what igconnect would install now. Update it: igconnect schedule install"
            }
            _ => return None,
        };
        Some(words.to_owned())
    }
}
