//! How the schedule stands, in words and as JSON.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Time;

use crate::output::{Page, Render, json, words};
use crate::schedule::{Kind, LastRun, Rendered};

/// How the schedule stands, and what was done to it.
pub(crate) struct Report {
    pub(super) done: Option<&'static str>,
    pub(super) kind: Option<Kind>,
    pub(super) at: Option<Time>,
    pub(super) next: Option<Timestamp>,
    pub(super) current: Option<bool>,
    pub(super) problem: Option<String>,
    pub(super) last: Option<LastRun>,
    pub(super) now: Timestamp,
    pub(super) shown: Vec<Rendered>,
}

impl Report {
    /// Nothing is installed.
    pub(super) fn none(last: Option<LastRun>, now: Timestamp) -> Self {
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

    /// What would be installed.
    pub(super) fn shown(kind: Kind, at: Time, shown: Vec<Rendered>) -> Self {
        Self {
            kind: Some(kind),
            at: Some(at),
            shown,
            ..Self::none(None, Timestamp::UNIX_EPOCH)
        }
    }

    fn is_installed(&self) -> bool {
        self.kind.is_some() && self.shown.is_empty()
    }

    fn sentence(&self) -> String {
        let Some(kind) = self.kind else {
            return "Not installed: nothing renews tokens here by itself".to_owned();
        };
        let done = self.done.unwrap_or("Installed");
        let at = self
            .at
            .map(time)
            .unwrap_or_else(|| "an unknown time".to_owned());
        let title = kind.title();
        format!("{done}: {title} runs igconnect refresh --all once a day at {at}")
    }
}

fn time(at: Time) -> String {
    at.strftime("%H:%M").to_string()
}

fn last_run(last: &LastRun, now: Timestamp) -> String {
    let age = words::age(last.at, now);
    match (last.exit, &last.message) {
        (0, _) => format!("{age}, all was well"),
        (code, Some(message)) if last.reported => format!("{age}, code {code}: {message}"),
        (code, Some(message)) => {
            format!("{age}, code {code}, left to the next run: {message}")
        }
        (code, None) => format!("{age}, code {code}"),
    }
}

document! {
    pub(in crate::commands) struct ScheduleDocument<'a> {
        schema: json::Version,
        schedule: ScheduleJson<'a>,
    }

    struct ScheduleJson<'a> {
        installed: bool,
        /// Who runs it, or would.
        scheduler: Option<Kind>,
        /// The time of day, in the time zone of the machine.
        at: Option<String>,
        next_run: Option<json::Instant>,
        /// Whether this program would install it just so; null where nobody can tell.
        current: Option<bool>,
        /// Why it may not run.
        problem: Option<&'a str>,
        last_run: Option<LastRunJson<'a>>,
        /// With --print, what would be installed.
        shown: Vec<ShownJson<'a>>,
    }

    struct LastRunJson<'a> {
        at: json::Instant,
        /// The exit code of what happened.
        exit: u8,
        /// False where it was well, or was left to the next run.
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
            _ => writeln!(out, "{}", self.sentence())?,
        }
        if let Some(next) = self.next {
            writeln!(out, "next run  {}", words::instant(next))?;
        }
        if let Some(last) = &self.last {
            writeln!(out, "last run  {}", last_run(last, self.now))?;
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
            at: self.at.map(time),
            next_run: self.next.map(json::Instant),
            current: self.current,
            problem: self.problem.as_deref(),
            last_run: self.last.as_ref().map(LastRunJson::new),
            shown: shown.collect(),
        };
        let schema = json::SCHEMA;
        json::write(&ScheduleDocument { schema, schedule }, out)
    }

    fn is_data(&self) -> bool {
        self.done.is_none()
    }

    fn afterword(&self) -> Option<String> {
        let words = match (self.kind, self.current, &self.problem) {
            (None, _, _) if self.done.is_none() => "Install it: igconnect schedule install",
            (_, _, Some(_)) => "Install it again: igconnect schedule install",
            (_, Some(false), _) => {
                "This program, or this session, would install it otherwise. Bring it up to date: igconnect schedule install"
            }
            _ => return None,
        };
        Some(words.to_owned())
    }
}
