//! The formats of `status`, and how they show a failure.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

use super::report::Report;
use crate::failure::Failure;
use crate::output::monitoring::{self, Alarm, Github, Junit, Nagios, Problem, Prometheus};
use crate::session::Session;
use crate::settings::environment;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum StatusFormat {
    /// A card for each account
    Human,
    /// One JSON document
    Json,
    /// One line and exit codes as Nagios and Icinga read them
    Nagios,
    /// Metrics
    Prometheus,
    /// A test report
    Junit,
    /// Annotations of a GitHub workflow
    Github,
}

impl StatusFormat {
    /// Whether a monitoring system or a CI reads it.
    pub(super) fn is_monitoring(self) -> bool {
        self.monitoring().is_some()
    }

    pub(super) fn monitoring(self) -> Option<&'static dyn monitoring::MonitoringFormat> {
        match self {
            Self::Human | Self::Json => None,
            Self::Nagios => Some(&Nagios),
            Self::Prometheus => Some(&Prometheus),
            Self::Junit => Some(&Junit),
            Self::Github => Some(&Github),
        }
    }

    /// Finds the format in a command line that may be invalid: its reader expects an answer in this format anyway.
    pub(crate) fn in_arguments(arguments: &[OsString]) -> Option<Self> {
        let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
        if !words.contains(&"status") {
            return None;
        }
        let value = words.iter().enumerate().find_map(|(place, word)| {
            let next = || words.get(place + 1).copied();
            match *word {
                "--format" => next(),
                word => word.strip_prefix("--format="),
            }
        });
        clap::ValueEnum::from_str(value?, false).ok()
    }

    /// Writes a failure instead of a report and returns the exit code that the reader expects. Returns `None` if the
    /// format cannot show a failure.
    pub(crate) fn problem(
        self,
        failure: &Failure,
        now: jiff::Timestamp,
        out: &mut dyn Write,
    ) -> io::Result<Option<u8>> {
        let Some(format) = self.monitoring() else {
            return Ok(None);
        };
        let code = failure.kind.exit_code();
        let problem = Problem {
            message: &failure.message,
            cause: failure.cause.as_deref(),
            hint: failure.hint.as_deref(),
            name: failure.kind.name(),
            code,
            now,
        };
        format.problem(&problem, out)?;
        Ok(Some(format.exit_code(Alarm::of(code), code)))
    }
}

/// Appends the table to the file that GitHub shows as the job's summary. Failing to write it is only a warning.
pub(super) fn append_summary(answer: &Report, session: &Session) {
    let Some(path) = environment::path("GITHUB_STEP_SUMMARY") else {
        return;
    };
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path);
    let written = file.and_then(|file| {
        let mut file = BufWriter::new(file);
        answer.with_findings(|findings| monitoring::summary(findings, &mut file))?;
        file.flush()
    });
    if written.is_err() {
        session
            .console
            .warn("the file of GITHUB_STEP_SUMMARY cannot be written");
    }
}
