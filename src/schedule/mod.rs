//! Who runs `igconnect refresh --all` once a day: a systemd user timer, a line of cron, a launchd agent or a Windows
//! task. What each is given is rendered apart from doing it, so that it can be shown first.
//!
//! Invariants: only what bears our name is written and deleted; what was done is read back; no shell is started; no
//! secret is in a unit, a line, an agent or a task.
//!
//! - [`Plan`] what is to run, and when
//! - one file per scheduler: what it does; beside it, in its folder, what it writes
//! - `record` what is kept about it with the data, for those who only read; `traces` whoever else runs a refresh
//! - `program` how a scheduler's own program is asked

mod cron;
mod launchd;
mod plan;
mod program;
mod record;
mod systemd;
mod traces;
mod windows;

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Time;

use crate::account::Untrusted;
use crate::private_files::PrivateFileError;

pub(crate) use plan::{Plan, next_run, random_time};
pub(crate) use record::{Installed, LastRun, forget};
pub(crate) use systemd::lingers;
pub(crate) use traces::traces;

document! {
    /// The schedulers that this program knows.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum Kind {
        /// A user timer of systemd.
        Systemd,
        /// A line of the user's crontab.
        Cron,
        /// An agent of macOS.
        Launchd,
        /// A task of Windows.
        Windows,
    }
}

impl Kind {
    /// Every kind, in the order of preference on Linux.
    pub(crate) const ALL: [Self; 4] = [Self::Systemd, Self::Cron, Self::Launchd, Self::Windows];

    /// What a person calls it, with its article.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Systemd => "a systemd timer",
            Self::Cron => "a line of cron",
            Self::Launchd => "a launchd agent",
            Self::Windows => "a Windows task",
        }
    }
}

/// Where schedulers look for what is ours, and how it is called there.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The name of what is installed; one for each world.
    pub name: String,
    /// The folder of the user's own systemd units.
    pub units: Option<PathBuf>,
    /// The folder of the stamps of the user's systemd timers.
    pub stamps: Option<PathBuf>,
    /// The folder of the user's own launchd agents.
    pub agents: Option<PathBuf>,
}

/// A file or a line, as a scheduler gets it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// The file, or what else it stands in.
    pub place: String,
    /// Its text, as it is written.
    pub content: String,
}

/// What is installed.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// When it runs, if it says so as we wrote it.
    pub at: Option<Time>,
    /// The next run, where the scheduler tells.
    pub next: Option<Timestamp>,
    /// The texts that are installed, in the order of [`Rendered`]; none where the scheduler keeps its own form.
    pub contents: Vec<String>,
    /// Why it may not run; lower case, no full stop.
    pub problem: Option<String>,
}

/// What is wrong with a scheduler.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Its program is not here, or nobody answers it.
    #[error("{0} is not to be had here")]
    Absent(&'static str),
    /// It said nothing in time.
    #[error("{0} did not answer in time and was ended")]
    Silent(String),
    /// It ended with a failure.
    #[error("{command} failed")]
    Refused {
        /// What was asked.
        command: String,
        /// The first line of what it said about it.
        said: Untrusted,
    },
    /// It cannot be told so.
    #[error("{0}")]
    Unfit(String),
    /// It took everything, and what is read back is something else.
    #[error("{0}")]
    Unproved(&'static str),
    /// There is no home folder.
    #[error("there is no home folder to keep it in")]
    NoHome,
    /// A file of ours.
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

/// A scheduler of an operating system.
pub(crate) trait Scheduler {
    /// Whether it is here and answers.
    fn answers(&self) -> bool;
    /// What it would be given.
    fn render(&self, plan: &Plan) -> Result<Vec<Rendered>, ScheduleError>;
    /// Gives it to it, in the place of what was there before, and reads it back.
    fn install(&self, plan: &Plan) -> Result<(), ScheduleError>;
    /// What is installed, if anything is.
    fn find(&self) -> Result<Option<Found>, ScheduleError>;
    /// Takes away what is installed.
    fn remove(&self) -> Result<(), ScheduleError>;
}

/// The scheduler of this kind.
pub(crate) fn scheduler(kind: Kind, place: &Place) -> Box<dyn Scheduler> {
    match kind {
        Kind::Systemd => Box::new(systemd::Systemd::new(place)),
        Kind::Cron => Box::new(cron::Cron::new(place)),
        Kind::Launchd => Box::new(launchd::Launchd::new(place)),
        Kind::Windows => Box::new(windows::Windows::new(place)),
    }
}

/// The one that suits this machine: what the platform has, and on Linux a user manager if one answers.
pub(crate) fn preferred(place: &Place) -> Kind {
    if cfg!(target_os = "windows") {
        Kind::Windows
    } else if cfg!(target_os = "macos") {
        Kind::Launchd
    } else if scheduler(Kind::Systemd, place).answers() {
        Kind::Systemd
    } else {
        Kind::Cron
    }
}
