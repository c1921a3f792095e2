//! What is kept about the schedule beside the data: what was installed, for `status`, which asks nobody; and how the
//! last run under it ended.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::private_files::{self, PrivateFileError};

/// Either file holds a line.
const RECORD_MAX_BYTES: u64 = 16 * 1024;

const INSTALLED: &str = "schedule.json";
const LAST_RUN: &str = "schedule-last-run.json";

/// What was installed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Installed {
    /// The word of the scheduler.
    pub scheduler: String,
    /// The time of day.
    pub at: Time,
}

/// How a run under the schedule ended.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastRun {
    /// When it began.
    pub at: Timestamp,
    /// The exit code of what happened; it may have been kept quiet.
    pub exit: u8,
    /// Whether it was reported: by the exit code, on stderr, and to the command of the person.
    pub reported: bool,
    /// The first failure in words.
    pub message: Option<String>,
}

impl Installed {
    /// Reads it; nothing where nothing was installed, or the file is not to be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        read(&folder.join(INSTALLED))
    }

    /// Keeps it.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), PrivateFileError> {
        write(folder, INSTALLED, self)
    }
}

impl LastRun {
    /// Reads it; nothing where there was none, or the file is not to be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        read(&folder.join(LAST_RUN))
    }

    /// Keeps it, in the place of the one before.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), PrivateFileError> {
        write(folder, LAST_RUN, self)
    }
}

/// Forgets both.
pub(crate) fn forget(folder: &Path) -> Result<(), PrivateFileError> {
    private_files::remove_private(&folder.join(INSTALLED))?;
    private_files::remove_private(&folder.join(LAST_RUN))
}

fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let bytes = private_files::read_unchanged(file, RECORD_MAX_BYTES).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn write(folder: &Path, name: &str, record: &impl Serialize) -> Result<(), PrivateFileError> {
    private_files::create_private_dir(folder)?;
    let bytes = serde_json::to_vec(record).unwrap_or_default();
    private_files::write_private(&folder.join(name), &bytes)
}
