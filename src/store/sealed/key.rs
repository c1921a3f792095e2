//! The key of a sealed file, and how it encrypts an entry.
//!
//! Each encryption has its own key, derived from the file's key and 32 random bytes (HKDF-SHA-256, RFC 5869). No key is
//! used twice, so the nonce can be zero. ChaCha20-Poly1305 (RFC 8439) binds format, file and name of the entry: one that
//! was renamed or comes from another file does not open.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::account::Secret;

/// The length of the file's key, of the salt of each encryption, and of a derived key.
const KEY_BYTES: usize = 32;

const CHECK_BYTES: usize = 16;

/// What a derived key is for. A new format has new texts.
const FOR_ENTRIES: &[u8] = b"igconnect sealed file 1: entry";
const FOR_THE_CHECK: &[u8] = b"igconnect sealed file 1: check";

/// Random, one per file.
pub(super) type FileId = [u8; 16];

/// Wiped on drop.
pub(super) struct SealKey(Zeroizing<[u8; KEY_BYTES]>);

/// How a passphrase becomes a key, by Argon2id (RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretching {
    /// Random, one per file.
    pub(super) salt: [u8; 16],
    /// In KiB.
    pub(super) memory: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Stretching {
    /// Uses the second recommended option of RFC 9106, section 4: 64 MiB, for machines that do other work too.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            salt: random_bytes()?,
            memory: 64 * 1024,
            passes: 3,
            lanes: 4,
        })
    }

    /// `None` if this program never asks for as much or as little.
    pub(super) fn params(&self) -> Option<Params> {
        // A changed file must not take all memory, or minutes. Nor may it make guesses cheap: OWASP asks for 19 MiB, in
        // "Password Storage Cheat Sheet", and 16 is the power of two below.
        let is_bounded =
            (16 * 1024..=256 * 1024).contains(&self.memory) && self.passes <= 8 && self.lanes <= 64;
        let params = Params::new(self.memory, self.passes, self.lanes, Some(KEY_BYTES));
        params.ok().filter(|_| is_bounded)
    }
}

/// `None` if the system has no random numbers.
pub(super) fn random_bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

impl SealKey {
    pub(super) fn random() -> Option<Self> {
        random_bytes().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Reads 64 hexadecimal digits, as `openssl rand -hex 32` prints them.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if text.len() != 2 * KEY_BYTES {
            return None;
        }
        let decoded = HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut *key);
        decoded.ok().map(|_| Self(key))
    }

    pub(super) fn to_hex(&self) -> Option<Secret> {
        Secret::new(HEXLOWER.encode(&*self.0)).ok()
    }

    pub(super) fn from_passphrase(passphrase: &str, stretching: &Stretching) -> Option<Self> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, stretching.params()?);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let done = argon2.hash_password_into(passphrase.as_bytes(), &stretching.salt, &mut *key);
        done.ok().map(|()| Self(key))
    }

    /// Returns the value by which a file recognizes its key. It says nothing about the key.
    pub(super) fn check(&self, file: &FileId) -> Option<[u8; CHECK_BYTES]> {
        let mut output = [0; KEY_BYTES];
        let derived = Salt::new(HKDF_SHA256, file).extract(&*self.0);
        let expanded = derived.expand(&[FOR_THE_CHECK], HKDF_SHA256);
        expanded.and_then(|okm| okm.fill(&mut output)).ok()?;
        output.first_chunk().copied()
    }

    pub(super) fn seal(&self, file: &FileId, name: &str, text: &str) -> Option<Vec<u8>> {
        let salt: [u8; KEY_BYTES] = random_bytes()?;
        let mut sealed = text.as_bytes().to_vec();
        let key = self.derive_entry_key(&salt)?;
        let done = key.seal_in_place_append_tag(nonce(), additional_data(file, name), &mut sealed);
        done.ok()?;
        Some([&salt[..], &sealed].concat())
    }

    /// Opens an entry; `None` if this key did not seal it under this name in this file.
    pub(super) fn open(&self, file: &FileId, name: &str, sealed: &[u8]) -> Option<Secret> {
        let (salt, sealed) = sealed.split_first_chunk()?;
        let mut text = Zeroizing::new(sealed.to_vec());
        let key = self.derive_entry_key(salt)?;
        let opened = key.open_in_place(nonce(), additional_data(file, name), &mut text);
        let text = std::str::from_utf8(opened.ok()?).ok()?;
        Secret::new(text.to_owned()).ok()
    }

    fn derive_entry_key(&self, salt: &[u8; KEY_BYTES]) -> Option<LessSafeKey> {
        let derived = Salt::new(HKDF_SHA256, salt).extract(&*self.0);
        let key = derived.expand(&[FOR_ENTRIES], &CHACHA20_POLY1305).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(key)))
    }
}

