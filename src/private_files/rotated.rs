//! A private log file of bounded size that several processes append to.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{AtPath, FileResult, PrivateFileError, PrivateFileProblem};
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
        loop {
            self.rotate_if_full()?;
            match self.file.write_all(lines) {
                Err(error) if is_being_rotated(&error) => {
                    self.file.lock_shared().at(&self.path)?;
                    self.file = open_to_append(&self.path)?;
                }
                written => return written.at(&self.path),
            }
        }
    }

    fn rotate_if_full(&mut self) -> FileResult<()> {
        let is_full = |data: io::Result<Metadata>| data.is_ok_and(|d| d.len() > self.max_bytes);
        if is_full(self.file.metadata()) {
            // Only one process rotates: it holds the lock, and the name still belongs to the full file.
            if self.file.try_lock().is_ok() && is_full(fs::symlink_metadata(&self.path)) {
                let mut aside = self.path.clone().into_os_string();
                aside.push(".1");
                match set_aside(&self.path, Path::new(&aside)) {
                    Err(error) if is_in_use(&error) => {}
                    renamed => renamed?,
                }
            }
            self.file = open_to_append(&self.path)?;
        }
        Ok(())
    }
}

/// On Windows, the lock of the process that rotates keeps other writers out.
fn is_being_rotated(error: &io::Error) -> bool {
    const ERROR_LOCK_VIOLATION: i32 = 33;
    cfg!(windows) && error.raw_os_error() == Some(ERROR_LOCK_VIOLATION)
}

/// Some versions of Windows replace no file that a process has open, as the previous log may be. The next line tries again.
fn is_in_use(error: &PrivateFileError) -> bool {
    cfg!(windows) && error.problem == PrivateFileProblem::Io(io::ErrorKind::PermissionDenied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_is_rotated_and_no_line_of_other_writers_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let line = [b'x'; 99];
        let write = || {
            let mut log = RotatedFile::open(&path, 2_000).unwrap();
            (0..200).try_for_each(|_| log.append(&[&line[..], b"\n"].concat()))
        };
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
            for writer in writers {
                writer.join().unwrap().unwrap();
            }
        });
        for name in ["log", "log.1"] {
            let text = fs::read(folder.path().join(name)).unwrap();
            assert!(
                (100..=3_000).contains(&text.len()),
                "{name}: {}",
                text.len()
            );
            assert!(
                text.chunks(100)
                    .all(|chunk| chunk.starts_with(&line) && chunk.ends_with(b"\n"))
            );
        }
    }
}
