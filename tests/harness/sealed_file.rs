//! A sealed file in use, with its key from each of the places it can come from. Its format is written down here a second
//! time, so that it is read by other means than the program.

use std::fs;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER_PERMISSIVE;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use rusqlite::{Connection, OptionalExtension, params};

use super::World;
use super::keeper::REAL;
#[cfg(unix)]
use super::{SecretService, mode, mode::private_folder};

/// Where the key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFrom {
    /// One entry of a keyring.
    #[cfg(unix)]
    Keyring,
    /// A key file.
    File,
    /// What systemd lays in the folder of a service.
    #[cfg(unix)]
    Credential,
    /// A passphrase by file descriptor.
    #[cfg(unix)]
    Passphrase,
}

/// Names and sealed bytes of all entries of a sealed file, by name. None where the file is missing or empty.
#[track_caller]
pub fn entries(path: &Path) -> Vec<(String, Vec<u8>)> {
    if !path.exists() {
        return Vec::new();
    }
    let file = Connection::open(path).expect("the sealed file");
    let Ok(mut all) = file.prepare("SELECT name, sealed FROM entry ORDER BY name") else {
        return Vec::new(); // killed before it had tables
    };
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("entries")
        .collect::<Result<_, _>>()
        .expect("entries")
}

impl World {
    /// As [`entries`], of the sandbox's sealed file.
    #[track_caller]
    pub fn sealed_entries(&self) -> Vec<(String, Vec<u8>)> {
        entries(&self.data().join("sealed.sqlite"))
    }
}

/// The sealed file of a world's sandbox.
pub struct SealedFile {
    pub path: PathBuf,
    /// The file of the key or the passphrase, unless a keyring has the key.
    pub key: PathBuf,
    #[cfg(unix)]
    keyring: Option<SecretService>,
    pub(super) binary: Option<PathBuf>,
}

impl SealedFile {
    /// With a key file; the program makes both files.
    #[track_caller]
    pub fn with_key_file(world: &World) -> Self {
        Self::start(world, KeyFrom::File).expect("a key file needs no part")
    }

    /// The world's programs use it from now on. `None` where the tests do without the keyring.
    #[track_caller]
    pub fn start(world: &World, from: KeyFrom) -> Option<Self> {
        world.set_env("IGCONNECT_STORE", "sealed");
        #[cfg_attr(windows, expect(unused_mut, reason = "other keys change it"))]
        let mut file = Self {
            path: world.sandbox_folder().join("sealed.sqlite"),
            key: world.folder("XDG_CONFIG_HOME").join("seal.key"),
            #[cfg(unix)]
            keyring: None,
            binary: None,
        };
        match from {
            #[cfg(unix)]
            KeyFrom::Keyring => file.keyring = Some(SecretService::start(world)?),
            KeyFrom::File => world.set_env("IGCONNECT_SEAL_KEY_FILE", &file.key),
            #[cfg(unix)]
            KeyFrom::Credential => {
                let folder = private_folder(&world.root().join("credentials"));
                file.key = folder.join("igconnect-seal-key");
                let key = "0123456789abcdefABCDEF0123456789".repeat(2);
                fs::write(&file.key, key).expect("a credential");
                // As systemd lays it there: to be read, and not by mode ours alone.
                mode::set(&file.key, 0o440);
                world.set_env("CREDENTIALS_DIRECTORY", folder);
            }
            #[cfg(unix)]
            KeyFrom::Passphrase => {
                file.key = world.given("passphrase", "correct horse battery staple\n");
                world.set_env("IGCONNECT_PASSPHRASE_FD", "3");
                // It becomes the program, with the passphrase at hand as a caller would lay it there.
                let (key, program) = (file.key.display(), world.binary().display());
                let script = format!("#!/bin/sh\nexec 3<'{key}'\nexec '{program}' \"$@\"\n");
                file.binary = Some(world.script("igconnect", &script));
            }
        }
        Some(file)
    }

