//! The kinds of store, by the words of the contract.

use std::fmt;

use super::HelperName;

/// A kind of store. A word names it in settings, in the cache and in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreKind {
    /// The operating system's own: Secret Service, Keychain, Credential Manager.
    Keyring,
    /// One private file, in which each secret is sealed.
    Sealed,
    /// A docker-credential helper of the person's choice.
    Command(HelperName),
    /// A team's OpenBao server, or Vault.
    OpenBao,
    /// A private file in plain text: for stand-ins of Instagram alone.
    File,
}

impl StoreKind {
    /// The kinds that a real token may be kept in, as people choose them.
    pub const WORDS: &str = "keyring, sealed, command:NAME, openbao";

    /// The word of the contract.
    pub fn word(&self) -> &str {
        match self {
            Self::Keyring => "keyring",
            Self::Sealed => "sealed",
            Self::Command(helper) => helper.word(),
            Self::OpenBao => "openbao",
            Self::File => "file",
        }
    }

    /// The reverse of [`Self::word`]; `None` for a kind that this program does not have.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Keyring, Self::Sealed, Self::OpenBao, Self::File]
            .into_iter()
            .find(|kind| kind.word() == word)
            .or_else(|| word.parse().ok().map(Self::Command))
    }
}

/// Where it is, for people.
impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyring if cfg!(target_os = "macos") => "the macOS Keychain",
            Self::Keyring if cfg!(target_os = "windows") => "the Windows Credential Manager",
            Self::Keyring => "the keyring of this desktop session",
            Self::Sealed => "the sealed file",
            Self::Command(helper) => return write!(f, "the credential helper {helper}"),
            Self::OpenBao => "the OpenBao server",
            Self::File => "a private file, in plain text (sandbox only)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_word_and_has_a_name_for_people() {
        for (word, name) in [
            ("sealed", "the sealed file"),
            ("file", "a private file, in plain text (sandbox only)"),
            (
                "command:pass",
                "the credential helper docker-credential-pass",
            ),
        ] {
            let kind = StoreKind::from_word(word).unwrap();
            assert_eq!((kind.word(), kind.to_string().as_str()), (word, name));
        }
        assert_eq!(StoreKind::from_word("keyring"), Some(StoreKind::Keyring));
        let ours = StoreKind::Keyring.to_string();
        let of_linux = ours == "the keyring of this desktop session";
        assert_eq!(of_linux, cfg!(target_os = "linux"), "{ours}");
        for other in ["", "Keyring", "command:", "of tomorrow"] {
            assert_eq!(StoreKind::from_word(other), None, "{other}");
        }
    }
}