/// Zero is safe, because each derived key is used once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn additional_data(file: &FileId, name: &str) -> Aad<Vec<u8>> {
    Aad::from([FOR_ENTRIES, file, name.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = [7; 16];

    #[test]
    fn an_entry_opens_under_its_own_name_in_its_own_file_with_its_own_key_alone() {
        let key = SealKey::random().unwrap();
        let sealed = key.seal(&FILE, "acct/17/a", "IGAAtext").unwrap();
        let opened = key.open(&FILE, "acct/17/a", &sealed);
        assert_eq!(opened.unwrap().expose(), "IGAAtext");
        assert!(key.open(&FILE, "acct/17/b", &sealed).is_none());
        assert!(key.open(&[8; 16], "acct/17/a", &sealed).is_none());
        let other = SealKey::random().unwrap();
        assert!(other.open(&FILE, "acct/17/a", &sealed).is_none());
        assert_ne!(sealed, key.seal(&FILE, "acct/17/a", "IGAAtext").unwrap());
    }

    #[test]
    fn no_changed_byte_and_no_cut_goes_unnoticed() {
        let key = SealKey::random().unwrap();
        let sealed = key.seal(&FILE, "acct/17/a", "IGAAtext").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&FILE, "acct/17/a", &changed).is_none());
            assert!(key.open(&FILE, "acct/17/a", &sealed[..place]).is_none());
        }
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        let key = SealKey::random().unwrap();
        let text = key.to_hex().unwrap().expose().to_owned();
        let back = SealKey::from_hex(&text.to_uppercase()).unwrap();
        assert_eq!(back.check(&FILE), key.check(&FILE));
        for bad in [
            &text[1..],
            &format!("{text}0"),
            &text.replace(|_| true, "g"),
            "",
        ] {
            assert!(SealKey::from_hex(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_check_of_a_key_stays_the_same_for_files_of_earlier_versions() {
        let digits: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
        let check = SealKey::from_hex(&digits).unwrap().check(&FILE).unwrap();
        // HKDF-SHA-256 by another implementation.
        assert_eq!(HEXLOWER.encode(&check), "f1a6e476081b6056fc2eb03b6e429326");
    }

    #[test]
    fn a_passphrase_and_its_salt_make_the_key() {
        let cheap = Stretching {
            memory: 16 * 1024,
            passes: 1,
            lanes: 1,
            ..Stretching::new().unwrap()
        };
        let check = |passphrase, how: &Stretching| {
            let key = SealKey::from_passphrase(passphrase, how);
            key.unwrap().check(&FILE).unwrap()
        };
        assert_eq!(check("one", &cheap), check("one", &cheap));
        assert_ne!(check("one", &cheap), check("two", &cheap));
        let salted = Stretching {
            salt: [1; 16],
            ..cheap
        };
        assert_ne!(check("one", &cheap), check("one", &salted));
    }

    #[test]
    fn a_file_may_ask_for_256_mebibytes_and_8_passes_and_no_more() {
        let most = Stretching {
            memory: 1 << 18,
            passes: 8,
            lanes: 64,
            ..Stretching::new().unwrap()
        };
        assert!(most.params().is_some());
        let more = [
            Stretching {
                memory: most.memory + 1,
                ..most
            },
            Stretching { passes: 9, ..most },
            Stretching { lanes: 65, ..most },
            Stretching {
                memory: (1 << 14) - 1,
                ..most
            },
        ];
        for more in more {
            assert!(SealKey::from_passphrase("one", &more).is_none(), "{more:?}");
        }
    }
}
