//! What `status` and `refresh` are about: a stored account, or the token that came with the environment.

use jiff::Timestamp;

use super::Session;
use crate::account::{Account, AccountStatus, EnvAccount, LongToken, REFRESH_WINDOW};
use crate::answers::AccountJson;
use crate::failure::{Failure, Kind};
use crate::settings::environment;

/// A stored account or a guest.
pub(crate) enum AnyAccount {
    /// The cache knows it, and a store its token.
    Stored(Box<Account>),
    /// The environment has its token.
    EnvAccount(Box<EnvAccount>),
}

impl From<Account> for AnyAccount {
    fn from(account: Account) -> Self {
        Self::Stored(Box::new(account))
    }
}

impl From<EnvAccount> for AnyAccount {
    fn from(env_account: EnvAccount) -> Self {
        Self::EnvAccount(Box::new(env_account))
    }
}

impl AnyAccount {
    /// The name to show.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Stored(account) => account.title(),
            Self::EnvAccount(env_account) => env_account.title(),
        }
    }

    /// When its token dies, where that is known.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Stored(account) => account.expires_at,
            Self::EnvAccount(env_account) => env_account.expires_at,
        }
    }

    /// How it stands.
    pub(crate) fn status(&self, now: Timestamp) -> AccountStatus {
        match self {
            Self::Stored(account) => account.status(now, REFRESH_WINDOW),
            Self::EnvAccount(env_account) => env_account.status(now, REFRESH_WINDOW),
        }
    }

    /// It as programs read it.
    pub(crate) fn json(&self, status: AccountStatus, now: Timestamp) -> AccountJson<'_> {
        match self {
            Self::Stored(account) => AccountJson::new(account, status, now),
            Self::EnvAccount(env_account) => AccountJson::of_guest(env_account, status, now),
        }
    }
}

impl Session {
    /// The environment's token, if it is what is meant: it comes before the default account, and any account that is
    /// named comes before it. Its use is told, for it is nowhere to be seen.
    pub(crate) fn environment_token(
        &self,
        argument: Option<&str>,
    ) -> Result<Option<LongToken>, Failure> {
        if self.accounts.requested(argument)?.is_some() {
            return Ok(None);
        }
        let Some(text) = environment::secret("IGCONNECT_TOKEN")? else {
            return Ok(None);
        };
        let token = LongToken::new(text)
            .map_err(|error| Failure::secret("the token of the environment", error))?;
        let variable = match environment::raw("IGCONNECT_TOKEN") {
            Some(_) => "IGCONNECT_TOKEN",
            None => "IGCONNECT_TOKEN_FILE",
        };
        self.console.say(format!(
            "Using the token of the environment ({variable}); of it nothing is kept here"
        ));
        Ok(Some(token))
    }
}

/// What went wrong with a guest: only whoever set the environment can mend it.
pub(crate) fn failed(failure: Failure) -> Failure {
    let failure = failure.about("the environment's token");
    match failure.kind {
        Kind::Login => failure.hint(
            "Put a living token into IGCONNECT_TOKEN, from igconnect token where the account is connected",
        ),
        _ => failure,
    }
}
