//! A connected account and its profile.

use jiff::{SignedDuration, Timestamp};

use super::fingerprint::Fingerprint;
use super::identity::{AccountId, Alias};
use super::lifetime::{AccountStatus, StatusFacts};
use super::reason::{Operation, Reason, Trouble};
use super::scopes::Scopes;
use super::store_kind::StoreKind;
use super::token::{self, Due};
use super::untrusted::Untrusted;

/// No username of Instagram is longer than 30 characters. A hostile one would drown everything else.
pub(crate) const NAME_MAX_CHARS: usize = 60;

/// A connected account as the cache knows it. It holds no secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The professional account id, `/me` → `user_id`. It never changes.
    pub id: AccountId,
    /// The id of the account for one Meta app, `/me` → `id`.
    pub app_scoped_id: Option<String>,
    /// The `@name`. Its owner can change it at any time, and then another account can take it. Empty if another account
    /// was seen with it since.
    pub username: Untrusted,
    pub alias: Option<Alias>,
    pub is_default: bool,
    /// The name of its Meta app in `config.toml`.
    pub app: String,
    pub store: StoreKind,
    /// Counts the writes of the token. The store has the same number.
    pub generation: i64,
    /// When this token was issued or last refreshed; unknown for a token from the App Dashboard.
    pub issued_at: Option<Timestamp>,
    /// Unknown for a token from the App Dashboard until its first refresh.
    pub expires_at: Option<Timestamp>,
    /// The granted permissions; empty if Instagram did not name them.
    pub scopes: Scopes,
    pub fingerprint: Option<Fingerprint>,
    /// When a person last consented to the connection.
    pub connected_at: Timestamp,
    pub verified_at: Option<Timestamp>,
    pub trouble: Option<Trouble>,
    /// When the trouble was first noticed; unknown if an older version noticed it.
    pub trouble_at: Option<Timestamp>,
    /// A change of this account that did not end.
    pub interrupted: Option<Operation>,
    pub profile: Option<Profile>,
}

/// The profile fields of `/me` with Instagram Login (Instagram API reference, "IG User"), as last fetched.
/// A missing field stays absent: it is never 0 or "".
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub name: Option<Untrusted>,
    /// May have several lines.
    pub biography: Option<Untrusted>,
    pub website: Option<Untrusted>,
    /// `BUSINESS`, `MEDIA_CREATOR`, or a value that Instagram adds later.
    pub account_type: Option<Untrusted>,
    /// A signed URL that expires within days.
    pub profile_picture_url: Option<Untrusted>,
    pub followers_count: Option<i64>,
    pub follows_count: Option<i64>,
    pub media_count: Option<i64>,
    pub fetched_at: Timestamp,
}

impl Account {
    pub(crate) fn status_facts(&self) -> StatusFacts {
        StatusFacts {
            expires_at: self.expires_at,
            seen_at: self.verified_at.max(self.issued_at),
            trouble: self.trouble,
            interrupted: self.interrupted,
        }
    }

    /// Returns the state at `now`. A token with less than `window` left is expiring.
    pub fn status(&self, now: Timestamp, window: SignedDuration) -> AccountStatus {
        self.status_facts().status(now, window)
    }

    pub fn noticed_at(&self, status: AccountStatus) -> Option<Timestamp> {
        match status.reason {
            Some(Reason::Trouble(_)) => self.trouble_at,
            _ => None,
        }
    }

    /// The name to show: `@username` or the id, and the alias if there is one.
    pub fn title(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{} ({alias})", self.name()),
            None => self.name(),
        }
    }

    /// `@username`, or the id if its name is not known.
    pub fn name(&self) -> String {
        match self.known_username() {
            Some(username) => format!("@{}", username.shortened(NAME_MAX_CHARS)),
            None => self.id.to_string(),
        }
    }

    /// The name by which commands find it, as it is typed: its alias, `@username` or id.
    pub fn selector(&self) -> String {
        match (&self.alias, self.plain_username()) {
            (Some(alias), _) => alias.to_string(),
            (None, Some(username)) => format!("@{username}"),
            (None, None) => self.id.to_string(),
        }
    }

    /// The username, if it is safe in a command that people paste.
    pub fn plain_username(&self) -> Option<&str> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_');
        let username = self.known_username().map(Untrusted::raw);
        username.filter(|name| name.bytes().all(is_plain))
    }

    pub fn known_username(&self) -> Option<&Untrusted> {
        Some(&self.username).filter(|username| !username.raw().is_empty())
    }

    /// Decides whether its token may and should be refreshed at `now`.
    pub fn due(&self, now: Timestamp, window: SignedDuration, force: bool) -> Due {
        token::due(self.issued_at, self.expires_at, now, window, force)
    }

    /// Sorts accounts for a refresh: first those of unknown expiry, then the earliest expiry. Expired tokens are last,
    /// because Instagram does not refresh them.
    pub fn refresh_order(&self, now: Timestamp) -> (bool, Option<Timestamp>) {
        let is_over = self.expires_at.is_some_and(|end| now >= end);
        (is_over, self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::State;

    /// An account of which little is known.
    fn account() -> Account {
        Account {
            id: "17".parse().unwrap(),
            app_scoped_id: None,
            username: Untrusted::new("sample.studio"),
            alias: None,
            is_default: true,
            app: "default".into(),
            store: StoreKind::Keyring,
            generation: 1,
            issued_at: None,
            expires_at: None,
            scopes: Scopes::default(),
            fingerprint: None,
            connected_at: Timestamp::UNIX_EPOCH,
            verified_at: None,
            trouble: None,
            trouble_at: None,
            interrupted: None,
            profile: None,
        }
    }

    #[test]
    fn an_account_is_called_by_its_username_and_its_alias() {
        let mut account = account();
        assert_eq!(account.title(), "@sample.studio");
        account.alias = "shop".parse().ok();
        assert_eq!(account.title(), "@sample.studio (shop)");
    }

    #[test]
    fn its_life_is_what_is_recorded_of_it() {
        let at = |second| Timestamp::from_second(second).ok();
        let mut account = Account {
            issued_at: at(1),
            expires_at: at(3),
            trouble: Some(Trouble::Checkpoint),
            interrupted: Some(Operation::Refresh),
            ..account()
        };
        let mut life = StatusFacts {
            expires_at: at(3),
            seen_at: at(1),
            trouble: account.trouble,
            interrupted: account.interrupted,
        };
        assert_eq!(account.status_facts(), life);
        (account.verified_at, life.seen_at) = (at(2), at(2));
        assert_eq!(account.status_facts(), life);
    }

    #[test]
    fn when_its_trouble_was_noticed_is_told_of_that_trouble_alone() {
        let account = Account {
            trouble_at: Timestamp::from_second(7).ok(),
            ..account()
        };
        let because = |reason| AccountStatus {
            state: State::Unverified,
            reason,
        };
        let trouble = because(Some(Reason::Trouble(Trouble::Checkpoint)));
        assert_eq!(account.noticed_at(trouble), account.trouble_at);
        assert_eq!(
            account.noticed_at(because(Some(Reason::ExpiryUnknown))),
            None
        );
        assert_eq!(account.noticed_at(because(None)), None);
    }

    #[test]
    fn an_unknown_end_comes_first_then_the_nearest_and_an_expired_one_last() {
        let now = Timestamp::from_second(100).unwrap();
        let ending = |end: i64| Account {
            expires_at: Timestamp::from_second(end).ok(),
            ..account()
        };
        let queue = [account(), ending(101), ending(900), ending(99), ending(100)];
        assert!(queue.is_sorted_by_key(|account| account.refresh_order(now)));
    }
}
