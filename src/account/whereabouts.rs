//! The stores in words: where a secret is, and what is wrong with it there.

use std::borrow::Cow;

use super::{Reason, Trouble};

/// The store that is recorded by this word, as it stands in a sentence.
pub fn store_name(word: &str) -> Cow<'static, str> {
    match (word, word.split_once(':')) {
        ("keyring", _) => "the keyring".into(),
        ("sealed", _) => "the sealed file".into(),
        ("openbao", _) => "the OpenBao server".into(),
        ("file", _) => "the private file".into(),
        (_, Some(("command", name))) => {
            format!("the credential helper docker-credential-{name}").into()
        }
        _ => "the store".into(),
    }
}

impl Reason {
    /// As [`Self::sentence`], with the name of the store that is recorded by this word.
    pub fn sentence_about(self, store: &str) -> Cow<'static, str> {
        let store = || store_name(store);
        match self {
            Self::Trouble(Trouble::SecretGone) => {
                format!("the secret is gone from {}", store()).into()
            }
            Self::StoreSilent => format!("{} cannot be asked now", store()).into(),
            other => other.sentence().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_the_store_that_it_is_about() {
        let gone = Reason::Trouble(Trouble::SecretGone);
        for (word, sentence) in [
            ("keyring", "the secret is gone from the keyring"),
            ("sealed", "the secret is gone from the sealed file"),
            ("openbao", "the secret is gone from the OpenBao server"),
            ("file", "the secret is gone from the private file"),
            (
                "command:pass",
                "the secret is gone from the credential helper docker-credential-pass",
            ),
            ("of tomorrow", "the secret is gone from the store"),
        ] {
            assert_eq!(gone.sentence_about(word), sentence);
        }
        let silent = Reason::StoreSilent.sentence_about("keyring");
        assert_eq!(silent, "the keyring cannot be asked now");
        assert_eq!(
            Reason::PastEnd.sentence_about("keyring"),
            "the token expired"
        );
    }
}
