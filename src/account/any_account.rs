//! An account from the cache or the one of the environment token: what `status` and `refresh` are about.

use jiff::Timestamp;

use super::{Account, AccountStatus, EnvAccount, REFRESH_WINDOW};

/// A stored account or the environment account.
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
    /// Returns the name to show.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Stored(account) => account.title(),
            Self::Environment(account) => account.title(),
        }
    }

    /// Returns when the token expires, if that is known.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Stored(account) => account.expires_at,
            Self::Environment(account) => account.expires_at,
        }
    }

    pub(crate) fn status(&self, now: Timestamp) -> AccountStatus {
        match self {
            Self::Stored(account) => account.status(now, REFRESH_WINDOW),
            Self::Environment(account) => account.status(now, REFRESH_WINDOW),
        }
    }
}
