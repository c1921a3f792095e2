//! What every scheduler of an operating system can do here.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Time;

use super::daily_run::DailyRun;
use super::error::ScheduleError;

document! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum SchedulerKind {
        Systemd,
        Cron,
        Launchd,
        Windows,
    }
}

impl SchedulerKind {
    /// Every kind, in the order of preference on Linux.
    pub(crate) const ALL: [Self; 4] = [Self::Systemd, Self::Cron, Self::Launchd, Self::Windows];

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Systemd => "a systemd timer",
            Self::Cron => "a crontab line",
            Self::Launchd => "a launchd agent",
            Self::Windows => "a Windows task",
        }
    }
}

/// The name of our schedule, and the folders where schedulers look for it.
#[derive(Debug, Clone)]
pub(crate) struct ScheduleLocation {
    /// One name per world.
    pub name: String,
    pub systemd_units: Option<PathBuf>,
    /// Where systemd keeps the time of each timer's last run.
    pub systemd_stamps: Option<PathBuf>,
    pub launch_agents: Option<PathBuf>,
}

document! {
    // A file or a crontab line, as a scheduler gets it. Its place is the path, or the name of the table.
    #[derive(Debug)]
    pub(crate) struct RenderedFile {
        pub(crate) place: String,
        pub(crate) content: String,
    }
}

#[derive(Debug, Default)]
pub(crate) struct InstalledSchedule {
    /// `None` if the time is not written the way we write it.
    pub at: Option<Time>,
    /// `None` if the scheduler does not say.
    pub next: Option<Timestamp>,
    /// The installed texts, in the order of [`RenderedFile`]. Empty if the scheduler keeps another form.
    pub contents: Vec<String>,
    /// Why it may not run; lower case, no full stop.
    pub problem: Option<&'static str>,
}

pub(crate) trait Scheduler {
    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError>;
    /// Installs `run`, replaces what was there before, and reads it back.
    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError>;
    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError>;
    fn remove(&self) -> Result<(), ScheduleError>;
}

/// Escapes text for the two schedulers that read XML.
pub(super) fn escape_xml(text: &str) -> String {
    // The ampersand first, or it would escape the other two again.
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
