//! Where a store is, for people.

use std::path::Path;

use super::openbao_access::openbao_location;
use super::sealed_key::sealed_key_sources;
use super::stores::Stores;
use crate::account::{StoreKind, Untrusted};
use crate::failure::Failure;
use crate::store::{KeySource, StoreError, recorded_key_source};

pub(crate) struct StoreLocation {
    pub(crate) text: String,
    /// Of the sealed file only.
    pub(crate) key_source: Option<KeySource>,
}

impl Stores {
    /// Returns where the store of this kind is. Of all stores, only the sealed file is opened, for the source of its key.
    pub(crate) fn location(&self, kind: &StoreKind) -> Result<StoreLocation, Failure> {
        let service = self.settings.world.service();
        let mut key_source = None;
        let text = match kind {
            StoreKind::Keyring if cfg!(target_os = "macos") => {
                format!("login keychain, service {service}")
            }
            StoreKind::Keyring if cfg!(target_os = "windows") => {
                format!("Credential Manager, service {service}")
            }
            StoreKind::Keyring => format!("Secret Service, default collection, service {service}"),
            StoreKind::Command(helper) => {
                let program = helper.program();
                format!("program {program}, addresses https://{service}.invalid/")
            }
            StoreKind::OpenBao => Untrusted::new(openbao_location(&self.settings)?).to_string(),
            StoreKind::File => printable(&self.settings.paths.secrets()?),
            StoreKind::Sealed => {
                let path = self.settings.paths.sealed()?;
                let keys = sealed_key_sources(&self.settings, &self.console)?;
                // A file that was never written records nothing.
                let recorded = match self.is_uncreated(kind) {
                    true => None,
                    false => recorded_key_source(&path)?,
                };
                let source = keys.chosen.or(recorded).unwrap_or(KeySource::Keyring);
                key_source = Some(source);
                let key = match (source, &keys.file) {
                    (KeySource::File, Some(file)) => format!("key in {}", printable(file)),
                    (KeySource::Passphrase, _) => "key from a passphrase".to_owned(),
                    _ => format!("key in {source}"),
                };
                format!("{}, {key}", printable(&path))
            }
            StoreKind::Unknown(_) => return Err(StoreError::Unknown.into()),
        };
        Ok(StoreLocation { text, key_source })
    }
}

/// A path may contain any character, so it is untrusted.
fn printable(path: &Path) -> String {
    Untrusted::new(path.display().to_string()).to_string()
}
