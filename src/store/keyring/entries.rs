//! Entries of the keyring, through the `keyring` crate. A call may block for ever: see `deadline`.

use std::cell::RefCell;
use std::collections::HashMap;

use keyring_core::{Entry, Error};

#[cfg(all(unix, not(target_os = "macos")))]
use super::lock::{Collection, KeyringLock};
use crate::account::{Platform, Secret, StoreKind};
use crate::store::error::{StoreError, StoreResult};
use crate::store::secret_store::SecretStore;

/// The keyring under one service name.
pub(in crate::store) struct Keyring {
    service: String,
    /// The last entry that was read. While the keyring shows it, it does not hide its neighbour.
    last_read: RefCell<String>,
    #[cfg(all(unix, not(target_os = "macos")))]
    lock: KeyringLock,
}

impl Keyring {
    /// `attended` means that a person may be asked to unlock it.
    pub(in crate::store) fn connect(service: String, attended: bool) -> StoreResult<Self> {
        match keyring::Entry::store_status() {
            Ok(()) => {}
            Err(Error::NoStorageAccess(_)) => return Err(StoreError::Locked),
            Err(_) => return Err(StoreError::Absent),
        }
        #[cfg(all(unix, not(target_os = "macos")))]
        let lock = KeyringLock::new(attended);
        // `keyring` shows a prompt for every lock that it meets.
        #[cfg(all(unix, not(target_os = "macos")))]
        if !attended {
            lock.open_without_prompt(&service)?;
        }
        #[cfg(not(all(unix, not(target_os = "macos"))))]
        let _ = attended;
        Ok(Self {
            service,
            last_read: RefCell::default(),
            #[cfg(all(unix, not(target_os = "macos")))]
            lock,
        })
    }

    /// Looks for entries, and once more if a lock may have hidden them.
    fn find<T>(
        &self,
        look: impl Fn() -> keyring_core::Result<T>,
        is_missing: impl FnOnce(&keyring_core::Result<T>) -> bool,
    ) -> StoreResult<keyring_core::Result<T>> {
        let found = look();
        Ok(match is_missing(&found) && self.unlock()? {
            true => look(),
            false => found,
        })
    }

    /// Unlocks a keyring in which something was not found. Returns whether it was locked.
    fn unlock(&self) -> StoreResult<bool> {
        #[cfg(all(unix, not(target_os = "macos")))]
        return match self.lock.open()? {
            Collection::Open => Ok(false),
            Collection::Unlocked => Ok(true),
            // What was in it is not reachable, but it may come back.
            Collection::Missing => Err(StoreError::NoCollection),
        };
        #[cfg(not(all(unix, not(target_os = "macos"))))]
        Ok(false)
    }

    /// Returns what is wrong with a keyring that did not take an entry.
    fn explain(&self, error: StoreError) -> StoreError {
        #[cfg(all(unix, not(target_os = "macos")))]
        match (&error, self.lock.open()) {
            // Each keyring reports a missing collection and a lock in its own way.
            (StoreError::Failed(_) | StoreError::Locked, Ok(Collection::Missing)) => {
                return StoreError::NoCollection;
            }
            (StoreError::Failed(_), Err(StoreError::Locked)) => return StoreError::Locked,
            _ => {}
        }
        error
    }

    fn entry(&self, name: &str, label: &str) -> StoreResult<Entry> {
        let modifiers = match Platform::HERE {
            Platform::Linux => HashMap::from([("label", label)]),
            // Without labels: the owner sees the service name.
            Platform::MacOs => HashMap::new(),
            // Without this, a domain copies tokens to every machine where its user logs in. An entry of an older version
            // that does so is found all the same, and is local when it is written again.
            Platform::Windows => HashMap::from([("persistence", "Local")]),
        };
        Ok(Entry::new_with_modifiers(&self.service, name, &modifiers)?)
    }
}

