//! An account from the cache or the one of the environment token: what `status` and `refresh` are about.

use jiff::Timestamp;

use super::connected_account::Account;
use super::env_account::EnvAccount;
use super::identity::{AccountId, Alias};
use super::lifetime::AccountStatus;
use super::token::REFRESH_WINDOW;
use super::untrusted::Untrusted;

#[derive(Debug)]
pub(crate) enum AnyAccount {
    Stored(Box<Account>),
    Environment(Box<EnvAccount>),
}

impl From<Account> for AnyAccount {
    fn from(account: Account) -> Self {
        Self::Stored(Box::new(account))
    }
}

impl From<EnvAccount> for AnyAccount {
    fn from(account: EnvAccount) -> Self {
        Self::Environment(Box::new(account))
    }
}

impl AnyAccount {
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Stored(account) => account.title(),
            Self::Environment(account) => account.title(),
        }
    }

    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Stored(account) => account.expires_at,
            Self::Environment(account) => account.expires_at,
        }
    }

    /// Returns `None` for an environment token that Instagram was not asked about.
    pub(crate) fn id(&self) -> Option<&AccountId> {
        match self {
            Self::Stored(account) => Some(&account.id),
            Self::Environment(account) => account.owner.as_ref().map(|owner| &owner.id),
        }
    }

    /// `None` like [`Self::id`].
    pub(crate) fn username(&self) -> Option<&Untrusted> {
        match self {
            Self::Stored(account) => account.known_username(),
            Self::Environment(account) => account.owner.as_ref().map(|owner| &owner.username),
        }
    }

    pub(crate) fn alias(&self) -> Option<&Alias> {
        match self {
            Self::Stored(account) => account.alias.as_ref(),
            Self::Environment(_) => None,
        }
    }

    pub(crate) fn verified_at(&self) -> Option<Timestamp> {
        match self {
            Self::Stored(account) => account.verified_at,
            Self::Environment(account) => account.verified_at,
        }
    }

    pub(crate) fn status(&self, now: Timestamp) -> AccountStatus {
        match self {
            Self::Stored(account) => account.status(now, REFRESH_WINDOW),
            Self::Environment(account) => account.status(now, REFRESH_WINDOW),
        }
    }
}
