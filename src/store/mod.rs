//! Where secrets live: one trait, one file for each kind of store, and above them the entries and slots of accounts.
//!
//! Invariant: a token is written to a slot that is free, read back and compared; no write ever replaces the only copy.

mod app_secrets;
mod claim;
mod command;
mod deadline;
mod entry;
mod file;
mod holdings;
mod keyring;
mod openbao;
mod relocation;
mod sealed;
mod secret_store;
mod slot;
#[cfg(test)]
mod tests;
mod trial;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

pub use claim::Claim;
pub use entry::{Entry, Written};
pub use holdings::Holdings;
pub use openbao::{Access, Login, OpenBaoError};
pub use sealed::{Ask, KeySource, Keys, SealedError, Wanted, sealed_with};
pub use secret_store::{Claimed, Release, SecretStore, StoreError};
pub use slot::Slot;

use crate::account::{AccountId, HelperName, Secret, StoreKind};

/// How often a write is tried.
const WRITE_TRIES: usize = 3;

/// The secrets of one world in one store.
pub struct Store {
    kind: StoreKind,
    backend: Box<dyn SecretStore>,
    /// Whether what was written last came back.
    is_proved: Cell<bool>,
    /// What this machine calls itself in a store that others share.
    writer: Option<String>,
    claims: claim::Claims,
}

impl Store {
    /// The keyring under the service name of this world. Nothing is contacted yet.
    /// `attended` says that a person may be asked by the keyring itself.
    pub fn keyring(service: String, attended: bool) -> Self {
        Self::new(StoreKind::Keyring, own_keyring(service, attended))
    }

    /// One sealed file. Nothing is opened yet; a key that is kept in the keyring is under the service name of this world.
    pub fn sealed(path: PathBuf, keys: Keys, service: String, attended: bool) -> Self {
        let keyring = own_keyring(service, attended);
        let store = sealed::Sealed::new(path, keys, keyring);
        Self::new(StoreKind::Sealed, Box::new(store))
    }

    /// A credential helper, under addresses of this world's own. Nothing is started yet.
    /// `attended` says that the helper may ask a person.
    pub fn command(helper: &HelperName, service: &str, attended: bool) -> Self {
        let store = command::Helper::new(helper, service, far(attended), attended);
        Self::new(StoreKind::Command(helper.clone()), Box::new(store))
    }

    /// A team's OpenBao server. Nothing is contacted yet. `attended` says that a person is there, who may wait longer.
    pub fn openbao(access: Access, attended: bool) -> Self {
        let limit = far(attended);
        let writer = Some(access.writer.clone());
        let connect = move || openbao::OpenBao::connect(access, limit);
        let store = deadline::Bounded::new("openbao", limit, connect);
        Self {
            writer,
            ..Self::new(StoreKind::OpenBao, Box::new(store))
        }
    }

    /// Private files below `dir`.
    pub fn file(dir: &Path) -> Self {
        Self::new(StoreKind::File, Box::new(file::FileStore::new(dir)))
    }

    fn new(kind: StoreKind, store: Box<dyn SecretStore>) -> Self {
        Self {
            kind,
            backend: store,
            is_proved: Cell::new(false),
            writer: None,
            claims: claim::Claims::default(),
        }
    }

    /// Which kind of store this is.
    pub fn kind(&self) -> &StoreKind {
        &self.kind
    }

    /// Whether it answers by itself, without waiting for another program, a server or a person.
    pub fn is_at_hand(&self) -> bool {
        self.backend.is_at_hand()
    }

    /// The valid entry of the highest generation, and its slot. What is not ours or damaged is passed over; an entry
    /// of a newer program is an error, so that nothing is written over it. Who reads without a lock may find both slots
    /// empty, one before and one after another's change of them: only what is empty twice is.
    pub fn newest(&self, id: &AccountId) -> Result<Option<(Slot, Entry)>, StoreError> {
        match self.newest_at_once(id)? {
            None => self.newest_at_once(id),
            found => Ok(found),
        }
    }

