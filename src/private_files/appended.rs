//! A private file that several processes append lines to, and that stays small: a full one makes way for a new one.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{PrivateFileError, io_at, open_to_append, set_aside};

/// An open file of that kind.
#[derive(Debug)]
pub(crate) struct Appended {
    path: PathBuf,
    file: File,
    max_bytes: u64,
}

impl Appended {
    /// Opens the file, and makes it (0600) where it is missing. Above `max_bytes` it is renamed to the same name with
    /// `.1`, in the place of the one that was there.
    pub(crate) fn open(path: &Path, max_bytes: u64) -> Result<Self, PrivateFileError> {
        Ok(Self {
            file: open_to_append(path)?,
            path: path.to_owned(),
            max_bytes,
        })
    }

    /// Appends whole lines in one write, so that those of other processes stay whole too.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<(), PrivateFileError> {
        let size =
            |file: io::Result<std::fs::Metadata>| file.is_ok_and(|f| f.len() > self.max_bytes);
        if size(self.file.metadata()) {
            // Who has the lock moves it, unless somebody has: then another file has the name already.
            if self.file.try_lock().is_ok() && size(std::fs::symlink_metadata(&self.path)) {
                let mut aside = self.path.clone().into_os_string();
                aside.push(".1");
                set_aside(&self.path, Path::new(&aside))?;
            }
            self.file = open_to_append(&self.path)?;
        }
        let written = self.file.write_all(lines);
        written.map_err(|error| io_at(&self.path, &error))
    }
}
