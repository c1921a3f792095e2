//! What is kept about the schedule in the data folder: what was installed, so that `status` need not ask the scheduler,
//! and how the last scheduled run ended.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::private_files::{self, PrivateFileError};

const STATE_MAX_BYTES: u64 = 16 * 1024;

const SAVED_SCHEDULE: &str = "schedule.json";
const LAST_RUN: &str = "schedule-last-run.json";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedSchedule {
    pub scheduler: String,
    pub at: Time,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastRun {
    /// When it began.
    pub at: Timestamp,
    /// The exit code without `--scheduled`, which reports some failures as success.
    pub exit: u8,
    /// Whether the failure was reported: by exit code, on stderr, and to `on_failure`.
    pub reported: bool,
    /// The first failure.
    pub message: Option<String>,
}

impl SavedSchedule {
    /// Returns `None` if nothing was installed or the file is unreadable.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        read(&folder.join(SAVED_SCHEDULE))
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), PrivateFileError> {
        write(folder, SAVED_SCHEDULE, self)
    }
}

impl LastRun {
    /// Returns `None` if there was no run or the file is unreadable.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        read(&folder.join(LAST_RUN))
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), PrivateFileError> {
        write(folder, LAST_RUN, self)
    }
}

pub(crate) fn delete_saved_state(folder: &Path) -> Result<(), PrivateFileError> {
    private_files::remove_private(&folder.join(SAVED_SCHEDULE))?;
    private_files::remove_private(&folder.join(LAST_RUN))
}

fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let bytes = private_files::read_unchanged(file, STATE_MAX_BYTES).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn write(folder: &Path, name: &str, state: &impl Serialize) -> Result<(), PrivateFileError> {
    private_files::create_private_dir(folder)?;
    let bytes = serde_json::to_vec(state).unwrap_or_default();
    private_files::write_private(&folder.join(name), &bytes)
}
