//! Whether the keyring is locked, asked where it shows nothing: gnome-keyring shows what is locked, oo7 finds nothing
//! while it is, and the Secret Service API (draft 0.2) forbids neither.
//!
//! Invariant: "there is none" is believed only of a keyring that is open.

use std::cell::OnceCell;

use zbus::blocking::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::super::StoreError;

const NAME: &str = "org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";

/// The lock of the collection that new entries go to.
#[derive(Default)]
pub(super) struct Lock {
    bus: OnceCell<Connection>,
}

impl Lock {
    /// An error where something may be hidden.
    pub(super) fn is_open(&self) -> Result<(), StoreError> {
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
        let which = bus.call_method(Some(NAME), SERVICE, Some(service), "ReadAlias", &"default")?;
        let collection: OwnedObjectPath = which.body().deserialize()?;
        if collection.as_str() == "/" {
            return Ok(false); // there is none, in which nothing can be hidden
        }
        let property = &("org.freedesktop.Secret.Collection", "Locked");
        let properties = Some("org.freedesktop.DBus.Properties");
        let locked = bus.call_method(Some(NAME), &collection, properties, "Get", property)?;
        let locked: OwnedValue = locked.body().deserialize()?;
        Ok(locked.try_into()?)
    }
}
