//! The store that a world's programs keep secrets in: one parameter for all tests, and every store read by other means
//! than the program.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::World;
#[cfg(unix)]
use super::credential_helper::Helper;
use super::sealed_file::{KeyFrom, SealedFile};
#[cfg(unix)]
use super::{OpenBao, SecretService};

/// Names the store of every world in a run of the tests; without it that is the sandbox's own, plain files.
pub const STORE: &str = "IGCONNECT_TESTS_STORE";

/// The names under which the program keeps what is the sandbox's, and what is of the real Instagram.
pub const SANDBOX: &str = "igconnect-sandbox";
pub const REAL: &str = "igconnect";

/// A store that is missing in a world that asks for none.
pub const ABSENT: &str = match cfg!(windows) {
    true => "command:absent",
    false => "keyring",
};

/// Which store a world's programs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// Files in plain text, where the sandbox falls back to without a keyring.
    Plain,
    #[cfg(unix)]
    Keyring,
    Sealed(KeyFrom),
    /// A docker-credential helper, by its name.
    #[cfg(unix)]
    Command(&'static str),
    /// A server.
    #[cfg(unix)]
    OpenBao,
}

/// Every store for real tokens, in each of its ways, as [`STORE`] names it. A new one is a line here, and what
/// [`Keeper`] says of it.
pub const EACH: &[(&str, Keeps)] = &[
    #[cfg(unix)]
    ("keyring", Keeps::Keyring),
    #[cfg(unix)]
    ("sealed:keyring", Keeps::Sealed(KeyFrom::Keyring)),
    ("sealed:file", Keeps::Sealed(KeyFrom::File)),
    #[cfg(unix)]
    ("sealed:credential", Keeps::Sealed(KeyFrom::Credential)),
    #[cfg(unix)]
    ("sealed:passphrase", Keeps::Sealed(KeyFrom::Passphrase)),
    #[cfg(unix)]
    ("command:pass", Keeps::Command("pass")),
    #[cfg(unix)]
    ("command:secretservice", Keeps::Command("secretservice")),
    #[cfg(unix)]
    ("openbao", Keeps::OpenBao),
];

impl Keeps {
    /// A store for real tokens. One Credential Manager would be that of all worlds on Windows.
    #[cfg(unix)]
    pub const REAL: Self = Self::Keyring;
    #[cfg(windows)]
    pub const REAL: Self = Self::Sealed(KeyFrom::File);

    /// The store that this run of the tests asks for.
    pub fn asked_for() -> Option<Self> {
        let word = env::var(STORE).ok()?;
        let found = EACH.iter().find(|(name, _)| *name == word);
        let (_, keeps) = found.unwrap_or_else(|| panic!("{STORE} names no store: {word}"));
        Some(*keeps)
    }
}

pub enum Keeper {
    Plain,
    #[cfg(unix)]
    Keyring(SecretService),
    Sealed(SealedFile),
    #[cfg(unix)]
    Command(Helper),
    #[cfg(unix)]
    OpenBao(Box<OpenBao>),
}

impl Keeper {
    /// Makes the programs of this world use the store. `None` where the tests do without.
    #[track_caller]
    pub fn start(world: &World, keeps: Keeps) -> Option<Self> {
        Some(match keeps {
            Keeps::Plain => Self::Plain,
            // The default, which needs no setting.
            #[cfg(unix)]
            Keeps::Keyring => Self::Keyring(SecretService::start(world)?),
            Keeps::Sealed(key) => Self::Sealed(SealedFile::start(world, key)?),
            #[cfg(unix)]
            Keeps::Command(name) => Self::Command(Helper::start(world, name)?),
            #[cfg(unix)]
            Keeps::OpenBao => {
                let server = OpenBao::start(world)?;
                server.serve(world);
                Self::OpenBao(Box::new(server))
            }
        })
    }

    /// The word of the contract.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Plain => "file",
            #[cfg(unix)]
            Self::Keyring(_) => "keyring",
            Self::Sealed(_) => "sealed",
            #[cfg(unix)]
            Self::Command(helper) => helper.word,
            #[cfg(unix)]
            Self::OpenBao(_) => "openbao",
        }
    }

    /// A script to start instead of the program, so that it finds its store.
    pub fn binary(&self) -> Option<&Path> {
        match self {
            Self::Sealed(file) => file.binary.as_deref(),
            _ => None,
        }
    }
}

/// What an entry of a store says of a token, behind its checksum.
#[track_caller]
pub fn read_entry(text: &str) -> Value {
    let (_, json) = text.split_once(':').expect("a checksum");
    serde_json::from_str(json).expect("an entry in JSON")
}

