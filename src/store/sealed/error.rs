//! How a sealed file and its key can fail.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use crate::private_database::DatabaseProblem;

/// No variant holds a key, a passphrase or SQLite's own text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealedError {
    #[error("the key of the sealed file is in the keyring, but no keyring was found")]
    NoKeyring,
    #[error("the key of the sealed file is missing from {0}")]
    NoKey(KeySource),
    #[error("{0} does not contain the key of a sealed file")]
    NotAKey(KeySource),
    #[error("{}", wrong_key(*used, *sealed))]
    WrongKey {
        used: KeySource,
        /// The source of the right key.
        sealed: KeySource,
    },
    #[error(
        "the passphrase of the sealed file is needed, but it can be asked for only on a terminal"
    )]
    NoPassphrase,
    #[error("{} was made by a newer igconnect", .0.display())]
    Newer(PathBuf),
    /// A changed entry counts as damage.
    #[error("{} {problem}", path.display())]
    Database {
        path: PathBuf,
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
    pub(crate) enum KeySource {
        Keyring,
        File,
        /// A credential that systemd passes to a service.
        Credential,
        Passphrase,
    }
}

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
    fn a_wrong_key_is_reported_with_its_source_and_that_of_the_right_one() {
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
