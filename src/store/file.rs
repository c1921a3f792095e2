//! Secrets in private files, in plain text: for the sandbox and test servers only, whose tokens open nothing.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::error::StoreResult;
use super::secret_store::SecretStore;
use crate::account::{SECRET_MAX_BYTES, Secret};
use crate::private_files;

/// A folder with one file per secret.
pub(super) struct FileStore {
    folder: PathBuf,
    /// Temporary files of killed writers.
    unfinished: OnceCell<Vec<String>>,
}

impl FileStore {
    /// Nothing is created before the first write.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            unfinished: OnceCell::new(),
        }
    }

    /// Reads the folder only once, because that is slow if it has many files. What is left later waits for the next run.
    fn unfinished(&self) -> StoreResult<&[String]> {
        if let Some(known) = self.unfinished.get() {
            return Ok(known);
        }
        let mut names = private_files::names_in(&self.folder)?;
        names.retain(|name| name.starts_with('.'));
        Ok(self.unfinished.get_or_init(|| names))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name.replace('/', "."))
    }
}

impl SecretStore for FileStore {
    fn is_immediate(&self) -> bool {
        true
    }

    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        let bytes = private_files::read_private_if_any(&self.path(name), SECRET_MAX_BYTES as u64)?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        Ok(text.and_then(|text| Secret::new(text).ok()))
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> StoreResult<()> {
        private_files::create_private_dir(&self.folder)?;
        let (path, bytes) = (self.path(name), secret.expose().as_bytes());
        Ok(private_files::write_private(&path, bytes)?)
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        let prefix = format!(".{}.", name.replace('/', "."));
        let unfinished = self.unfinished()?.iter();
        for temporary in unfinished.filter(|name| name.starts_with(&prefix)) {
            private_files::remove_private(&self.folder.join(temporary))?;
        }
        Ok(private_files::remove_private(&self.path(name))?)
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        let files = private_files::names_in(&self.folder)?;
        let complete = files.into_iter().filter(|name| !name.starts_with('.'));
        Ok(complete.map(|name| name.replace('.', "/")).collect())
    }
}
