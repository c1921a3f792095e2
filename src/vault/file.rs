//! Secrets in private files, in plain text: for stand-ins of Instagram alone, whose tokens open nothing.

use std::path::{Path, PathBuf};

use super::{Store, StoreError};
use crate::account::{SECRET_MAX_BYTES, Secret};
use crate::private_files;

/// A folder with one file for each secret.
pub(super) struct FileStore {
    dir: PathBuf,
}

impl FileStore {
    /// Nothing is created before the first write.
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// Names are made of our own words and digits; the slashes between them become dots.
    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name.replace('/', "."))
    }
}

impl Store for FileStore {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let bytes = private_files::read_private_if_any(&self.path(name), SECRET_MAX_BYTES as u64)?;
        Ok(bytes
            .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
            .and_then(|text| Secret::new(text).ok()))
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> Result<(), StoreError> {
        private_files::create_private_dir(&self.dir)?;
        Ok(private_files::write_private(
            &self.path(name),
            secret.expose().as_bytes(),
        )?)
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name);
        private_files::remove_unfinished(&path)?;
        Ok(private_files::remove_private(&path)?)
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let files = private_files::names_in(&self.dir)?;
        let whole = files.into_iter().filter(|name| !name.starts_with('.'));
        Ok(whole.map(|name| name.replace('.', "/")).collect())
    }
}
