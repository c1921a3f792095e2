//! Where the key of a sealed file comes from. A key is made only for a new file, where the person chose its source, and
//! never over one that is there.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::super::{SecretStore, StoreError};
use super::key::{FileId, Key, Stretching};
use super::problem::{KeySource, SealedError};
use crate::account::Secret;
use crate::private_files;

/// The keyring's entry.
pub(crate) const KEY_NAME: &str = "seal-key";

/// 64 digits and a line end; more is another file.
const KEY_FILE_MAX_BYTES: u64 = 128;

/// A passphrase is wanted: for a new file, or for one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A person types it twice.
    New,
    /// The file's own.
    Known,
}

/// Asks for a passphrase; `None` where nobody can be asked.
pub type Ask = Box<dyn Fn(Wanted) -> Option<Zeroizing<String>>>;

/// The places where the key may be, of which the person or the file chooses one.
pub struct Keys {
    /// What the person chose; without it the file's own source counts, and the keyring for a new file.
    pub chosen: Option<KeySource>,
    /// The key file.
    pub file: Option<PathBuf>,
    /// The credential that systemd handed over.
    pub credential: Option<PathBuf>,
    /// How a passphrase is asked for.
    pub passphrase: Ask,
}

/// What a sealed file remembers of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seal {
    /// The file's own id.
    pub(super) file: FileId,
    /// Where its key came from when it was made.
    pub(super) source: KeySource,
    /// How its passphrase becomes the key.
    pub(super) stretching: Option<Stretching>,
    /// The key's check value.
    pub(super) check: [u8; 16],
}

impl Keys {
    /// The key of a file that is there.
    pub(super) fn of(&self, seal: &Seal, keyring: &dyn SecretStore) -> Result<Key, StoreError> {
        let used = self.chosen.unwrap_or(seal.source);
        let sealed = seal.source;
        let wrong = SealedError::WrongKey { used, sealed };
        let key = match (used, &seal.stretching) {
            (KeySource::Passphrase, Some(stretching)) => {
                self.stretched(Wanted::Known, stretching)?
            }
            (KeySource::Passphrase, None) => return Err(wrong.into()),
            _ => self.kept(used, keyring)?.ok_or(SealedError::NoKey(used))?,
        };
        match key.check(&seal.file) {
            Some(check) if check == seal.check => Ok(key),
            _ => Err(wrong.into()),
        }
    }

    /// The key for a new file, made where there is none.
    pub(super) fn for_new(&self, keyring: &dyn SecretStore) -> Result<(Seal, Key), StoreError> {
        let source = self.chosen.unwrap_or(KeySource::Keyring);
        let stretching = match source {
            KeySource::Passphrase => Some(Stretching::new().ok_or(StoreError::Failed)?),
            _ => None,
        };
        let key = match &stretching {
            Some(stretching) => self.stretched(Wanted::New, stretching)?,
            None => match self.kept(source, keyring)? {
                Some(key) => key,
                None => self.make(source, keyring)?,
            },
        };
        let file = super::key::random().ok_or(StoreError::Failed)?;
        let check = key.check(&file).ok_or(StoreError::Failed)?;
        let seal = Seal {
            file,
            source,
            stretching,
            check,
        };
        Ok((seal, key))
    }

    fn stretched(&self, wanted: Wanted, how: &Stretching) -> Result<Key, StoreError> {
        let passphrase = (self.passphrase)(wanted).ok_or(SealedError::NoPassphrase)?;
        Key::from_passphrase(&passphrase, how).ok_or(StoreError::Failed)
    }

    /// The key that is there, if one is.
    fn kept(
        &self,
        source: KeySource,
        keyring: &dyn SecretStore,
    ) -> Result<Option<Key>, StoreError> {
        let limit = KEY_FILE_MAX_BYTES;
        let bytes = match source {
            KeySource::Keyring => {
                let secret = keyring.read(KEY_NAME).map_err(|error| match error {
                    StoreError::Absent => SealedError::NoKeyring.into(),
                    other => other,
                })?;
                secret.map(|secret| Zeroizing::new(secret.expose().as_bytes().to_vec()))
            }
            KeySource::File => if_any(&self.file, |path| {
                private_files::read_already_private(path, limit)
            })?,
            // systemd answers for its owner and mode, which are not always ours.
            KeySource::Credential => if_any(&self.credential, |path| {
                private_files::read_entrusted(path, limit)
            })?,
            KeySource::Passphrase => None,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).ok().map(str::trim_ascii_end);
        let key = text.and_then(Key::from_hex);
        key.map(Some).ok_or(SealedError::NotAKey(source).into())
    }

    fn make(&self, source: KeySource, keyring: &dyn SecretStore) -> Result<Key, StoreError> {
        let key = Key::random().ok_or(StoreError::Failed)?;
        let text = key.to_hex().ok_or(StoreError::Failed)?;
        match (source, &self.file) {
            (KeySource::Keyring, _) => {
                keyring.write(KEY_NAME, "igconnect: key of the sealed file", &text)?;
            }
            (KeySource::File, Some(path)) => {
                private_files::create_once(path, line(&text).as_bytes())?;
            }
            _ => return Err(SealedError::NoKey(source).into()),
        }
        // What counts is what is there now: another process may have been first.
        let kept = self.kept(source, keyring)?;
        kept.ok_or(StoreError::Unfaithful)
    }
}

fn line(text: &Secret) -> Zeroizing<String> {
    Zeroizing::new(format!("{}\n", text.expose()))
}

/// What a file holds; nothing where none is named, or none is there.
fn if_any(
    path: &Option<PathBuf>,
    read: impl FnOnce(&Path) -> Result<Zeroizing<Vec<u8>>, private_files::PrivateFileError>,
) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    match path.as_deref().map(read) {
        None => Ok(None),
        Some(Err(error)) if error.is_missing() => Ok(None),
        Some(read) => Ok(Some(read?)),
    }
}
