//! Secrets in private files, in plain text: for stand-ins of Instagram alone, whose tokens open nothing.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::{SecretStore, StoreError};
use crate::account::{SECRET_MAX_BYTES, Secret};
use crate::private_files;

/// A folder with one file for each secret.
pub(super) struct FileStore {
    dir: PathBuf,
    /// What writers left that were ended before this program began; one that is ended now leaves it to the next program.
    unfinished: OnceCell<Vec<String>>,
}

impl FileStore {
    /// Nothing is created before the first write.
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            unfinished: OnceCell::new(),
        }
    }

    /// Looked for once: in a folder of many files that takes longer than all else.
    fn unfinished(&self) -> Result<&[String], StoreError> {
        if let Some(known) = self.unfinished.get() {
            return Ok(known);
        }
        let mut names = private_files::names_in(&self.dir)?;
        names.retain(|name| name.starts_with('.'));
        Ok(self.unfinished.get_or_init(|| names))
    }

    /// Names are made of our own words and digits; the slashes between them become dots.
    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name.replace('/', "."))
    }
}

impl SecretStore for FileStore {
    fn is_at_hand(&self) -> bool {
        true
    }

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
        let start = format!(".{}.", name.replace('/', "."));
        let unfinished = self.unfinished()?.iter();
        for left in unfinished.filter(|left| left.starts_with(&start)) {
            private_files::remove_private(&self.dir.join(left))?;
        }
        Ok(private_files::remove_private(&path)?)
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let files = private_files::names_in(&self.dir)?;
        let whole = files.into_iter().filter(|name| !name.starts_with('.'));
        Ok(whole.map(|name| name.replace('.', "/")).collect())
    }
}
