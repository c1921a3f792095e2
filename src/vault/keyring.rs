//! The operating system's secret store, through the `keyring` crate. It may block for ever: see `deadline`.

use std::collections::HashMap;

use keyring_core::{Entry, Error};

use super::{Store, StoreError};
use crate::account::Secret;

/// The keyring under one service name.
pub(super) struct Keyring {
    service: String,
}

impl Keyring {
    /// Connects to the store of this system.
    pub(super) fn connect(service: String) -> Result<Self, StoreError> {
        match keyring::Entry::store_status() {
            Ok(()) => Ok(Self { service }),
            Err(Error::NoStorageAccess(_)) => Err(StoreError::Locked),
            Err(_) => Err(StoreError::Absent),
        }
    }

    fn entry(&self, name: &str, label: &str) -> Result<Entry, StoreError> {
        // Only the Secret Service has labels; elsewhere the service name is what its owner sees.
        let modifiers = if cfg!(all(unix, not(target_os = "macos"))) {
            HashMap::from([("label", label)])
        } else {
            HashMap::new()
        };
        Entry::new_with_modifiers(&self.service, name, &modifiers)
            .map_err(|error| translate(&error))
    }
}

impl Store for Keyring {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        match self.entry(name, "igconnect")?.get_password() {
            Ok(text) => Ok(Secret::new(text).ok()),
            Err(Error::NoEntry | Error::BadEncoding(_) | Error::BadDataFormat(..)) => Ok(None),
            Err(error) => Err(translate(&error)),
        }
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let entry = self.entry(name, label)?;
        entry
            .set_password(secret.expose())
            .map_err(|error| translate(&error))
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        match self.entry(name, "igconnect")?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(translate(&error)),
        }
    }
}

/// The crate's errors may quote the secret (`BadEncoding`), so nothing of them but their kind goes on.
fn translate(error: &Error) -> StoreError {
    match error {
        Error::NoStorageAccess(_) => StoreError::Locked,
        Error::NoDefaultStore => StoreError::Absent,
        Error::TooLong(..) => StoreError::TooLong,
        Error::Ambiguous(_) => StoreError::Ambiguous,
        _ => StoreError::Failed,
    }
}