/// An entry with the checksum of its JSON.
pub fn write_entry(json: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, json.as_bytes());
    let sum = data_encoding::BASE32_NOPAD.encode(digest.as_ref());
    format!("{}:{json}", &sum[..16])
}

impl World {
    /// The secret of this name in the sandbox's store, whatever bytes it is.
    #[track_caller]
    pub fn secret(&self, name: &str) -> Option<Vec<u8>> {
        self.secret_of(SANDBOX, name)
    }

    /// The names of all secrets in the sandbox's store, in order.
    #[track_caller]
    pub fn secret_names(&self) -> Vec<String> {
        self.secret_names_of(SANDBOX)
    }

    /// As [`World::secret`], of the sandbox or the real world.
    #[track_caller]
    pub fn secret_of(&self, whose: &str, name: &str) -> Option<Vec<u8>> {
        let text = match self.keeper() {
            Keeper::Plain => return fs::read(self.plain_file(name)).ok(),
            #[cfg(unix)]
            Keeper::Keyring(keyring) => keyring.lookup(whose, name),
            Keeper::Sealed(file) => file.open(whose, name),
            #[cfg(unix)]
            Keeper::Command(helper) => helper.secret(self, whose, name),
            #[cfg(unix)]
            Keeper::OpenBao(server) => server.lookup(whose, name),
        };
        text.map(String::into_bytes)
    }

    /// As [`World::secret_names`], of the sandbox or the real world.
    #[track_caller]
    pub fn secret_names_of(&self, whose: &str) -> Vec<String> {
        let mut names = match self.keeper() {
            Keeper::Plain => fs::read_dir(self.plain_folder())
                .into_iter()
                .flatten()
                .map(|entry| entry.expect("a file").file_name())
                .map(|name| name.to_string_lossy().replace('.', "/"))
                .collect(),
            #[cfg(unix)]
            Keeper::Keyring(keyring) => (keyring.search_all(whose).into_iter())
                .map(|mut entry| entry.attributes.remove("username").expect("a name"))
                .collect(),
            Keeper::Sealed(file) => file.names(whose),
            #[cfg(unix)]
            Keeper::Command(helper) => helper.names(self, whose),
            // A claim on an account is not a secret.
            #[cfg(unix)]
            Keeper::OpenBao(server) => (server.names(whose).into_iter())
                .filter(|name| !name.starts_with("claim."))
                .map(|name| name.replace('.', "/"))
                .collect(),
        };
        names.sort();
        names
    }

    /// What the sandbox's store keeps, by name and content, in order.
    #[track_caller]
    pub fn secrets(&self) -> Vec<(String, Vec<u8>)> {
        let of = |name: String| {
            let secret = self.secret(&name).expect("a secret that can be read");
            (name, secret)
        };
        self.secret_names().into_iter().map(of).collect()
    }

    /// The slot and the entry of an account's token in the sandbox's store, which has at most one.
    #[track_caller]
    pub fn stored_token(&self, id: &str) -> Option<(char, Value)> {
        let slots = ['a', 'b'].into_iter();
        let mut kept = slots.filter_map(|slot| {
            let secret = self.secret(&format!("acct/{id}/{slot}"))?;
            Some((slot, read_entry(&String::from_utf8(secret).expect("text"))))
        });
        let first = kept.next();
        assert!(kept.next().is_none(), "both slots are full");
        first
    }

    /// Takes every secret out of the sandbox's store, as somebody else would.
    #[track_caller]
    pub fn lose_secrets(&self) {
        for name in self.secret_names() {
            match self.keeper() {
                Keeper::Plain => fs::remove_file(self.plain_file(&name)).expect("a plain file"),
                #[cfg(unix)]
                Keeper::Keyring(keyring) => keyring.clear(SANDBOX, &name),
                Keeper::Sealed(file) => file.delete_entry(&name),
                #[cfg(unix)]
                Keeper::Command(helper) => helper.erase(self, &name),
                #[cfg(unix)]
                Keeper::OpenBao(server) => server.remove(SANDBOX, &name),
            }
        }
        assert_eq!(self.secret_names(), [] as [String; 0]);
    }

    /// Where the sandbox keeps secrets in plain text, if it does.
    pub fn plain_folder(&self) -> PathBuf {
        self.data().join("secrets")
    }

    /// The file of a secret there.
    pub fn plain_file(&self, name: &str) -> PathBuf {
        self.plain_folder().join(name.replace('/', "."))
    }
}
