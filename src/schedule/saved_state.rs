//! What is kept about the schedule in the data folder: what was installed, so that `status` need not ask the scheduler,
//! and how the last scheduled run ended.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::private_files::{self, PrivateFileError};

const STATE_MAX_BYTES: u64 = 16 * 1024;

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

/// A value with a file of its own in the data folder.
pub(crate) trait SavedState: Serialize + DeserializeOwned {
    const FILE: &'static str;

    /// Returns `None` if the file is missing or unreadable.
    fn read(folder: &Path) -> Option<Self> {
        let bytes = private_files::read_unchanged(&folder.join(Self::FILE), STATE_MAX_BYTES);
        serde_json::from_slice(&bytes.ok()?).ok()
    }

    fn write(&self, folder: &Path) -> Result<(), PrivateFileError> {
        private_files::create_private_dir(folder)?;
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        private_files::write_private(&folder.join(Self::FILE), &bytes)
    }
}

impl SavedState for SavedSchedule {
    const FILE: &'static str = "schedule.json";
}

impl SavedState for LastRun {
    const FILE: &'static str = "schedule-last-run.json";
}

pub(crate) fn delete_saved_state(folder: &Path) -> Result<(), PrivateFileError> {
    private_files::remove_private(&folder.join(SavedSchedule::FILE))?;
    private_files::remove_private(&folder.join(LastRun::FILE))
}
