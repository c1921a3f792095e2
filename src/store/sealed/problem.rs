//! What can be wrong with a sealed file and its key.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use crate::private_database::DatabaseProblem;

/// What went wrong with a sealed file. No variant holds a key, a passphrase or SQLite's own text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// The key is kept in the keyring, and there is none on this machine.
    #[error(
        "the key of the sealed file is kept in the keyring, and there is no keyring to talk to"
    )]
    NoKeyring,
    /// There is no key where it should be.
    #[error("the key of the sealed file is not in {0}")]
    NoKey(KeySource),
    /// What is there is no key.
    #[error("what is in {0} is no key of a sealed file")]
    NotAKey(KeySource),
    /// The key is that of another file.
    #[error("{}", wrong_key(*used, *sealed))]
    WrongKey {
        /// Where the key came from.
        used: KeySource,
        /// Where the file's own key came from when it was made.
        sealed: KeySource,
    },
    /// Nobody could be asked for the passphrase.
    #[error("the passphrase of the sealed file is needed, and there is no terminal to ask on")]
    NoPassphrase,
    /// A newer program made it.
    #[error("{} was made by a newer igconnect", .0.display())]
    Newer(PathBuf),
    /// The file itself. A changed entry counts as damage.
    #[error("{} {problem}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: DatabaseProblem,
    },
}

fn wrong_key(used: KeySource, sealed: KeySource) -> String {
    match (used, sealed) {
        (KeySource::Passphrase, KeySource::Passphrase) => {
            "this is not the passphrase of the sealed file".to_owned()
        }
        _ if used == sealed => format!("the key in {used} is not that of the sealed file"),
        _ => format!("the sealed file does not open with {used}: it was made with {sealed}"),
    }
}

document! {
    /// Where the key of a sealed file comes from.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum KeySource {
        /// One entry of the operating system's keyring.
        Keyring,
        /// A file that only this user may read.
        File,
        /// A credential that systemd hands to a service.
        Credential,
        /// A passphrase, by Argon2id.
        Passphrase,
    }
}

/// For people.
impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyring => "the keyring",
            Self::File => "the key file",
            Self::Credential => "the systemd credential",
            Self::Passphrase => "a passphrase",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Word, from_word};

    #[test]
    fn a_source_is_known_by_its_word() {
        for word in ["keyring", "file", "credential", "passphrase"] {
            let source: KeySource = from_word(word).unwrap();
            assert_eq!(Word(source).to_string(), word);
        }
        assert_eq!(from_word::<KeySource>("the keyring"), None);
    }

    #[test]
    fn a_wrong_key_is_told_by_where_it_came_from_and_where_the_right_one_did() {
        use KeySource::{Credential, File, Keyring, Passphrase};
        for (used, sealed, sentence) in [
            (
                Passphrase,
                Passphrase,
                "this is not the passphrase of the sealed file",
            ),
            (
                File,
                File,
                "the key in the key file is not that of the sealed file",
            ),
            (
                Credential,
                Keyring,
                "the sealed file does not open with the systemd credential: it was made with the keyring",
            ),
            (
                Passphrase,
                File,
                "the sealed file does not open with a passphrase: it was made with the key file",
            ),
        ] {
            let error = SealedError::WrongKey { used, sealed };
            assert_eq!(error.to_string(), sentence);
        }
    }
}
