//! A private log file of bounded size that several processes append to.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{PrivateFileError, io_at};
use super::files::open_to_append;
use super::write::set_aside;

/// A file that is renamed to `NAME.1` when it is full, and then started again.
#[derive(Debug)]
pub(crate) struct RotatedFile {
    path: PathBuf,
    file: File,
    max_bytes: u64,
}

impl RotatedFile {
    /// Opens the file, or creates it (0600). It is full above `max_bytes`.
    pub(crate) fn open(path: &Path, max_bytes: u64) -> Result<Self, PrivateFileError> {
        Ok(Self {
            file: open_to_append(path)?,
            path: path.to_owned(),
            max_bytes,
        })
    }

    /// Appends whole lines in one write, so that lines of other processes stay whole too.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<(), PrivateFileError> {
        let size =
            |file: io::Result<std::fs::Metadata>| file.is_ok_and(|f| f.len() > self.max_bytes);
        if size(self.file.metadata()) {
            // Only one process rotates: it holds the lock, and the name still belongs to the full file.
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
