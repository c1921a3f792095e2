//! The operating system's secret store, through the `keyring` crate. It may block for ever: see `deadline`.

#[cfg(all(unix, not(target_os = "macos")))]
mod lock;

use std::cell::RefCell;
use std::collections::HashMap;

use keyring_core::{Entry, Error};

use super::{SecretStore, StoreError};
use crate::account::Secret;

/// The keyring under one service name.
pub(super) struct Keyring {
    service: String,
    /// What the last reading was shown: of its folder nothing is hidden a moment later.
    shown: RefCell<String>,
    #[cfg(all(unix, not(target_os = "macos")))]
    lock: lock::Lock,
}

impl Keyring {
    /// Connects to the store of this system.
    pub(super) fn connect(service: String) -> Result<Self, StoreError> {
        match keyring::Entry::store_status() {
            Ok(()) => Ok(Self {
                service,
                shown: RefCell::default(),
                #[cfg(all(unix, not(target_os = "macos")))]
                lock: lock::Lock::default(),
            }),
            Err(Error::NoStorageAccess(_)) => Err(StoreError::Locked),
            Err(_) => Err(StoreError::Absent),
        }
    }

    /// What was not found is not there, unless it is hidden.
    fn nothing<T>(&self, none: T) -> Result<T, StoreError> {
        #[cfg(all(unix, not(target_os = "macos")))]
        self.lock.is_open()?;
        Ok(none)
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

impl SecretStore for Keyring {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let before = self.shown.take();
        match self.entry(name, "igconnect")?.get_password() {
            Ok(text) => {
                self.shown.replace(name.to_owned());
                Ok(Secret::new(text).ok())
            }
            Err(Error::NoEntry) if are_beside(&before, name) => Ok(None),
            Err(Error::NoEntry) => self.nothing(None),
            Err(Error::BadEncoding(_) | Error::BadDataFormat(..)) => Ok(None),
            Err(error) => Err(translate(&error)),
        }
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let entry = self.entry(name, label)?;
        entry
            .set_password(secret.expose())
            .map_err(|error| match translate(&error) {
                // Each has words of its own for a lock that nobody opens.
                StoreError::Failed => self.nothing(()).err().unwrap_or(StoreError::Failed),
                known => known,
            })
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        match self.entry(name, "igconnect")?.delete_credential() {
            Ok(()) => Ok(()),
            Err(Error::NoEntry) => self.nothing(()),
            // What is to be forgotten is forgotten as often as it is there.
            Err(Error::Ambiguous(doubles)) => doubles
                .iter()
                .try_for_each(Entry::delete_credential)
                .map_err(|error| translate(&error)),
            Err(error) => Err(translate(&error)),
        }
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        // The Credential Manager searches by another key; what is not ours is left out below.
        let wanted = if cfg!(windows) {
            HashMap::new()
        } else {
            HashMap::from([("service", self.service.as_str())])
        };
        let found = Entry::search(&wanted).map_err(|error| translate(&error))?;
        if found.is_empty() {
            return self.nothing(Vec::new());
        }
        let specifiers = found.iter().filter_map(Entry::get_specifiers);
        Ok(specifiers
            .filter_map(|(service, name)| own_name(&self.service, &service, &name))
            .collect())
    }
}

/// Whether two names differ in their last part alone, as those of an account's two slots do.
fn are_beside(one: &str, other: &str) -> bool {
    let folders = one.rsplit_once('/').zip(other.rsplit_once('/'));
    folders.is_some_and(|((one, _), (other, _))| one == other)
}

/// The name of an entry, if it is one of `ours`. The Credential Manager keeps `NAME.SERVICE` as one text and splits it
/// at the last dot, which may stand within the service.
fn own_name(ours: &str, service: &str, name: &str) -> Option<String> {
    let whole = format!("{name}.{service}");
    whole
        .strip_suffix(&format!(".{ours}"))
        .map(ToOwned::to_owned)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_failure_of_the_keyring_its_kind_goes_on() {
        let because = || Box::new(std::io::Error::other("canary"));
        for (error, expected) in [
            (Error::NoStorageAccess(because()), StoreError::Locked),
            (Error::NoDefaultStore, StoreError::Absent),
            (Error::TooLong("secret".into(), 9), StoreError::TooLong),
            (Error::Ambiguous(Vec::new()), StoreError::Ambiguous),
            (Error::PlatformFailure(because()), StoreError::Failed),
            (Error::BadEncoding(b"canary".to_vec()), StoreError::Failed),
        ] {
            assert_eq!(translate(&error).to_string(), expected.to_string());
        }
    }

    #[test]
    fn only_entries_of_the_own_service_are_named() {
        let own = |ours, service, name| own_name(ours, service, name);
        let slot = Some("acct/17/a".to_owned());
        assert_eq!(own("igconnect", "igconnect", "acct/17/a"), slot);
        assert_eq!(own("igconnect", "igconnect-sandbox", "acct/17/a"), None);
        assert_eq!(own("igconnect", "xigconnect", "acct/17/a"), None);
        // As the Credential Manager splits it.
        let stand_in = "igconnect-127.0.0.1-80";
        assert_eq!(own(stand_in, "1-80", "acct/17/a.igconnect-127.0.0"), slot);
    }

    #[test]
    fn the_two_slots_of_an_account_are_beside_each_other_and_nothing_else_is() {
        assert!(are_beside("acct/17/a", "acct/17/b"));
        assert!(!are_beside("acct/17/a", "acct/25/b"));
        assert!(!are_beside("", "acct/17/a"));
    }
}