    /// Nothing where it was never made.
    fn database(&self, whose: &str) -> Option<Connection> {
        // By words, since the sandbox's own folder need not be there.
        let data = self.path.ancestors().nth(3).expect("the data folder");
        let path = match whose {
            REAL => data.join("sealed.sqlite"),
            _ => self.path.clone(),
        };
        let made = path.exists();
        made.then(|| Connection::open(path).expect("the sealed file"))
    }

    /// The sealed bytes of an entry.
    #[track_caller]
    pub fn entry(&self, name: &str) -> Vec<u8> {
        let mut entries = entries(&self.path);
        entries.retain(|(known, _)| known == name);
        entries.pop().expect("an entry").1
    }

    /// Adds or replaces the sealed bytes of an entry.
    #[track_caller]
    pub fn set_entry(&self, name: &str, sealed: &[u8]) {
        let sql = "INSERT OR REPLACE INTO entry (name, sealed) VALUES (?1, ?2)";
        self.change(sql, params![name, sealed]);
    }

    #[track_caller]
    pub fn delete_entry(&self, name: &str) {
        self.change("DELETE FROM entry WHERE name = ?1", [name]);
    }

    #[track_caller]
    pub fn set_source(&self, word: &str) {
        self.change("UPDATE seal SET source = ?1", [word]);
    }

    #[track_caller]
    pub fn set_version(&self, version: i64) {
        let file = Connection::open(&self.path).expect("the sealed file");
        let set = file.pragma_update(None, "user_version", version);
        set.expect("a version");
    }

    #[track_caller]
    fn change(&self, sql: &str, values: impl rusqlite::Params) {
        let file = Connection::open(&self.path).expect("the sealed file");
        assert_eq!(file.execute(sql, values).expect("a change"), 1);
    }

    /// The names in it, or in the one of the real world.
    #[track_caller]
    pub fn names(&self, whose: &str) -> Vec<String> {
        let Some(database) = self.database(whose) else {
            return Vec::new();
        };
        let mut all = database.prepare("SELECT name FROM entry").expect("entries");
        let names = all.query_map([], |row| row.get(0)).expect("entries");
        names.collect::<Result<_, _>>().expect("names")
    }

    /// The text of an entry: salt of 32 bytes, then ChaCha20-Poly1305 under a key by HKDF-SHA-256, with the nonce 0
    /// and format, file and name as associated data.
    #[track_caller]
    pub fn open(&self, whose: &str, name: &str) -> Option<String> {
        let database = self.database(whose)?;
        let sql = "SELECT sealed, file FROM entry, seal WHERE name = ?1";
        let found = database.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)));
        let (sealed, file): (Vec<u8>, Vec<u8>) = found.optional().expect("an entry")?;
        let key = self.key_of(&database, whose);
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

    /// 32 bytes: Argon2id of the passphrase where the file has a salt, else 64 hexadecimal digits.
    fn key_of(&self, database: &Connection, whose: &str) -> Vec<u8> {
        #[cfg(unix)]
        let kept = self.keyring.as_ref();
        #[cfg(unix)]
        let kept = kept.map(|keyring| keyring.lookup(whose, "seal-key").expect("a seal-key"));
        #[cfg(windows)]
        let (kept, _) = (None, whose);
        let text = kept.unwrap_or_else(|| fs::read_to_string(&self.key).expect("a key file"));
        let text = text.trim_end().as_bytes();
        let sql = "SELECT salt, memory, passes, lanes FROM seal WHERE salt IS NOT NULL";
        let how = database.query_row(sql, [], |row| {
            let params = Params::new(row.get(1)?, row.get(2)?, row.get(3)?, Some(32));
            Ok((row.get::<_, Vec<u8>>(0)?, params.expect("its costs")))
        });
        let Some((salt, params)) = how.optional().expect("a seal") else {
            return HEXLOWER_PERMISSIVE.decode(text).expect("a key");
        };
        let mut key = vec![0; 32];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let done = argon2.hash_password_into(text, &salt, &mut key);
        done.expect("a stretched passphrase");
        key
    }
}
