//! The reasons of a state, and a sentence for each.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::store_kind::StoreKind;

/// What Instagram or the store reported to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Instagram does not accept the token (190, without one of the subcodes below).
    TokenRefused,
    /// 190/463, or its message.
    TokenExpired,
    /// 190/458: the person removed the app.
    AppRemoved,
    /// 190/460: the password changed, or Instagram ended the session.
    PasswordChanged,
    /// 190/467: the person logged out everywhere.
    LoggedOut,
    /// 190/459: a checkpoint on instagram.com. The token stays valid.
    Checkpoint,
    /// 190/464: the person has to confirm the account on instagram.com. The token stays valid.
    Unconfirmed,
    /// Meta has disabled the app, for example because of an overdue data use checkup. The token may stay valid.
    AppDisabled,
    /// 10, 3 or 100/33: a permission was not granted, or was taken back. The token may stay valid.
    PermissionMissing,
    /// The store answered and does not have the secret.
    SecretGone,
    /// Another machine that shares the store removed the secret.
    Removed,
}

impl Trouble {
    /// Returns whether only a login helps.
    pub fn ends_token(self) -> bool {
        !self.may_pass() && !matches!(self, Self::Checkpoint | Self::Unconfirmed)
    }

    /// Returns whether it may pass without an action of the account's owner, so that it is worth asking again.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::AppDisabled | Self::PermissionMissing)
    }
}

/// A change that has an entry in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Login,
    Refresh,
    Disconnect,
    /// The account was found in the store. Instagram has not been asked since.
    Rebuild,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Trouble(Trouble),
    Interrupted(Operation),
    ExpiryUnknown,
    /// Instagram has not been asked about an environment token.
    NotVerified,
    StoreUnavailable,
    Expired,
    ExpiresSoon,
    /// This machine's clock is behind the last answer of Instagram.
    ClockBehind,
}

impl Reason {
    /// As [`Self::sentence`], with the name of the store.
    pub(crate) fn sentence_about(self, store: &StoreKind) -> Cow<'static, str> {
        match self {
            Self::Trouble(Trouble::SecretGone) => format!("the secret is gone from {store}").into(),
            Self::StoreUnavailable => format!("{store} does not answer").into(),
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
                "Instagram asks for a security check on instagram.com"
            }
            Self::Trouble(Trouble::Unconfirmed) => {
                "the account has to be confirmed on instagram.com"
            }
            Self::Trouble(Trouble::AppDisabled) => "Meta has disabled the app",
            Self::Trouble(Trouble::PermissionMissing) => "the token lacks a permission",
            Self::Trouble(Trouble::SecretGone) => "the secret is gone from the store",
            Self::Trouble(Trouble::Removed) => "it was disconnected on another machine",
            Self::Interrupted(Operation::Login) => {
                "a login was interrupted before its token was recorded"
            }
            Self::Interrupted(Operation::Refresh) => {
                "a refresh was interrupted before its result was stored"
            }
            Self::Interrupted(Operation::Disconnect) => "a disconnect was interrupted",
            Self::Interrupted(Operation::Rebuild) => {
                "restored from the store; not yet checked with Instagram"
            }
            Self::ExpiryUnknown => "expiry unknown until the first refresh",
            Self::NotVerified => "not checked with Instagram; use --verify",
            Self::StoreUnavailable => "the store does not answer",
            Self::ExpiresSoon => "the token expires soon",
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
        assert_eq!(Reason::ExpiresSoon.sentence(), "the token expires soon");
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
            assert_eq!(silent, "the keyring does not answer");
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
