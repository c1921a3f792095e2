//! Why an account stands as it does: what is known to be wrong, what was interrupted, and the sentence for it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::StoreKind;

/// What is known to be wrong with a connection, as Instagram or the store told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Instagram says that the token is over (190, without a narrower subcode).
    TokenRefused,
    /// 190/463, or the words of it: the token is past its end.
    TokenExpired,
    /// 190/458: the person removed the app.
    AppRemoved,
    /// 190/460: the password changed, or Instagram ended the session.
    PasswordChanged,
    /// 190/467: the person logged out everywhere.
    LoggedOut,
    /// 190/459: a checkpoint waits on instagram.com. The token is not dead.
    Checkpoint,
    /// 190/464: the person must confirm the account on instagram.com. The token is not dead.
    Unconfirmed,
    /// The store answered, and the secret is not in it.
    SecretGone,
    /// Another machine that shares the store took it out.
    Removed,
}

impl Trouble {
    /// Whether the token is over, so that no other answer of Instagram can be hoped for.
    pub fn ends_token(self) -> bool {
        !matches!(self, Self::Checkpoint | Self::Unconfirmed)
    }
}

/// A change that is announced in the journal before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// A person is being connected.
    Login,
    /// The token is being renewed.
    Refresh,
    /// The account is being forgotten.
    Disconnect,
    /// The cache was lost; the token was found in the store, and Instagram has not been asked about it since.
    Rebuild,
}

/// Why an account stands as it does, where the word alone does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Something is known to be wrong.
    Trouble(Trouble),
    /// A change was begun and its end is not recorded.
    Interrupted(Operation),
    /// Nobody said when this token ends.
    ExpiryUnknown,
    /// Only Instagram can tell, and it was not asked.
    NotVerified,
    /// The store cannot be asked.
    StoreUnavailable,
    /// The end is past.
    Expired,
    /// The end is near.
    ExpiresSoon,
    /// By this machine's clock it is earlier than when Instagram last answered.
    ClockBehind,
}

impl Reason {
    /// As [`Self::sentence`], with the name of the store.
    pub(crate) fn sentence_about(self, store: &StoreKind) -> Cow<'static, str> {
        match self {
            Self::Trouble(Trouble::SecretGone) => format!("the secret is gone from {store}").into(),
            Self::StoreUnavailable => format!("{store} cannot be asked now").into(),
            other => other.sentence().into(),
        }
    }

    /// One sentence for people; lower case, no full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Trouble(Trouble::TokenRefused) => "Instagram no longer accepts the token",
            Self::Trouble(Trouble::TokenExpired) | Self::Expired => "the token expired",
            Self::Trouble(Trouble::AppRemoved) => "the app was removed in Instagram's settings",
            Self::Trouble(Trouble::PasswordChanged) => {
                "the password was changed or Instagram ended the session"
            }
            Self::Trouble(Trouble::LoggedOut) => "the session was ended by logging out",
            Self::Trouble(Trouble::Checkpoint) => {
                "Instagram asks for a check on instagram.com first"
            }
            Self::Trouble(Trouble::Unconfirmed) => {
                "the account must be confirmed on instagram.com first"
            }
            Self::Trouble(Trouble::SecretGone) => "the secret is gone from the store",
            Self::Trouble(Trouble::Removed) => "it was disconnected on another machine",
            Self::Interrupted(Operation::Login) => {
                "a login was interrupted while it was being stored"
            }
            Self::Interrupted(Operation::Refresh) => {
                "a refresh was interrupted before its end was stored"
            }
            Self::Interrupted(Operation::Disconnect) => {
                "a disconnect was interrupted and is to be finished"
            }
            Self::Interrupted(Operation::Rebuild) => {
                "it was found again in the store; Instagram has not been asked since"
            }
            Self::ExpiryUnknown => "nobody said when this token ends; the first refresh reveals it",
            Self::NotVerified => "only Instagram can tell, and it was not asked: --verify does",
            Self::StoreUnavailable => "the store cannot be asked now",
            Self::ExpiresSoon => "the token ends soon",
            Self::ClockBehind => "this machine's clock is behind Instagram's last answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Word, from_word};
    use super::*;

    #[test]
    fn a_reason_is_a_sentence() {
        assert_eq!(Reason::Expired.sentence(), "the token expired");
        assert_eq!(Reason::ExpiresSoon.sentence(), "the token ends soon");
    }

    #[test]
    fn a_reason_names_the_store_that_it_is_about() {
        let gone = Reason::Trouble(Trouble::SecretGone);
        for (store, sentence) in [
            ("sealed", "the secret is gone from the sealed file"),
            ("openbao", "the secret is gone from the OpenBao server"),
            ("file", "the secret is gone from the private file"),
            (
                "command:pass",
                "the secret is gone from the credential helper docker-credential-pass",
            ),
            (
                "tomorrow",
                "the secret is gone from the unknown store tomorrow",
            ),
        ] {
            let store = StoreKind::from_recorded(store);
            assert_eq!(gone.sentence_about(&store), sentence);
        }
        let keyring = &StoreKind::Keyring;
        if cfg!(target_os = "linux") {
            let silent = Reason::StoreUnavailable.sentence_about(keyring);
            assert_eq!(silent, "the keyring cannot be asked now");
        }
        assert_eq!(Reason::Expired.sentence_about(keyring), "the token expired");
    }

    #[test]
    fn a_check_on_instagram_com_is_not_the_end_of_a_token() {
        assert!(!Trouble::Checkpoint.ends_token() && !Trouble::Unconfirmed.ends_token());
        assert!(Trouble::TokenRefused.ends_token() && Trouble::SecretGone.ends_token());
    }

    #[test]
    fn words_are_read_back() {
        for word in ["token_refused", "secret_gone", "checkpoint"] {
            assert_eq!(
                from_word::<Trouble>(word)
                    .map(|trouble| Word(trouble).to_string())
                    .as_deref(),
                Some(word)
            );
        }
        assert_eq!(from_word("refresh"), Some(Operation::Refresh));
        assert_eq!(from_word::<Operation>("?"), None);
    }
}
