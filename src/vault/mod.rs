//! Where secrets live: one trait, one file for each kind of store, and above them the entries and slots of accounts.
//!
//! Invariant: a token is written to a slot that is free, read back and compared; no write ever replaces the only copy.

mod deadline;
mod entry;
mod file;
mod keyring;

use std::path::Path;
use std::time::Duration;

pub use entry::Entry;

use crate::account::{AccountId, AppSecret, Secret};
use crate::private_files::PrivateFileError;

/// How long a store may take when nobody is there to answer its questions.
const UNATTENDED: Duration = Duration::from_secs(5);

/// How long a store may take when a person may be typing the password that unlocks it.
const ATTENDED: Duration = Duration::from_secs(60);

/// What went wrong with a store. No variant holds a secret or a dependency's own text.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// There is no such store on this machine.
    #[error("there is no secret store to talk to")]
    Absent,
    /// It is there and locked.
    #[error("the secret store is locked")]
    Locked,
    /// It did not answer in time.
    #[error("the secret store did not answer within {} seconds", .0.as_secs())]
    Silent(Duration),
    /// It answered with a failure of its own.
    #[error("the secret store failed")]
    Failed,
    /// It gave back something else than was written.
    #[error("the secret store did not keep what was written")]
    Unfaithful,
    /// It takes no secret of this size.
    #[error("the secret is too long for the secret store")]
    TooLong,
    /// A newer program wrote an entry, and may know more than this one about what is valid.
    #[error("the secret store holds a token that a newer igconnect wrote")]
    Newer,
    /// Several entries have the same name.
    #[error("the secret store holds several entries of the same name")]
    Ambiguous,
    /// A private file.
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

/// A place that keeps named secrets.
pub trait Store {
    /// Reads a secret; `None` when the store answered and has none of that name.
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError>;
    /// Writes a secret. `label` is what the store shows to its owner; it is never secret.
    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError>;
    /// Deletes a secret; deleting what is not there is no failure.
    fn delete(&self, name: &str) -> Result<(), StoreError>;
}

/// The kinds of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The operating system's own: Secret Service, Keychain, Credential Manager.
    Keyring,
    /// A private file in plain text: for stand-ins of Instagram alone.
    File,
}

impl Kind {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }

    /// The reverse of [`Self::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Keyring, Self::File]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    /// Where it is, for people.
    pub fn place(self) -> &'static str {
        match self {
            Self::Keyring if cfg!(target_os = "macos") => "the macOS Keychain",
            Self::Keyring if cfg!(target_os = "windows") => "the Windows Credential Manager",
            Self::Keyring => "the keyring of this desktop session",
            Self::File => "a private file, in plain text (sandbox only)",
        }
    }
}

/// The two places of an account's token. A renewed token goes to the one that is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    const BOTH: [Self; 2] = [Self::A, Self::B];

    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    fn name(self, id: &AccountId) -> String {
        match self {
            Self::A => format!("acct/{id}/a"),
            Self::B => format!("acct/{id}/b"),
        }
    }
}

/// The secrets of one world in one store.
pub struct Vault {
    kind: Kind,
    store: Box<dyn Store>,
}

impl Vault {
    /// The keyring under the service name of this world. Nothing is contacted yet.
    /// `attended` says that a person may be asked by the keyring itself.
    pub fn keyring(service: String, attended: bool) -> Self {
        let limit = if attended { ATTENDED } else { UNATTENDED };
        Self {
            kind: Kind::Keyring,
            store: Box::new(deadline::Bounded::new(service, limit)),
        }
    }

    /// Private files below `dir`.
    pub fn file(dir: &Path) -> Self {
        Self {
            kind: Kind::File,
            store: Box::new(file::FileStore::new(dir)),
        }
    }

    /// Which kind of store this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Proves that the store can write, read and delete, before anything depends on it.
    pub fn probe(&self) -> Result<(), StoreError> {
        let name = format!("probe/{}", std::process::id());
        let dummy = Secret::new("igconnect-probe".to_owned()).map_err(|_| StoreError::Failed)?;
        self.store
            .write(&name, "igconnect: trying the store", &dummy)?;
        let back = self.store.read(&name);
        self.store.delete(&name)?;
        match back? {
            Some(back) if back.expose() == dummy.expose() => Ok(()),
            _ => Err(StoreError::Unfaithful),
        }
    }

    /// The valid entry of the highest generation, and its slot. What is not ours or damaged is passed over; an entry
    /// of a newer program is an error, so that nothing is written over it.
    pub fn newest(&self, id: &AccountId) -> Result<Option<(Slot, Entry)>, StoreError> {
        let mut newest: Option<(Slot, Entry)> = None;
        for slot in Slot::BOTH {
            let Some(secret) = self.store.read(&slot.name(id))? else {
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
        // A write that fails may still have landed, so what counts is what is read back.
        let written = self.store.write(&name, label, &secret);
        match self.store.read(&name)? {
            Some(back) if back.expose() == secret.expose() => Ok(slot),
            _ => Err(written.err().unwrap_or(StoreError::Unfaithful)),
        }
    }

    /// Empties one slot of the account.
    pub fn empty(&self, id: &AccountId, slot: Slot) -> Result<(), StoreError> {
        self.store.delete(&slot.name(id))
    }

    /// Empties every slot of the account but `kept`.
    pub fn keep_only(&self, id: &AccountId, kept: Slot) -> Result<(), StoreError> {
        self.store.delete(&kept.other().name(id))
    }

    /// Empties both slots of the account and proves it by reading.
    pub fn forget(&self, id: &AccountId) -> Result<(), StoreError> {
        for slot in Slot::BOTH {
            self.store.delete(&slot.name(id))?;
        }
        for slot in Slot::BOTH {
            if self.store.read(&slot.name(id))?.is_some() {
                return Err(StoreError::Unfaithful);
            }
        }
        Ok(())
    }

    /// The App Secret of the app with this Instagram App ID.
    pub fn app_secret(&self, app_id: &str) -> Result<Option<AppSecret>, StoreError> {
        let secret = self.store.read(&app_name(app_id))?;
        Ok(secret.and_then(|secret| AppSecret::new(secret.expose().to_owned()).ok()))
    }

    /// Keeps an App Secret and compares what comes back.
    pub fn put_app_secret(&self, app_id: &str, secret: &AppSecret) -> Result<(), StoreError> {
        let text = Secret::new(secret.expose().to_owned()).map_err(|_| StoreError::Failed)?;
        let label = format!("igconnect: App Secret of Instagram app {app_id}");
        let written = self.store.write(&app_name(app_id), &label, &text);
        match self.store.read(&app_name(app_id))? {
            Some(back) if back.expose() == secret.expose() => Ok(()),
            _ => Err(written.err().unwrap_or(StoreError::Unfaithful)),
        }
    }

    /// Forgets an App Secret.
    pub fn remove_app_secret(&self, app_id: &str) -> Result<(), StoreError> {
        self.store.delete(&app_name(app_id))
    }
}

fn app_name(app_id: &str) -> String {
    format!("app/{app_id}")
}
