//! The store over a sealed file.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

use super::error::KeySource;
use super::key::SealKey;
use super::key_sources::{KeySources, SealHeader};
use super::sealed_file::SealedFile;
use crate::account::{Secret, StoreKind};
use crate::store::error::{StoreError, StoreResult};
use crate::store::secret_store::SecretStore;

pub(in crate::store) struct Sealed {
    path: PathBuf,
    pub(super) keys: KeySources,
    pub(super) keyring: Box<dyn SecretStore>,
    file: RefCell<Option<SealedFile>>,
    /// Kept for the whole run, so that the passphrase is asked for once and not for each account.
    unsealed: OnceCell<StoreResult<(SealHeader, SealKey)>>,
}

impl Sealed {
    /// Opens nothing before the first call. The keyring is used only if the key is in it.
    pub(in crate::store) fn new(
        path: PathBuf,
        keys: KeySources,
        keyring: Box<dyn SecretStore>,
    ) -> Self {
        Self {
            path,
            keys,
            keyring,
            file: RefCell::new(None),
            unsealed: OnceCell::new(),
        }
    }

    /// Works with the file and its header; `None` if the file is missing. Without a header it contains nothing.
    fn with_file<T>(
        &self,
        work: impl FnOnce(&SealedFile, Option<SealHeader>) -> StoreResult<Option<T>>,
    ) -> StoreResult<Option<T>> {
        let mut file = self.file.borrow_mut();
        if file.is_none() {
            // Another process may create it at any time, so a missing file is looked for again by the next call.
            *file = SealedFile::open(&self.path)?;
        }
        match &*file {
            Some(file) => work(file, file.header()?),
            None => Ok(None),
        }
    }

    fn unseal(&self, header: SealHeader) -> StoreResult<&(SealHeader, SealKey)> {
        let load = || Ok((header, self.load_key(&header)?));
        let unsealed = self.unsealed.get_or_init(load);
        unsealed.as_ref().map_err(Clone::clone)
    }
}

/// Returns where the key of the sealed file came from when the file was made; `None` if nothing was sealed yet.
pub(crate) fn recorded_key_source(path: &Path) -> StoreResult<Option<KeySource>> {
    let header = SealedFile::open(path)?.map(|file| file.header());
    Ok(header.transpose()?.flatten().map(|header| header.source))
}

impl SecretStore for Sealed {
    /// As soon as it has its key.
    fn is_immediate(&self) -> bool {
        self.unsealed.get().is_some()
    }

    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        self.with_file(|file, header| {
            // A file without header has lost its entries: callers read only after something was written.
            let header = header.ok_or_else(|| file.damaged())?;
            let Some(sealed) = file.entry(name)? else {
                return Ok(None);
            };
            let (header, key) = self.unseal(header)?;
            let opened = key.open(&header.file, name, &sealed);
            opened.map(Some).ok_or_else(|| file.damaged())
        })
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> StoreResult<()> {
        let mut file = self.file.borrow_mut();
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(SealedFile::open_or_create(&self.path)?),
        };
        if file.header()?.is_none()
            && let Some(new) = file.initialize(|| self.load_or_create_key())?
        {
            let _ = self.unsealed.set(Ok(new));
        }
        let header = file.header()?.ok_or_else(|| file.damaged())?;
        let (header, key) = self.unseal(header)?;
        let sealed = key.seal(&header.file, name, secret.expose());
        file.write(name, &sealed.ok_or(StoreError::Failed(StoreKind::Sealed))?)
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        let deleted = self.with_file(|file, header| header.map(|_| file.delete(name)).transpose());
        deleted.map(drop)
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        let names = self.with_file(|file, header| header.map(|_| file.names()).transpose());
        names.map(Option::unwrap_or_default)
    }
}
