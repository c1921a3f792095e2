//! Where a store is, in words, and where the key of the sealed file comes from.

use crate::account::{StoreKind, Untrusted};
use crate::failure::Failure;
use crate::session::Session;
use crate::store::{KeySource, StoreError, recorded_key_source};

/// Where a store is.
pub(super) struct Place {
    /// In words.
    pub(super) words: String,
    /// Where the sealed file's key comes from.
    pub(super) key: Option<KeySource>,
}

/// Where the store of this kind is in this world. Nothing is asked but the sealed file, for the source of its key.
pub(super) fn of(session: &Session, kind: &StoreKind) -> Result<Place, Failure> {
    let service = session.settings.world.service();
    let words = match kind {
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
        StoreKind::OpenBao => Untrusted::new(session.openbao_place()?).to_string(),
        StoreKind::File => shown(&session.settings.paths.secrets()?),
        StoreKind::Sealed => return sealed(session),
        StoreKind::Unknown(_) => return Err(StoreError::Unknown.into()),
    };
    Ok(Place { words, key: None })
}

fn sealed(session: &Session) -> Result<Place, Failure> {
    let path = session.settings.paths.sealed()?;
    let keys = session.seal_keys()?;
    let remembered = match session.is_unmade(&StoreKind::Sealed) {
        true => None,
        false => recorded_key_source(&path)?,
    };
    let source = keys.chosen.or(remembered).unwrap_or(KeySource::Keyring);
    let key = match (source, &keys.file) {
        (KeySource::File, Some(file)) => format!("key in {}", shown(file)),
        (KeySource::Passphrase, _) => "key from a passphrase".to_owned(),
        _ => format!("key in {source}"),
    };
    Ok(Place {
        words: format!("{}, {key}", shown(&path)),
        key: Some(source),
    })
}

fn shown(path: &std::path::Path) -> String {
    Untrusted::new(path.display().to_string()).to_string()
}