impl SecretStore for Keyring {
    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        let last_read = self.last_read.take();
        let entry = self.entry(name, "igconnect")?;
        let is_hidden = |found: &_| is_missing(found) && !are_neighbours(&last_read, name);
        match self.find(|| entry.get_password(), is_hidden)? {
            Ok(text) => {
                self.last_read.replace(name.to_owned());
                Ok(Secret::new(text).ok())
            }
            Err(Error::NoEntry) => Ok(None),
            // Another program wrote it: no secret of igconnect looks like that.
            Err(Error::BadEncoding(_) | Error::BadDataFormat(..)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> StoreResult<()> {
        let written = self.entry(name, label)?.set_password(secret.expose());
        written.map_err(|error| self.explain(error.into()))
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        let entry = self.entry(name, "igconnect")?;
        match self.find(|| entry.delete_credential(), is_missing)? {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            // Two programs may have created the entry at the same moment. Which one counts does not matter here.
            Err(Error::Ambiguous(duplicates)) => {
                Ok(duplicates.iter().try_for_each(Entry::delete_credential)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        // The Credential Manager cannot search by service. `own_name` drops the entries of other programs.
        let filter = if cfg!(windows) {
            HashMap::new()
        } else {
            HashMap::from([("service", self.service.as_str())])
        };
        let is_empty =
            |found: &keyring_core::Result<Vec<_>>| found.as_ref().is_ok_and(Vec::is_empty);
        let found = self.find(|| Entry::search(&filter), is_empty)??;
        let specifiers = found.iter().filter_map(Entry::get_specifiers);
        Ok(specifiers
            .filter_map(|(service, name)| own_name(&self.service, &service, &name))
            .collect())
    }
}

fn is_missing<T>(found: &keyring_core::Result<T>) -> bool {
    matches!(found, Err(Error::NoEntry))
}

/// Whether two names differ only in their last part, like those of an account's two slots.
fn are_neighbours(one: &str, other: &str) -> bool {
    let folders = one.rsplit_once('/').zip(other.rsplit_once('/'));
    folders.is_some_and(|((one, _), (other, _))| one == other)
}

/// Returns the name of an entry if it belongs to `own_service`. The Credential Manager joins `NAME.SERVICE` and splits it
/// at the last dot, which may be inside the service.
fn own_name(own_service: &str, service: &str, name: &str) -> Option<String> {
    let whole = format!("{name}.{service}");
    whole
        .strip_suffix(&format!(".{own_service}"))
        .map(ToOwned::to_owned)
}

/// Keeps only the kind of an error: `BadEncoding` quotes the secret.
impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::Locked,
            Error::NoDefaultStore => Self::Absent,
            Error::TooLong(..) => Self::TooLong,
            Error::Ambiguous(_) => Self::Ambiguous,
            _ => Self::Failed(StoreKind::Keyring),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_keyring_keeps_only_its_kind() {
        let cause = || Box::new(std::io::Error::other("canary"));
        for (error, expected) in [
            (Error::NoStorageAccess(cause()), StoreError::Locked),
            (Error::NoDefaultStore, StoreError::Absent),
            (Error::TooLong("secret".into(), 9), StoreError::TooLong),
            (Error::Ambiguous(Vec::new()), StoreError::Ambiguous),
            (
                Error::PlatformFailure(cause()),
                StoreError::Failed(StoreKind::Keyring),
            ),
            (
                Error::BadEncoding(b"canary".to_vec()),
                StoreError::Failed(StoreKind::Keyring),
            ),
        ] {
            assert_eq!(StoreError::from(error).to_string(), expected.to_string());
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
        let test_server = "igconnect-127.0.0.1-80";
        assert_eq!(
            own(test_server, "1-80", "acct/17/a.igconnect-127.0.0"),
            slot
        );
    }

    /// Earlier versions wrote entries that a domain copies to other machines.
    #[cfg(windows)]
    #[test]
    fn an_entry_that_roams_is_found_and_then_written_local() {
        let service = format!("igconnect-test-{}", std::process::id());
        let keyring = Keyring::connect(service.clone(), false).unwrap();
        let roaming = HashMap::from([("persistence", "Enterprise")]);
        let old = Entry::new_with_modifiers(&service, "acct/17/a", &roaming).unwrap();
        old.set_password("before").unwrap();
        let persistence = || old.get_attributes().unwrap()["persistence"].clone();
        assert_eq!(persistence(), "Enterprise");
        let read = || {
            keyring
                .read("acct/17/a")
                .unwrap()
                .unwrap()
                .expose()
                .to_owned()
        };
        assert_eq!(read(), "before");
        let secret = Secret::new("after".to_owned()).unwrap();
        keyring.write("acct/17/a", "label", &secret).unwrap();
        assert_eq!(
            (persistence().as_str(), read().as_str()),
            ("Local", "after")
        );
        keyring.delete("acct/17/a").unwrap();
        assert!(keyring.names().unwrap().is_empty());
    }

    #[test]
    fn only_the_two_slots_of_an_account_are_neighbours() {
        assert!(are_neighbours("acct/17/a", "acct/17/b"));
        assert!(!are_neighbours("acct/17/a", "acct/25/b"));
        assert!(!are_neighbours("", "acct/17/a"));
    }
}
