//! Finds out whether the keyring is locked when it shows nothing. gnome-keyring shows locked entries, oo7 hides them, and
//! the Secret Service API (draft 0.2) allows both.
//!
//! Invariant: a missing entry is believed only if the keyring is open.

use std::cell::OnceCell;

use zbus::blocking::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::store::error::{StoreError, StoreResult};

const NAME: &str = "org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";

/// The lock of the default collection.
#[derive(Default)]
pub(super) struct KeyringLock {
    bus: OnceCell<Connection>,
}

impl KeyringLock {
    pub(super) fn require_open(&self) -> StoreResult<()> {
        match self.is_locked() {
            Ok(false) => Ok(()),
            Ok(true) => Err(StoreError::Locked),
            Err(_) => Err(StoreError::Failed),
        }
    }

    fn is_locked(&self) -> zbus::Result<bool> {
        let bus = match self.bus.get() {
            Some(bus) => bus,
            None => {
                let bus = Connection::session()?;
                self.bus.get_or_init(|| bus)
            }
        };
        let service = "org.freedesktop.Secret.Service";
        let alias = bus.call_method(Some(NAME), SERVICE, Some(service), "ReadAlias", &"default")?;
        let collection: OwnedObjectPath = alias.body().deserialize()?;
        if collection.as_str() == "/" {
            // Without a default collection nothing can be hidden.
            return Ok(false);
        }
        let property = &("org.freedesktop.Secret.Collection", "Locked");
        let properties = Some("org.freedesktop.DBus.Properties");
        let locked = bus.call_method(Some(NAME), &collection, properties, "Get", property)?;
        let locked: OwnedValue = locked.body().deserialize()?;
        Ok(locked.try_into()?)
    }
}
