//! Opens a store of one world. Nothing is contacted, started or created before the first call.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::claim::ClaimEnd;
use super::credential_helper::CredentialHelper;
use super::deadline::{LOCAL_LIMIT, REMOTE_LIMIT, WithDeadline, call_limit};
use super::file::FileStore;
use super::keyring::Keyring;
use super::openbao::{OpenBao, OpenBaoAccess};
use super::sealed::{KeySources, Sealed};
use super::secret_store::SecretStore;
use crate::account::{AccountId, HelperName, StoreKind};

/// The secrets of one world in one store.
pub(crate) struct Store {
    kind: StoreKind,
    pub(super) backend: Box<dyn SecretStore>,
    /// Whether the last write was read back.
    pub(super) is_proved: Cell<bool>,
    /// The name of this machine, in a store that several machines share.
    machine: Option<String>,
    /// The claims of this run, and how each will end.
    pub(super) claim_ends: RefCell<HashMap<AccountId, ClaimEnd>>,
}

/// `service` is a name of this world alone. `attended` means that the store itself may ask a person: calls then may take
/// a minute.
impl Store {
    pub(crate) fn keyring(service: String, attended: bool) -> Self {
        Self::new(StoreKind::Keyring, keyring(service, attended))
    }

    /// The key of the sealed file may be in the keyring, under `service`.
    pub(crate) fn sealed(path: PathBuf, keys: KeySources, service: String, attended: bool) -> Self {
        let sealed = Sealed::new(path, keys, keyring(service, attended));
        Self::new(StoreKind::Sealed, Box::new(sealed))
    }

    pub(crate) fn credential_helper(helper: &HelperName, service: &str, attended: bool) -> Self {
        let limit = call_limit(attended, REMOTE_LIMIT);
        let store = CredentialHelper::new(helper, service, limit, attended);
        Self::new(StoreKind::Command(helper.clone()), Box::new(store))
    }

    pub(crate) fn openbao(access: OpenBaoAccess, attended: bool) -> Self {
        let limit = call_limit(attended, REMOTE_LIMIT);
        let machine = Some(access.machine.clone());
        let connect = move || OpenBao::connect(access, limit);
        let store = WithDeadline::new(StoreKind::OpenBao, limit, connect);
        Self {
            machine,
            ..Self::new(StoreKind::OpenBao, Box::new(store))
        }
    }

    pub(crate) fn file(folder: &Path) -> Self {
        Self::new(StoreKind::File, Box::new(FileStore::new(folder)))
    }

    pub(super) fn new(kind: StoreKind, backend: Box<dyn SecretStore>) -> Self {
        Self {
            kind,
            backend,
            is_proved: Cell::new(false),
            machine: None,
            claim_ends: RefCell::default(),
        }
    }

    pub(crate) fn kind(&self) -> &StoreKind {
        &self.kind
    }

    /// Whether it answers without waiting for another program, a server or a person.
    pub(crate) fn is_immediate(&self) -> bool {
        self.backend.is_immediate()
    }

    /// The name of this machine, if several machines share the store.
    pub(crate) fn machine(&self) -> Option<&str> {
        self.machine.as_deref()
    }
}

fn keyring(service: String, attended: bool) -> Box<dyn SecretStore> {
    let connect = move || Keyring::connect(service, attended);
    let limit = call_limit(attended, LOCAL_LIMIT);
    Box::new(WithDeadline::new(StoreKind::Keyring, limit, connect))
}
