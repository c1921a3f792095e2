//! The answer of `doctor` and `app check`: a line for each check, its result, and what to do about it.

use std::io::{self, Write};

use super::checkup_layout::{CheckupLayout, summary};
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json, pasteable};

/// Decides the exit code of several failed checks: what is broken here first, what may pass on its own last.
const WORST_FIRST: [Kind; 6] = [
    Kind::State,
    Kind::Store,
    Kind::Usage,
    Kind::Busy,
    Kind::Login,
    Kind::Trouble,
];

document! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum CheckResult {
        Ok,
        Warning,
        Failed,
    }

    #[derive(Debug, Clone)]
    pub(crate) struct Check {
        pub(super) name: &'static str,
        pub(super) result: CheckResult,
        pub(super) message: String,
        pub(super) fix: Option<String>,
        /// For people, instead of the message: labels and values.
        #[serde(skip)]
        pub(super) rows: Vec<(&'static str, String)>,
        /// The kind of failure of a command that needs it.
        #[serde(skip)]
        kind: Option<Kind>,
    }

    pub(crate) struct CheckupJson<'a> {
        schema: json::Version,
        checks: &'a [Check],
    }
}

impl Check {
    pub(crate) fn ok(message: impl Into<String>) -> Self {
        Self {
            name: "",
            result: CheckResult::Ok,
            message: message.into(),
            fix: None,
            rows: Vec::new(),
            kind: None,
        }
    }

    /// It works, or may work, and the person should know.
    pub(crate) fn warning(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            result: CheckResult::Warning,
            fix: Some(fix.into()),
            ..Self::ok(message)
        }
    }

    /// A command that needs it would end with the exit code of `kind`.
    pub(crate) fn failed(kind: Kind, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Failure::new(kind, message).hint(fix).into()
    }

    /// Shows people a table instead of the message.
    pub(crate) fn with_rows(self, rows: Vec<(&'static str, String)>) -> Self {
        Self { rows, ..self }
    }

    /// Says what was checked.
    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    #[must_use]
    pub(crate) fn map_text(self, change: impl Fn(String) -> String) -> Self {
        Self {
            message: change(self.message),
            fix: self.fix.map(change),
            ..self
        }
    }
}

/// The check that ended with a failure.
impl<E: Into<Failure>> From<E> for Check {
    fn from(failure: E) -> Self {
        let failure = failure.into();
        let cause = failure.cause.map(|cause| format!(": {cause}"));
        let message = failure.message + &cause.unwrap_or_default();
        Self {
            result: CheckResult::Failed,
            kind: Some(failure.kind),
            fix: failure.hint,
            ..Self::ok(message)
        }
    }
}

pub(crate) struct Checkup {
    checks: Vec<Check>,
    /// For people only.
    afterword: Option<&'static str>,
}

impl Checkup {
    pub(crate) fn new(checks: Vec<Check>, afterword: Option<&'static str>) -> Self {
        let paste = |check: Check| check.map_text(|text| pasteable(&text).into_owned());
        Self {
            checks: checks.into_iter().map(paste).collect(),
            afterword,
        }
    }
}

impl Render for Checkup {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let layout = CheckupLayout::new(page, &self.checks);
        for check in &self.checks {
            layout.write(check, out)?;
        }
        writeln!(out, "\n{}", summary(&self.checks).rendered(page))
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (schema, checks) = (json::SCHEMA, self.checks.as_slice());
        json::write(&CheckupJson { schema, checks }, out)
    }

    fn afterword(&self) -> Option<String> {
        self.afterword.map(str::to_owned)
    }

    fn exit_code(&self) -> u8 {
        let failed: Vec<Kind> = self.checks.iter().filter_map(|check| check.kind).collect();
        if failed.is_empty() {
            return 0;
        }
        let worst = WORST_FIRST.into_iter().find(|kind| failed.contains(kind));
        worst.unwrap_or(Kind::Failed).exit_code()
    }
}
