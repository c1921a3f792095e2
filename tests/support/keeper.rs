//! The stores that a journey can be kept in, read by other means than the program: `secret-tool` for the keyring, and
//! for the sealed file its format, written down here a second time.

use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use rusqlite::{Connection, OptionalExtension};

use super::{SecretService, World};

/// Which store a world's programs use from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    Keyring,
    /// With a key file.
    Sealed,
}

/// A store in use.
pub enum Keeper {
    Keyring(SecretService),
    Sealed(SealedFile),
}

impl Keeper {
    /// Makes the sandbox of this world use the store. `None` where the tests do without.
    #[must_use]
    #[track_caller]
    pub fn start(world: &World, keeps: Keeps) -> Option<Self> {
        match keeps {
            Keeps::Keyring => SecretService::start(world).map(Self::Keyring),
            Keeps::Sealed => Some(Self::Sealed(SealedFile::with_key_file(world))),
        }
    }

    /// The word of the contract.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Keyring(_) => "keyring",
            Self::Sealed(_) => "sealed",
        }
    }

    /// The secret of this name.
    #[track_caller]
    pub fn lookup(&self, name: &str) -> Option<String> {
        match self {
            Self::Keyring(keyring) => keyring.lookup("igconnect-sandbox", name),
            Self::Sealed(file) => file.open(name),
        }
    }

    /// How many secrets there are.
    #[track_caller]
    pub fn count(&self) -> usize {
        match self {
            Self::Keyring(keyring) => keyring.search_all("igconnect-sandbox").len(),
            Self::Sealed(file) => file.names().len(),
        }
    }
}

/// The sealed file of a world's sandbox, and the key file beside the world.
pub struct SealedFile {
    /// The file.
    pub path: PathBuf,
    /// The key file.
    pub key: PathBuf,
}

impl SealedFile {
    /// The world's programs use it from now on. The program makes both files.
    #[track_caller]
    pub fn with_key_file(world: &World) -> Self {
        let key = world.folder("XDG_CONFIG_HOME").join("seal.key");
        world.set_env("IGCONNECT_STORE", "sealed");
        world.set_env("IGCONNECT_SEAL_KEY_FILE", &key);
        Self {
            path: world.sandbox_folder().join("sealed.sqlite"),
            key,
        }
    }

    fn database(&self) -> Connection {
        Connection::open(&self.path).expect("the sealed file")
    }

    /// Changes it as no program of ours would.
    #[track_caller]
    pub fn tamper(&self, statements: &str) {
        let done = self.database().execute_batch(statements);
        done.expect("a changed sealed file");
    }

    /// The names in it.
    #[track_caller]
    pub fn names(&self) -> Vec<String> {
        let database = self.database();
        let mut all = database.prepare("SELECT name FROM entry").expect("entries");
        let names = all.query_map([], |row| row.get(0)).expect("entries");
        names.collect::<Result<_, _>>().expect("names")
    }

    /// The text of an entry: salt of 32 bytes, then ChaCha20-Poly1305 under a key by HKDF-SHA-256, with the nonce 0
    /// and format, file and name as associated data.
    #[track_caller]
    pub fn open(&self, name: &str) -> Option<String> {
        let database = self.database();
        let sql = "SELECT sealed, file FROM entry, seal WHERE name = ?1";
        let found = database.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)));
        let (sealed, file): (Vec<u8>, Vec<u8>) = found.optional().expect("an entry")?;
        let digits = fs::read_to_string(&self.key).expect("the key file");
        let key = HEXLOWER
            .decode(digits.trim_end().as_bytes())
            .expect("a key");
        let (salt, text) = sealed.split_at(32);
        let words: &[u8] = b"igconnect sealed file 1: entry";
        let purpose = [words];
        let derived = Salt::new(HKDF_SHA256, salt).extract(&key);
        let derived = derived.expand(&purpose, &CHACHA20_POLY1305).expect("a key");
        let derived = LessSafeKey::new(UnboundKey::from(derived));
        let bound = Aad::from([words, &file[..], name.as_bytes()].concat());
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let mut text = text.to_vec();
        let opened = derived.open_in_place(nonce, bound, &mut text);
        Some(String::from_utf8(opened.expect("a sealed entry").to_vec()).expect("text"))
    }
}
