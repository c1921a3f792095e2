//! The kinds of store: their names in settings, database and JSON, and their names for people.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::untrusted::Untrusted;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreKind {
    /// The operating system's own: Secret Service, Keychain, Credential Manager.
    Keyring,
    /// One private file in which each secret is encrypted.
    Sealed,
    /// A docker-credential helper.
    Command(HelperName),
    /// An OpenBao or Vault server.
    OpenBao,
    /// A private file in plain text, for the sandbox only.
    File,
    /// A kind that only a newer version of igconnect has.
    Unknown(String),
}

/// Not one of [`StoreKind::CHOICES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownStore;

impl StoreKind {
    /// The kinds that a real token may be kept in, as people choose them.
    pub(crate) const CHOICES: &str = "keyring, sealed, command:NAME, openbao";

    /// The name in settings, database and JSON.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Keyring => "keyring",
            Self::Sealed => "sealed",
            Self::Command(helper) => &helper.0,
            Self::OpenBao => "openbao",
            Self::File => "file",
            Self::Unknown(name) => name,
        }
    }

    /// Reads a name that this or a newer version wrote.
    pub(crate) fn from_recorded(name: &str) -> Self {
        let known = name.parse();
        known.unwrap_or_else(|_| Self::Unknown(name.to_owned()))
    }

    /// Where it is, in more words than [`fmt::Display`] uses within a sentence.
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Keyring if cfg!(target_os = "linux") => {
                "the keyring of this desktop session".into()
            }
            Self::File => "a private file, in plain text (sandbox only)".into(),
            other => other.to_string(),
        }
    }
}

impl FromStr for StoreKind {
    type Err = UnknownStore;

    fn from_str(name: &str) -> Result<Self, UnknownStore> {
        [Self::Keyring, Self::Sealed, Self::OpenBao, Self::File]
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .or_else(|| HelperName::parse(name).map(Self::Command))
            .ok_or(UnknownStore)
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring if cfg!(target_os = "macos") => f.write_str("the macOS Keychain"),
            Self::Keyring if cfg!(windows) => f.write_str("the Windows Credential Manager"),
            Self::Keyring => f.write_str("the keyring"),
            Self::Sealed => f.write_str("the sealed file"),
            Self::Command(helper) => write!(f, "the credential helper {}", helper.program()),
            Self::OpenBao => f.write_str("the OpenBao server"),
            Self::File => f.write_str("the private file"),
            Self::Unknown(name) => write!(f, "the unknown store {}", Untrusted::new(&**name)),
        }
    }
}

impl PartialOrd for StoreKind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StoreKind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl serde::Serialize for StoreKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A credential helper: `command:pass` for the program `docker-credential-pass`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelperName(String);

impl HelperName {
    /// Accepts `command:` and a name, never a path: letters, digits, `-`, `_` and `.`, at most 64.
    fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("command:")?;
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let is_valid = (1..=64).contains(&name.len()) && name.bytes().all(is_allowed);
        is_valid.then(|| Self(text.to_owned()))
    }

    pub(crate) fn program(&self) -> String {
        self.0.replacen("command:", "docker-credential-", 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_word_and_has_a_name_for_people() {
        for (word, description) in [
            ("sealed", "the sealed file"),
            ("openbao", "the OpenBao server"),
            ("file", "a private file, in plain text (sandbox only)"),
            (
                "command:pass",
                "the credential helper docker-credential-pass",
            ),
        ] {
            let kind: StoreKind = word.parse().unwrap();
            assert_eq!(
                (kind.as_str(), kind.description().as_str()),
                (word, description)
            );
        }
        assert_eq!("keyring".parse(), Ok(StoreKind::Keyring));
        let keyring = StoreKind::Keyring.description();
        let is_linux = keyring == "the keyring of this desktop session";
        assert_eq!(is_linux, cfg!(target_os = "linux"), "{keyring}");
        for other in ["", "Keyring", "command:", "of tomorrow"] {
            assert_eq!(other.parse::<StoreKind>(), Err(UnknownStore), "{other}");
        }
    }

    #[test]
    fn a_kind_of_a_newer_version_keeps_its_name() {
        let kind = StoreKind::from_recorded("a\u{1b}b");
        assert_eq!(kind.as_str(), "a\u{1b}b");
        assert_eq!(kind.to_string(), "the unknown store a\\u{1b}b");
    }

    #[test]
    fn a_helper_is_a_name_and_never_a_path() {
        let named = |name: &str| HelperName::parse(&format!("command:{name}"));
        for good in ["pass", "secretservice", "1password-cli", "ecr_login", "a.b"] {
            let program = format!("docker-credential-{good}");
            assert_eq!(named(good).unwrap().program(), program);
        }
        for bad in ["", "a/b", "../x", "a b", "a\nb", "ä", &"x".repeat(65)] {
            assert!(named(bad).is_none(), "{bad}");
        }
        assert!(HelperName::parse("pass").is_none());
    }
}
