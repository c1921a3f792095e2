//! The key of a sealed file, and how it seals an entry.
//!
//! Each sealing has a key of its own, derived from the file's key and 32 random bytes (HKDF-SHA-256, RFC 5869), so no
//! two texts ever meet under one key and the nonce can stay zero. ChaCha20-Poly1305 (RFC 8439) binds format, file and
//! name of the entry: one that was moved to another name, or came from another file, does not open.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::account::Secret;

/// Of the file's key, of the salt of each sealing, and of a derived key.
const KEY_BYTES: usize = 32;

const CHECK_BYTES: usize = 16;

/// What the derived keys are for. A new format has new words.
const FOR_ENTRIES: &[u8] = b"igconnect sealed file 1: entry";
const FOR_THE_CHECK: &[u8] = b"igconnect sealed file 1: check";

/// A file's own 16 random bytes.
pub(super) type FileId = [u8; 16];

/// The key of a sealed file. It is wiped on drop.
pub(super) struct Key(Zeroizing<[u8; KEY_BYTES]>);

/// How a passphrase becomes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretching {
    /// Random, of this file alone.
    pub(super) salt: [u8; 16],
    /// In KiB.
    pub(super) memory: u32,
    /// Over the memory.
    pub(super) passes: u32,
    /// Independent parts of the memory.
    pub(super) lanes: u32,
}

impl Stretching {
    /// The second recommended option of RFC 9106, section 4: 64 MiB, for machines that do other things too.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            salt: random()?,
            memory: 64 * 1024,
            passes: 3,
            lanes: 4,
        })
    }

    /// A changed file must not take all memory, or hours: 1 GiB and 64 passes are the most.
    fn params(&self) -> Option<Params> {
        let bounded = self.memory <= 1024 * 1024 && self.passes <= 64 && self.lanes <= 64;
        let params = Params::new(self.memory, self.passes, self.lanes, Some(KEY_BYTES));
        params.ok().filter(|_| bounded)
    }
}

/// A length for HKDF.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// So many random bytes; `None` where the system has none.
pub(super) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

impl Key {
    /// A new one.
    pub(super) fn random() -> Option<Self> {
        random().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// From 64 hexadecimal digits, as `openssl rand -hex 32` prints them.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if text.len() != 2 * KEY_BYTES {
            return None;
        }
        let decoded = HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut *key);
        decoded.ok().map(|_| Self(key))
    }

    /// As 64 hexadecimal digits.
    pub(super) fn to_hex(&self) -> Option<Secret> {
        Secret::new(HEXLOWER.encode(&*self.0)).ok()
    }

    /// By Argon2id (RFC 9106).
    pub(super) fn from_passphrase(passphrase: &str, how: &Stretching) -> Option<Self> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, how.params()?);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let done = argon2.hash_password_into(passphrase.as_bytes(), &how.salt, &mut *key);
        done.ok().map(|()| Self(key))
    }

    /// What the file remembers of its key, to know a wrong one. It says nothing about the key.
    pub(super) fn check(&self, file: &FileId) -> Option<[u8; CHECK_BYTES]> {
        let mut check = [0; CHECK_BYTES];
        let derived = Salt::new(HKDF_SHA256, file).extract(&*self.0);
        let filled = derived.expand(&[FOR_THE_CHECK], Bytes(CHECK_BYTES));
        filled.and_then(|okm| okm.fill(&mut check)).ok()?;
        Some(check)
    }

    /// Seals the text of an entry.
    pub(super) fn seal(&self, file: &FileId, name: &str, text: &str) -> Option<Vec<u8>> {
        let salt: [u8; KEY_BYTES] = random()?;
        let mut sealed = text.as_bytes().to_vec();
        let key = self.of_entry(&salt)?;
        let done = key.seal_in_place_append_tag(nonce(), bound(file, name), &mut sealed);
        done.ok()?;
        Some([&salt[..], &sealed].concat())
    }

    /// Opens an entry; `None` for one that this key did not seal under this name in this file.
    pub(super) fn open(&self, file: &FileId, name: &str, sealed: &[u8]) -> Option<Secret> {
        let (salt, sealed) = sealed.split_first_chunk()?;
        let mut text = Zeroizing::new(sealed.to_vec());
        let key = self.of_entry(salt)?;
        let opened = key.open_in_place(nonce(), bound(file, name), &mut text);
        let text = std::str::from_utf8(opened.ok()?).ok()?;
        Secret::new(text.to_owned()).ok()
    }

    fn of_entry(&self, salt: &[u8; KEY_BYTES]) -> Option<LessSafeKey> {
        let derived = Salt::new(HKDF_SHA256, salt).extract(&*self.0);
        let key = derived.expand(&[FOR_ENTRIES], &CHACHA20_POLY1305).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(key)))
    }
}

/// The key is used once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn bound(file: &FileId, name: &str) -> Aad<Vec<u8>> {
    Aad::from([FOR_ENTRIES, file, name.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = [7; 16];

    #[test]
    fn an_entry_opens_under_its_own_name_in_its_own_file_with_its_own_key_alone() {
        let key = Key::random().unwrap();
        let sealed = key.seal(&FILE, "acct/17/a", "IGAAtext").unwrap();
        let opened = key.open(&FILE, "acct/17/a", &sealed);
        assert_eq!(opened.unwrap().expose(), "IGAAtext");
        assert!(key.open(&FILE, "acct/17/b", &sealed).is_none());
        assert!(key.open(&[8; 16], "acct/17/a", &sealed).is_none());
        let other = Key::random().unwrap();
        assert!(other.open(&FILE, "acct/17/a", &sealed).is_none());
        assert_ne!(sealed, key.seal(&FILE, "acct/17/a", "IGAAtext").unwrap());
    }

    #[test]
    fn no_changed_byte_and_no_cut_goes_unnoticed() {
        let key = Key::random().unwrap();
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
        let key = Key::random().unwrap();
        let text = key.to_hex().unwrap().expose().to_owned();
        let back = Key::from_hex(&text.to_uppercase()).unwrap();
        assert_eq!(back.check(&FILE), key.check(&FILE));
        for bad in [
            &text[1..],
            &format!("{text}0"),
            &text.replace(|_| true, "g"),
            "",
        ] {
            assert!(Key::from_hex(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_passphrase_and_its_salt_make_the_key() {
        let cheap = Stretching {
            memory: 64,
            passes: 1,
            lanes: 1,
            ..Stretching::new().unwrap()
        };
        let check = |passphrase, how: &Stretching| {
            let key = Key::from_passphrase(passphrase, how);
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
    fn a_file_may_ask_for_a_gibibyte_and_64_passes_and_no_more() {
        let most = Stretching {
            memory: 1 << 20,
            passes: 64,
            lanes: 64,
            ..Stretching::new().unwrap()
        };
        assert!(most.params().is_some());
        let more = [
            Stretching {
                memory: most.memory + 1,
                ..most
            },
            Stretching { passes: 65, ..most },
            Stretching { lanes: 65, ..most },
        ];
        for more in more {
            assert!(Key::from_passphrase("one", &more).is_none(), "{more:?}");
        }
    }
}
