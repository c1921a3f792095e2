//! Finds out whether the keyring is locked when it shows nothing. gnome-keyring shows locked entries, oo7 hides them, and
//! the Secret Service API (draft 0.2) allows both.
//!
//! Invariant: a missing entry is believed only if the keyring is open, and a keyring is unlocked before it is believed to
//! be locked.

use std::cell::OnceCell;

use zbus::blocking::{Connection, Proxy, proxy};
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedObjectPath;

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
#[derive(Default)]
pub(super) struct KeyringLock {
    bus: OnceCell<Connection>,
}

impl KeyringLock {
    /// Unlocks the collection if it is locked. That may show a prompt, which the caller's deadline bounds. Fails if it
    /// stays locked.
    pub(super) fn open(&self) -> StoreResult<Collection> {
        self.try_open()
            .map_err(|_| StoreError::Failed)?
            .ok_or(StoreError::Locked)
    }

    fn try_open(&self) -> zbus::Result<Option<Collection>> {
        let bus = match self.bus.get() {
            Some(bus) => bus,
            None => {
                let bus = Connection::session()?;
                self.bus.get_or_init(|| bus)
            }
        };
        let service = Proxy::new(bus, NAME, SERVICE, "org.freedesktop.Secret.Service")?;
        let path: OwnedObjectPath = service.call("ReadAlias", &"default")?;
        if path.as_str() == NOTHING {
            // Without a default collection nothing can be hidden.
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
        type Unlocked = (Vec<OwnedObjectPath>, OwnedObjectPath);
        let (_, prompt): Unlocked = service.call("Unlock", &vec![&path])?;
        if prompt.as_str() != NOTHING {
            wait_for_person(bus, &prompt)?;
        }
        Ok((!is_locked()?).then_some(Collection::Unlocked))
    }
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
