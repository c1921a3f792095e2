//! A private log file of bounded size that several processes append to.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{AtPath, FileResult};
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
    pub(crate) fn open(path: &Path, max_bytes: u64) -> FileResult<Self> {
        Ok(Self {
            file: open_to_append(path)?,
            path: path.to_owned(),
            max_bytes,
        })
    }

    /// Appends whole lines in one write, so that lines of other processes stay whole too.
    pub(crate) fn append(&mut self, lines: &[u8]) -> FileResult<()> {
        let is_full = |data: io::Result<Metadata>| data.is_ok_and(|d| d.len() > self.max_bytes);
        if is_full(self.file.metadata()) {
            // Only one process rotates: it holds the lock, and the name still belongs to the full file.
            if self.file.try_lock().is_ok() && is_full(fs::symlink_metadata(&self.path)) {
                let mut aside = self.path.clone().into_os_string();
                aside.push(".1");
                set_aside(&self.path, Path::new(&aside))?;
            }
            self.file = open_to_append(&self.path)?;
        }
        self.file.write_all(lines).at(&self.path)
    }
}