    fn newest_at_once(&self, id: &AccountId) -> Result<Option<(Slot, Entry)>, StoreError> {
        let mut newest: Option<(Slot, Entry)> = None;
        for slot in Slot::BOTH {
            let Some(secret) = self.backend.read(&slot.name(id))? else {
                continue;
            };
            if Entry::is_newer(&secret) {
                return Err(StoreError::Newer);
            }
            let Some(entry) = Entry::decode(&secret).filter(|entry| entry.id == *id) else {
                continue;
            };
            if newest
                .as_ref()
                .is_none_or(|(_, known)| entry.generation > known.generation)
            {
                newest = Some((slot, entry));
            }
        }
        Ok(newest)
    }

    /// Every account with something in one of its slots, each once, the lowest id first.
    pub fn accounts(&self) -> Result<Vec<AccountId>, StoreError> {
        let names = self.backend.names()?;
        let mut ids: Vec<_> = names.iter().filter_map(|name| Slot::owner(name)).collect();
        ids.sort_by(|one, other| {
            let rank = |id: &AccountId| (id.as_str().len(), id.to_string());
            rank(one).cmp(&rank(other))
        });
        ids.dedup();
        Ok(ids)
    }

    /// Writes `entry` to the slot that is not `occupied` and compares what comes back.
    /// After an error the other slot is what it was.
    pub fn put(
        &self,
        entry: &Entry,
        label: &str,
        occupied: Option<Slot>,
    ) -> Result<Slot, StoreError> {
        let slot = occupied.map_or(Slot::A, Slot::other);
        let name = slot.name(&entry.id);
        let secret = entry.encode().ok_or(StoreError::TooLong)?;
        self.write_proved(&name, label, &secret)?;
        self.claims.ends_with(&entry.id, Release::Kept);
        Ok(slot)
    }

    /// A write counts when it is read back. One that fails may still have landed, and a passing failure is tried again:
    /// a token that was just issued must not be lost to it.
    fn write_proved(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let written = self.write_tried(name, label, secret);
        self.is_proved.set(written.is_ok());
        written
    }

    fn write_tried(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let mut error = StoreError::Unfaithful;
        for _ in 0..WRITE_TRIES {
            let written = self.backend.write(name, label, secret);
            match self.backend.read(name)? {
                Some(back) if back.expose() == secret.expose() => return Ok(()),
                _ => error = written.err().unwrap_or(StoreError::Unfaithful),
            }
            if !matches!(error, StoreError::Failed | StoreError::Unfaithful) {
                break;
            }
        }
        Err(error)
    }

    /// Whether the slot beside this one has a valid entry of the account.
    pub fn holds_other(&self, id: &AccountId, slot: Slot) -> Result<bool, StoreError> {
        let secret = self.backend.read(&slot.other().name(id))?;
        let entry = secret.as_ref().and_then(Entry::decode);
        Ok(entry.is_some_and(|entry| entry.id == *id))
    }

    /// Empties one slot of the account.
    pub fn empty(&self, id: &AccountId, slot: Slot) -> Result<(), StoreError> {
        self.backend.delete(&slot.name(id))
    }

    /// Empties every slot of the account but `kept`.
    pub fn keep_only(&self, id: &AccountId, kept: Slot) -> Result<(), StoreError> {
        self.backend.delete(&kept.other().name(id))
    }

    /// Empties both slots of the account and proves it by reading.
    pub fn forget(&self, id: &AccountId) -> Result<(), StoreError> {
        for slot in Slot::BOTH {
            self.backend.delete(&slot.name(id))?;
        }
        for slot in Slot::BOTH {
            if self.backend.read(&slot.name(id))?.is_some() {
                return Err(StoreError::Unfaithful);
            }
        }
        self.claims.ends_with(id, Release::Removed);
        Ok(())
    }
}

fn own_keyring(service: String, attended: bool) -> Box<dyn SecretStore> {
    let limit = match attended {
        true => deadline::ATTENDED,
        false => deadline::UNATTENDED,
    };
    let connect = move || keyring::Keyring::connect(service);
    Box::new(deadline::Bounded::new("keyring", limit, connect))
}

fn far(attended: bool) -> Duration {
    match attended {
        true => deadline::ATTENDED,
        false => deadline::FAR,
    }
}

/// A word that nobody else makes up.
pub fn random_word() -> String {
    let mut bytes = [0; 8];
    // Without random numbers there is no TLS either; the word then only is not unique.
    let _ = SystemRandom::new().fill(&mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}
