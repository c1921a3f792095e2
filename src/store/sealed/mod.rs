//! Secrets in one private file, each sealed under its name; the key is elsewhere.
//!
//! - `container` the file, `key` how an entry is sealed, `source` where the key comes from, `problem` what can be wrong
//!
//! Invariant: nothing is created by reading, no key is asked for before an entry needs it, and a wrong key or a changed
//! file changes nothing.

mod container;
mod key;
mod problem;
mod source;

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

pub use problem::{KeySource, SealedError};
pub(super) use source::KEY_NAME;
pub use source::{Ask, Keys, Wanted};

use super::{SecretStore, StoreError};
use crate::account::Secret;
use container::Container;
use key::Key;
use source::Seal;

/// A sealed file.
pub(super) struct Sealed {
    path: PathBuf,
    keys: Keys,
    keyring: Box<dyn SecretStore>,
    container: RefCell<Option<Container>>,
    // The answer counts for the whole run: nobody types a passphrase once for each account.
    unsealed: OnceCell<Result<(Seal, Key), StoreError>>,
}

impl Sealed {
    /// Nothing is opened before the first call. The keyring is asked only for a key that is kept there.
    pub(super) fn new(path: PathBuf, keys: Keys, keyring: Box<dyn SecretStore>) -> Self {
        Self {
            path,
            keys,
            keyring,
            container: RefCell::new(None),
            unsealed: OnceCell::new(),
        }
    }

    /// Works with the file; `None` where there is none.
    fn look<T>(
        &self,
        work: impl FnOnce(&Container) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut open = self.container.borrow_mut();
        if open.is_none() {
            *open = Container::open(&self.path)?;
        }
        open.as_ref().map(work).transpose()
    }

    fn unsealed(&self, seal: Seal) -> Result<&(Seal, Key), StoreError> {
        let answer = self
            .unsealed
            .get_or_init(|| Ok((seal, self.keys.of(&seal, &*self.keyring)?)));
        answer.as_ref().map_err(Clone::clone)
    }
}

/// Where the key of the sealed file at `path` came from when it was made; `None` where nothing was sealed yet.
pub fn sealed_with(path: &Path) -> Result<Option<KeySource>, StoreError> {
    let seal = Container::open(path)?.map(|container| container.seal());
    Ok(seal.transpose()?.flatten().map(|seal| seal.source))
}

impl SecretStore for Sealed {
    /// Once it has its key.
    fn is_at_hand(&self) -> bool {
        self.unsealed.get().is_some()
    }

    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let read = self.look(|container| {
            // Whoever asks for an entry knows that there were some.
            let seal = container.seal()?.ok_or_else(|| container.damaged())?;
            let Some(sealed) = container.entry(name)? else {
                return Ok(None);
            };
            let (seal, key) = self.unsealed(seal)?;
            let opened = key.open(&seal.file, name, &sealed);
            opened.map(Some).ok_or_else(|| container.damaged())
        });
        read.map(Option::flatten)
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> Result<(), StoreError> {
        let mut open = self.container.borrow_mut();
        let container = match &mut *open {
            Some(container) => container,
            none => none.insert(Container::open_or_create(&self.path)?),
        };
        if container.seal()?.is_none()
            && let Some(new) = container.begin(|| self.keys.for_new(&*self.keyring))?
        {
            let _ = self.unsealed.set(Ok(new));
        }
        let seal = container.seal()?.ok_or_else(|| container.damaged())?;
        let (seal, key) = self.unsealed(seal)?;
        let sealed = key.seal(&seal.file, name, secret.expose());
        container.put(name, &sealed.ok_or(StoreError::Failed)?)
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let deleted = self.look(|container| match container.seal()? {
            Some(_) => container.delete(name),
            None => Ok(()),
        });
        deleted.map(drop)
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let names = self.look(|container| match container.seal()? {
            Some(_) => container.names(),
            None => Ok(Vec::new()),
        });
        names.map(Option::unwrap_or_default)
    }
}
