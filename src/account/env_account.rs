//! The environment account: its token is in an environment variable and nothing is stored, so only Instagram knows more.

use jiff::{SignedDuration, Timestamp};

use super::connected_account::Profile;
use super::fingerprint::Fingerprint;
use super::identity::AccountId;
use super::lifetime::{AccountStatus, State, StatusFacts};
use super::reason::{Reason, Trouble};
use super::secret::LongToken;
use super::untrusted::Untrusted;

/// What the environment token has instead of a store.
pub const ENV_STORE: &str = "env";

#[derive(Debug, Clone, PartialEq)]
pub struct EnvAccount {
    pub fingerprint: Fingerprint,
    /// Unknown until Instagram was asked.
    pub owner: Option<Owner>,
    /// When Instagram answered for it in this run.
    pub verified_at: Option<Timestamp>,
    /// Known only if this run refreshed the token.
    pub issued_at: Option<Timestamp>,
    /// Known only if this run refreshed the token.
    pub expires_at: Option<Timestamp>,
    pub trouble: Option<Trouble>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Owner {
    pub id: AccountId,
    pub app_scoped_id: Option<String>,
    pub username: Untrusted,
    pub profile: Profile,
}

impl EnvAccount {
    pub fn new(token: &LongToken) -> Self {
        Self {
            fingerprint: Fingerprint::of(token),
            owner: None,
            verified_at: None,
            issued_at: None,
            expires_at: None,
            trouble: None,
        }
    }

    pub fn title(&self) -> String {
        match &self.owner {
            Some(owner) => format!("@{}", owner.username),
            None => "the environment's token".to_owned(),
        }
    }

    /// The state at `now`. A token that Instagram has just accepted is connected, with an unknown expiry.
    pub fn status(&self, now: Timestamp, window: SignedDuration) -> AccountStatus {
        match (self.trouble, self.verified_at, self.expires_at) {
            (None, None, None) => AccountStatus {
                state: State::Unverified,
                reason: Some(Reason::NotVerified),
            },
            // Instagram tells the expiry only in the answer to a refresh.
            (None, Some(_), None) => AccountStatus {
                state: State::Connected,
                reason: Some(Reason::ExpiryUnknown),
            },
            (trouble, _, expires_at) => {
                let life = StatusFacts {
                    expires_at,
                    trouble,
                    ..StatusFacts::default()
                };
                life.status(now, window)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_token_is_healthy_only_when_instagram_said_so() {
        let now = Timestamp::from_second(1000).unwrap();
        let window = SignedDuration::from_secs(100);
        let mut env_account = EnvAccount::new(&LongToken::new("IGAAx".into()).unwrap());
        let state = |env_account: &EnvAccount| env_account.status(now, window).state;
        assert_eq!(state(&env_account), State::Unverified);
        env_account.verified_at = Some(now);
        assert_eq!(state(&env_account), State::Connected);
        env_account.expires_at = Timestamp::from_second(1050).ok();
        assert_eq!(state(&env_account), State::Expiring);
        env_account.trouble = Some(Trouble::PasswordChanged);
        assert_eq!(state(&env_account), State::NeedsLogin);
    }

    #[test]
    fn an_environment_account_is_named_once_instagram_has_said_who_it_is() {
        let mut env_account = EnvAccount::new(&LongToken::new("IGAAx".into()).unwrap());
        assert_eq!(env_account.title(), "the environment's token");
        env_account.owner = Some(Owner {
            id: "17".parse().unwrap(),
            app_scoped_id: None,
            username: Untrusted::new("sample.studio"),
            profile: Profile {
                name: None,
                biography: None,
                website: None,
                account_type: None,
                profile_picture_url: None,
                followers_count: None,
                follows_count: None,
                media_count: None,
                fetched_at: Timestamp::UNIX_EPOCH,
            },
        });
        assert_eq!(env_account.title(), "@sample.studio");
    }
}
