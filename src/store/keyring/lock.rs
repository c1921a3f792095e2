//! Finds out whether the keyring is locked when it shows nothing. gnome-keyring shows locked entries, oo7 hides them, and
//! the Secret Service API (draft 0.2) allows both.
//!
//! Invariant: a missing entry is believed only if the keyring is open, and a keyring is unlocked before it is believed to
//! be locked. A prompt is shown only to a person who is there.

use std::cell::OnceCell;
use std::collections::HashMap;

use zbus::blocking::{Connection, Proxy, proxy};
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedObjectPath;

use crate::account::StoreKind;
use crate::store::error::{StoreError, StoreResult};

const NAME: &str = "org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";

/// The path that means no object.
const NOTHING: &str = "/";

/// The default collection, as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Open,
    /// It was locked, and a person or the keyring itself has opened it now.
    Unlocked,
    /// Before the first login to a desktop, and on WSL.
    Missing,
}

/// The lock of the default collection.
pub(super) struct KeyringLock {
    bus: OnceCell<Connection>,
    attended: bool,
}

impl KeyringLock {
    /// `attended` means that a prompt may be shown.
    pub(super) fn new(attended: bool) -> Self {
        let bus = OnceCell::new();
        Self { bus, attended }
    }

    /// Unlocks the collection if it is locked. That may show a prompt, which the caller's deadline bounds. Fails if it
    /// stays locked.
    pub(super) fn open(&self) -> StoreResult<Collection> {
        let opened = self
            .try_open()
            .map_err(|_| StoreError::Failed(StoreKind::Keyring))?;
        opened.ok_or(StoreError::Locked)
    }

    /// Also unlocks the entries of `service` in other collections. Fails if something needs a prompt.
    pub(super) fn open_without_prompt(&self, service: &str) -> StoreResult<()> {
        self.open()?;
        let unlocked = self.unlock_entries(service);
        let is_unlocked = unlocked.map_err(|_| StoreError::Failed(StoreKind::Keyring))?;
        is_unlocked.then_some(()).ok_or(StoreError::Locked)
    }

    fn try_open(&self) -> zbus::Result<Option<Collection>> {
        let bus = self.bus()?;
        let service = secret_service(bus)?;
        let path: OwnedObjectPath = service.call("ReadAlias", &"default")?;
        if path.as_str() == NOTHING {
            return Ok(Some(Collection::Missing));
        }
        // Not cached: the answer changes while this waits.
        let collection: Proxy<'_> = proxy::Builder::new(bus)
            .destination(NAME)?
            .path(&path)?
            .interface("org.freedesktop.Secret.Collection")?
            .cache_properties(CacheProperties::No)
            .build()?;
        let is_locked = || collection.get_property::<bool>("Locked");
        if !is_locked()? {
            return Ok(Some(Collection::Open));
        }
        self.unlock(std::slice::from_ref(&path))?;
        Ok((!is_locked()?).then_some(Collection::Unlocked))
    }

    fn unlock_entries(&self, service: &str) -> zbus::Result<bool> {
        type Found = (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>);
        let (keyring, wanted) = (secret_service(self.bus()?)?, [("service", service)]);
        let wanted = HashMap::from(wanted);
        let find_locked = || {
            keyring
                .call("SearchItems", &wanted)
                .map(|(_, locked): Found| locked)
        };
        let locked = find_locked()?;
        if !locked.is_empty() {
            self.unlock(&locked)?;
        }
        Ok(locked.is_empty() || find_locked()?.is_empty())
    }

    fn unlock(&self, objects: &[OwnedObjectPath]) -> zbus::Result<()> {
        type Unlocked = (Vec<OwnedObjectPath>, OwnedObjectPath);
        let bus = self.bus()?;
        let (_, prompt): Unlocked = secret_service(bus)?.call("Unlock", &objects)?;
        match prompt.as_str() != NOTHING && self.attended {
            true => wait_for_person(bus, &prompt),
            false => Ok(()),
        }
    }

    fn bus(&self) -> zbus::Result<&Connection> {
        if let Some(bus) = self.bus.get() {
            return Ok(bus);
        }
        let bus = Connection::session()?;
        Ok(self.bus.get_or_init(|| bus))
    }
}

fn secret_service(bus: &Connection) -> zbus::Result<Proxy<'_>> {
    Proxy::new(bus, NAME, SERVICE, "org.freedesktop.Secret.Service")
}

/// Shows the prompt, and waits until the person has answered or dismissed it.
fn wait_for_person(bus: &Connection, prompt: &OwnedObjectPath) -> zbus::Result<()> {
    let prompt = Proxy::new(bus, NAME, prompt, "org.freedesktop.Secret.Prompt")?;
    // Before the prompt is shown: its answer may come at once.
    let mut completed = prompt.receive_signal("Completed")?;
    // Nothing here has a window that the prompt could belong to.
    prompt.call_method("Prompt", &"")?;
    completed.next();
    Ok(())
}
