//! What `doctor` and `app check` answer: one line for each thing looked at, how it is, and what to do about it.

use std::io::{self, Write};

use console::Style;
use serde::Serialize;

use crate::account::words;
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json, words};

/// When several checks failed: what is broken here goes first, what may pass by itself last.
const WORST_FIRST: [Kind; 6] = [
    Kind::State,
    Kind::Store,
    Kind::Usage,
    Kind::Busy,
    Kind::Login,
    Kind::Trouble,
];

words! {
    /// How a thing is.
    Verdict {
        /// As it should be.
        Ok = "ok",
        /// It works, or may work, and the person should know.
        Warning = "warning",
        /// What needs it would end with this.
        Failed(Kind) = "failed",
    }
}

impl Verdict {
    fn style(self) -> Style {
        match self {
            Self::Ok => Style::new().green(),
            Self::Warning => Style::new().yellow().bold(),
            Self::Failed(_) => Style::new().red().bold(),
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    name: &'static str,
    verdict: Verdict,
    message: String,
    fix: Option<String>,
}

impl Check {
    /// It is as it should be.
    pub(crate) fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Ok,
            message: message.into(),
            fix: None,
        }
    }

    /// It works, or may work, and the person should know.
    pub(crate) fn warning(
        name: &'static str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Warning,
            fix: Some(fix.into()),
            ..Self::ok(name, message)
        }
    }

    /// A command that needs it would end with the exit code of `kind`.
    pub(crate) fn failed(
        name: &'static str,
        kind: Kind,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Failed(kind),
            fix: Some(fix.into()),
            ..Self::ok(name, message)
        }
    }

    /// The check that ended with this failure.
    pub(crate) fn from_failure(name: &'static str, failure: impl Into<Failure>) -> Self {
        let failure = failure.into();
        let message = match failure.cause {
            Some(cause) => format!("{}: {cause}", failure.message),
            None => failure.message,
        };
        Self {
            verdict: Verdict::Failed(failure.kind),
            fix: failure.hint,
            ..Self::ok(name, message)
        }
    }

    /// Changes message and fix.
    #[must_use]
    pub(crate) fn map_text(self, change: impl Fn(String) -> String) -> Self {
        Self {
            message: change(self.message),
            fix: self.fix.map(change),
            ..self
        }
    }
}

/// All that doctor or app check looked at.
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "doctor", with = "Document<'static>")
)]
pub(crate) struct Checkup {
    checks: Vec<Check>,
    afterword: Option<&'static str>,
}

impl Checkup {
    /// The report of these checks; `afterword` is for people alone.
    pub(crate) fn new(checks: Vec<Check>, afterword: Option<&'static str>) -> Self {
        Self { checks, afterword }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
struct Document<'a> {
    schema: json::Version,
    checks: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
struct CheckJson<'a> {
    name: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = Verdict::WORDS)))]
    result: &'a str,
    message: &'a str,
    fix: Option<&'a str>,
}

impl Render for Checkup {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let longest = self.checks.iter().map(|check| check.name.len()).max();
        let column = longest.unwrap_or_default();
        let margin = " ".repeat(column + 11);
        let width = usize::from(page.width.clamp(60, 100)).saturating_sub(margin.len());
        for check in &self.checks {
            let word = format!("{:<7}", check.verdict.word());
            let style = check.verdict.style().force_styling(page.coloured);
            let mut head = format!("{}  {:<column$}  ", style.apply_to(word), check.name);
            let fix = check.fix.as_ref().map(|fix| format!("fix: {fix}"));
            for text in [Some(&check.message), fix.as_ref()].into_iter().flatten() {
                for line in words::wrapped(text, width) {
                    writeln!(out, "{head}{line}")?;
                    head.clone_from(&margin);
                }
            }
        }
        Ok(())
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let checks = self.checks.iter().map(|check| CheckJson {
            name: check.name,
            result: check.verdict.word(),
            message: &check.message,
            fix: check.fix.as_deref(),
        });
        json::write(
            &Document {
                schema: json::SCHEMA,
                checks: checks.collect(),
            },
            out,
        )
    }

    fn afterword(&self) -> Option<String> {
        self.afterword.map(str::to_owned)
    }

    fn exit_code(&self) -> u8 {
        let failed = |kind| move |check: &Check| check.verdict == Verdict::Failed(kind);
        let worst = WORST_FIRST
            .into_iter()
            .find(|kind| self.checks.iter().any(failed(*kind)));
        let any = |check: &Check| matches!(check.verdict, Verdict::Failed(_));
        match worst {
            Some(kind) => kind.exit_code(),
            None if self.checks.iter().any(any) => Kind::Failed.exit_code(),
            None => 0,
        }
    }
}
