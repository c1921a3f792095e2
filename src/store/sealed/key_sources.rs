//! Where the key of a sealed file comes from. A key is created only for a new file, in the source that the person chose,
//! and never replaces another key.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::{KeySource, SealedError};
use super::key::{FileId, SealKey, Stretching, random_bytes};
use super::sealed_store::Sealed;
use crate::account::StoreKind;
use crate::private_files::{self, PrivateFileError, WipedBytes};
use crate::store::error::{StoreError, StoreResult};

/// The name of the keyring's entry.
pub(in crate::store) const KEY_NAME: &str = "seal-key";

/// 64 digits and a line end; a larger file is a different one.
const KEY_FILE_MAX_BYTES: u64 = 128;

/// No random numbers, or not enough memory for a passphrase.
const FAILED: StoreError = StoreError::Failed(StoreKind::Sealed);

/// What a passphrase is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PassphraseFor {
    /// A new file: the person types it twice.
    NewFile,
    ExistingFile,
}

/// Asks for a passphrase; `None` if that is impossible.
pub(crate) type AskPassphrase = Box<dyn Fn(PassphraseFor) -> Option<Zeroizing<String>>>;

pub(crate) struct KeySources {
    /// The person's choice. Without it, the file's own source is used, and the keyring for a new file.
    pub(crate) chosen: Option<KeySource>,
    pub(crate) file: Option<PathBuf>,
    /// The file of the credential that systemd passes to a service.
    pub(crate) credential: Option<PathBuf>,
    pub(crate) passphrase: AskPassphrase,
}

/// What a sealed file records about its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SealHeader {
    pub(super) file: FileId,
    /// Where the key came from when the file was made.
    pub(super) source: KeySource,
    /// How the passphrase becomes the key.
    pub(super) stretching: Option<Stretching>,
    pub(super) check: [u8; 16],
}

impl Sealed {
    /// Loads the key of an existing file.
    pub(super) fn load_key(&self, header: &SealHeader) -> StoreResult<SealKey> {
        let used = self.keys.chosen.unwrap_or(header.source);
        let sealed = header.source;
        let wrong = SealedError::WrongKey { used, sealed };
        let key = match (used, &header.stretching) {
            (KeySource::Passphrase, Some(stretching)) => {
                self.ask_passphrase(PassphraseFor::ExistingFile, stretching)?
            }
            (KeySource::Passphrase, None) => return Err(wrong.into()),
            _ => self.load_stored(used)?.ok_or(SealedError::NoKey(used))?,
        };
        // A wrong key would open no entry, and each would look damaged.
        let is_right = key.check(&header.file) == Some(header.check);
        is_right.then_some(key).ok_or(wrong.into())
    }

    /// Loads the key for a new file, and creates it if there is none.
    pub(super) fn load_or_create_key(&self) -> StoreResult<(SealHeader, SealKey)> {
        let source = self.keys.chosen.unwrap_or(KeySource::Keyring);
        let mut stretching = None;
        let key = if source == KeySource::Passphrase {
            let new = stretching.insert(Stretching::new().ok_or(FAILED)?);
            self.ask_passphrase(PassphraseFor::NewFile, new)?
        } else if let Some(key) = self.load_stored(source)? {
            // Files that already use this key would not open with another one.
            key
        } else {
            self.create_key(source)?
        };
        let file = random_bytes().ok_or(FAILED)?;
        let check = key.check(&file).ok_or(FAILED)?;
        let header = SealHeader {
            file,
            source,
            stretching,
            check,
        };
        Ok((header, key))
    }

    fn ask_passphrase(
        &self,
        purpose: PassphraseFor,
        stretching: &Stretching,
    ) -> StoreResult<SealKey> {
        let passphrase = (self.keys.passphrase)(purpose).ok_or(SealedError::NoPassphrase)?;
        SealKey::from_passphrase(&passphrase, stretching).ok_or(FAILED)
    }

    fn load_stored(&self, source: KeySource) -> StoreResult<Option<SealKey>> {
        let bytes = match source {
            KeySource::Keyring => {
                let secret = self.keyring.read(KEY_NAME).map_err(|error| match error {
                    StoreError::Absent => SealedError::NoKeyring.into(),
                    other => other,
                })?;
                secret.map(|secret| Zeroizing::new(secret.expose().as_bytes().to_vec()))
            }
            KeySource::File => read_if_any(&self.keys.file, private_files::read_named)?,
            // systemd answers for owner and mode, which are not always ours.
            KeySource::Credential => {
                read_if_any(&self.keys.credential, private_files::read_entrusted)?
            }
            KeySource::Passphrase => None,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).ok().map(str::trim_ascii_end);
        let key = text.and_then(SealKey::from_hex);
        key.map(Some).ok_or(SealedError::NotAKey(source).into())
    }

    fn create_key(&self, source: KeySource) -> StoreResult<SealKey> {
        let key = SealKey::random().ok_or(FAILED)?;
        let text = key.to_hex().ok_or(FAILED)?;
        match (source, &self.keys.file) {
            (KeySource::Keyring, _) => {
                let label = "igconnect: key of the sealed file";
                self.keyring.write(KEY_NAME, label, &text)?;
            }
            (KeySource::File, Some(path)) => {
                let line = Zeroizing::new(format!("{}\n", text.expose()));
                private_files::create_once(path, line.as_bytes())?;
            }
            _ => return Err(SealedError::NoKey(source).into()),
        }
        // Another process may have been first, so only what is there now counts.
        self.load_stored(source)?
            .ok_or(StoreError::Mismatch(StoreKind::Sealed))
    }
}

fn read_if_any(
    path: &Option<PathBuf>,
    read: impl FnOnce(&Path, u64) -> Result<WipedBytes, PrivateFileError>,
) -> StoreResult<Option<WipedBytes>> {
    let Some(path) = path else { return Ok(None) };
    Ok(private_files::if_any(read(path, KEY_FILE_MAX_BYTES))?)
}
