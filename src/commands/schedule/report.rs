//! The state of the schedule, for people and as JSON.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::output::{Page, Render, json, words};
use crate::schedule::{LastRun, RenderedFile, SchedulerKind};
use crate::session::daily_refresh;

/// The state of the schedule, and what was done to it.
pub(crate) struct Report {
    pub(super) done: Option<&'static str>,
    pub(super) schedule: ScheduleJson,
    pub(super) now: Timestamp,
}

document! {
    pub(in crate::commands) struct ScheduleDocument<'a> {
        schema: json::Version,
        schedule: &'a ScheduleJson,
    }

    #[derive(Default)]
    pub(crate) struct ScheduleJson {
        pub(super) installed: bool,
        /// The scheduler that runs it, or would run it.
        pub(super) scheduler: Option<SchedulerKind>,
        /// The time of day, in the machine's time zone.
        pub(super) at: Option<String>,
        pub(super) next_run: Option<json::Instant>,
        /// Whether this program would install the same again; null if unknown.
        pub(super) current: Option<bool>,
        /// Why it may not run.
        pub(super) problem: Option<&'static str>,
        pub(super) last_run: Option<LastRunJson>,
        /// With --print: what would be installed.
        pub(super) shown: Vec<RenderedFile>,
    }

    pub(super) struct LastRunJson {
        at: json::Instant,
        /// The exit code of the refresh.
        exit: u8,
        /// False if the run succeeded, or if the failure will be tried again.
        reported: bool,
        /// The first failure.
        message: Option<String>,
    }
}

impl From<LastRun> for LastRunJson {
    fn from(last: LastRun) -> Self {
        Self {
            at: json::Instant(last.at),
            exit: last.exit,
            reported: last.reported,
            message: last.message,
        }
    }
}

impl Report {
    fn summary(&self) -> String {
        let Some(kind) = self.schedule.scheduler else {
            return "Not installed: tokens are not refreshed automatically".to_owned();
        };
        let done = self.done.unwrap_or("Installed");
        let at = self.schedule.at.as_deref().unwrap_or("an unknown time");
        format!("{done}: {}", daily_refresh::describe(kind, at))
    }
}

fn describe_last_run(last: &LastRunJson, now: Timestamp) -> String {
    let age = words::age(last.at.0, now);
    match (last.exit, &last.message) {
        (0, _) => format!("{age}, no problems"),
        (code, Some(message)) if last.reported => format!("{age}, exit code {code}: {message}"),
        (code, Some(message)) => {
            format!("{age}, exit code {code}, will be tried again: {message}")
        }
        (code, None) => format!("{age}, exit code {code}"),
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let schedule = &self.schedule;
        for (number, part) in schedule.shown.iter().enumerate() {
            let gap = if number > 0 { "\n" } else { "" };
            write!(out, "{gap}{}:\n\n{}", part.place, part.content)?;
        }
        if !schedule.shown.is_empty() {
            return Ok(());
        }
        match self.done {
            // After `remove` nothing is installed whose state could be shown.
            Some(done) if schedule.scheduler.is_none() => return writeln!(out, "{done}"),
            _ => writeln!(out, "{}", page.fitted(&self.summary()))?,
        }
        if let Some(next) = schedule.next_run {
            writeln!(out, "next run  {}", words::instant(next.0))?;
        }
        if let Some(last) = &schedule.last_run {
            let last = format!("last run  {}", describe_last_run(last, self.now));
            writeln!(out, "{}", page.fitted(&last))?;
        }
        if let Some(problem) = schedule.problem {
            writeln!(out, "{}", page.fitted(&format!("problem   {problem}")))?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (schema, schedule) = (json::SCHEMA, &self.schedule);
        json::write(&ScheduleDocument { schema, schedule }, out)
    }

    fn is_message(&self) -> bool {
        self.done.is_some()
    }

    fn afterword(&self) -> Option<String> {
        let schedule = &self.schedule;
        let words = match (schedule.scheduler, schedule.current, schedule.problem) {
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
