//! How an account stands, in one word and a reason, at a given instant. Never a guess:
//! what only Instagram or the store can tell is called `unverified` or `unknown`.

use jiff::{SignedDuration, Timestamp};

/// The state of an account, as `status` and JSON name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The token is stored, its end is known and not near.
    Connected,
    /// As connected, with less life left than the refresh window.
    Expiring,
    /// The end is past.
    Expired,
    /// Revoked, or the secret is gone: only a login helps.
    NeedsLogin,
    /// Something is left that only Instagram can tell.
    Unverified,
    /// The store cannot be asked now.
    Unknown,
}

impl Standing {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::NeedsLogin => "needs_login",
            Self::Unverified => "unverified",
            Self::Unknown => "unknown",
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$case_doc])* $case,)* }

        impl $name {
            /// The word it is recorded by.
            pub fn word(self) -> &'static str {
                match self { $(Self::$case => $word,)* }
            }

            /// The reverse of [`Self::word`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$case),)* _ => None }
            }
        }
    };
}

words! {
    /// What is known to be wrong with a connection, as Instagram or the store told it.
    Trouble {
        /// Instagram says that the token is over (190, without a narrower subcode).
        TokenRefused = "token_refused",
        /// 190/463, or the words of it: the token is past its end.
        TokenExpired = "token_expired",
        /// 190/458: the person removed the app.
        AppRemoved = "app_removed",
        /// 190/460: the password changed, or Instagram ended the session.
        PasswordChanged = "password_changed",
        /// 190/467: the person logged out everywhere.
        LoggedOut = "logged_out",
        /// 190/459: a checkpoint waits on instagram.com. The token is not dead.
        Checkpoint = "checkpoint",
        /// 190/464: the person must confirm the account on instagram.com. The token is not dead.
        Unconfirmed = "unconfirmed",
        /// The store answered, and the secret is not in it.
        SecretGone = "secret_gone",
        /// Another machine that shares the store took it out.
        Removed = "removed",
    }
}

impl Trouble {
    /// Whether the token is over, so that no other answer of Instagram can be hoped for.
    pub fn is_the_end(self) -> bool {
        !matches!(self, Self::Checkpoint | Self::Unconfirmed)
    }
}

words! {
    /// A change that is announced in the journal before it is made.
    Operation {
        /// A person is being connected.
        Login = "login",
        /// The token is being renewed.
        Refresh = "refresh",
        /// The account is being forgotten.
        Disconnect = "disconnect",
        /// The cache was lost; the token was found in the store, and Instagram has not been asked about it since.
        Rebuild = "rebuild",
    }
}

/// Why an account stands as it does, where the word alone does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Something is known to be wrong.
    Trouble(Trouble),
    /// A change was begun and its end is not recorded.
    Interrupted(Operation),
    /// Nobody said when this token ends.
    EndUnknown,
    /// Only Instagram can tell, and it was not asked.
    NotAsked,
    /// The store cannot be asked.
    StoreSilent,
    /// The end is past.
    PastEnd,
    /// The end is near.
    NearEnd,
    /// By this machine's clock it is earlier than when Instagram last answered.
    ClockBehind,
}

impl Reason {
    /// One sentence for people; lower case, no full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Trouble(Trouble::TokenRefused) => "Instagram no longer accepts the token",
            Self::Trouble(Trouble::TokenExpired) | Self::PastEnd => "the token expired",
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
            Self::EndUnknown => "nobody said when this token ends; the first refresh reveals it",
            Self::NotAsked => "only Instagram can tell, and it was not asked: --verify does",
            Self::StoreSilent => "the store cannot be asked now",
            Self::NearEnd => "the token ends soon",
            Self::ClockBehind => "this machine's clock is behind Instagram's last answer",
        }
    }
}

/// A state with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The one word.
    pub standing: Standing,
    /// Why, unless all is well.
    pub reason: Option<Reason>,
}

impl Condition {
    /// What a store that cannot be asked makes of any account.
    pub const STORE_SILENT: Self = Self {
        standing: Standing::Unknown,
        reason: Some(Reason::StoreSilent),
    };
}

/// A clock in a wrong time zone is off by up to 14 hours, which is no matter for 60 days.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// All that decides how an account stands. The end counts only where nothing is wrong and nothing under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Life {
    /// When the token dies; unknown for a token made elsewhere and not yet renewed.
    pub expires_at: Option<Timestamp>,
    /// The latest instant that is known to be past: a clock that is a day or more behind it is no judge.
    pub seen_at: Option<Timestamp>,
    /// What is known to be wrong with the connection.
    pub trouble: Option<Trouble>,
    /// A change that was begun and whose end is not recorded.
    pub interrupted: Option<Operation>,
}

impl Life {
    /// How it stands at `now`, when a token with less than `window` left counts as expiring. From `seen_at` on a later
    /// `now` never makes it look healthier, nor does an earlier end.
    pub fn condition(self, now: Timestamp, window: SignedDuration) -> Condition {
        let (standing, reason) = match (self.interrupted, self.trouble, self.expires_at) {
            (Some(operation), _, _) => (Standing::Unverified, Some(Reason::Interrupted(operation))),
            (_, Some(trouble @ (Trouble::Checkpoint | Trouble::Unconfirmed)), _) => {
                (Standing::Unverified, Some(Reason::Trouble(trouble)))
            }
            (_, Some(trouble), _) => (Standing::NeedsLogin, Some(Reason::Trouble(trouble))),
            (_, _, None) => (Standing::Unverified, Some(Reason::EndUnknown)),
            _ if self.clock_is_behind(now) => (Standing::Unverified, Some(Reason::ClockBehind)),
            (_, _, Some(end)) if now >= end => (Standing::Expired, Some(Reason::PastEnd)),
            (_, _, Some(end)) if end.duration_since(now) < window => {
                (Standing::Expiring, Some(Reason::NearEnd))
            }
            _ => (Standing::Connected, None),
        };
        Condition { standing, reason }
    }

    fn clock_is_behind(self, now: Timestamp) -> bool {
        self.seen_at
            .is_some_and(|seen| seen.duration_since(now) >= CLOCK_SLACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    const WINDOW: SignedDuration = SignedDuration::from_secs(100);

    /// An account with which nothing is wrong, and which ends at 1000.
    fn healthy() -> Life {
        Life {
            expires_at: Some(at(1000)),
            ..Life::default()
        }
    }

    fn standing(life: Life, now: i64) -> Standing {
        life.condition(at(now), WINDOW).standing
    }

    #[test]
    fn the_end_decides_when_nothing_is_wrong() {
        let word = |now| standing(healthy(), now).word();
        assert_eq!(word(0), "connected");
        assert_eq!(word(900), "connected");
        assert_eq!(word(901), "expiring");
        assert_eq!(word(999), "expiring");
        assert_eq!(word(1000), "expired");
    }

    #[test]
    fn what_only_instagram_can_tell_is_unverified() {
        let interrupted = Some(Operation::Refresh);
        let of = |trouble| Life {
            trouble,
            ..healthy()
        };
        let changing = Life {
            interrupted,
            ..of(Some(Trouble::AppRemoved))
        };
        assert_eq!(standing(changing, 0), Standing::Unverified);
        assert_eq!(standing(Life::default(), 0), Standing::Unverified);
        let checkpoint = of(Some(Trouble::Checkpoint));
        assert_eq!(standing(checkpoint, 0), Standing::Unverified);
        let removed = of(Some(Trouble::AppRemoved));
        assert_eq!(standing(removed, 0), Standing::NeedsLogin);
    }

    #[test]
    fn a_later_clock_or_an_earlier_end_never_makes_a_token_healthier() {
        let rank = |standing| match standing {
            Standing::Connected => 0,
            Standing::Expiring => 1,
            _ => 2,
        };
        assert!((0..1200).is_sorted_by_key(|now| rank(standing(healthy(), now))));
        let ending = |end| Life {
            expires_at: Some(at(end)),
            ..Life::default()
        };
        assert!(
            (0..1200).is_sorted_by_key(|end| std::cmp::Reverse(rank(standing(ending(end), 500))))
        );
    }

    #[test]
    fn a_clock_behind_what_was_seen_is_no_judge() {
        let day = 24 * 3600;
        let life = Life {
            expires_at: Some(at(90 * day)),
            seen_at: Some(at(30 * day)),
            ..Life::default()
        };
        let reason = |now| life.condition(at(now), WINDOW).reason;
        assert_eq!(reason(-40 * 365 * day), Some(Reason::ClockBehind));
        assert_eq!(reason(29 * day), Some(Reason::ClockBehind));
        assert_eq!(reason(29 * day + 1), None);
        let revoked = Life {
            trouble: Some(Trouble::AppRemoved),
            ..life
        };
        assert_eq!(standing(revoked, 0), Standing::NeedsLogin);
    }

    #[test]
    fn a_reason_is_a_sentence() {
        assert_eq!(Reason::PastEnd.sentence(), "the token expired");
        assert_eq!(Reason::NearEnd.sentence(), "the token ends soon");
    }

    #[test]
    fn words_are_read_back() {
        for word in ["token_refused", "secret_gone", "checkpoint"] {
            assert_eq!(Trouble::from_word(word).map(Trouble::word), Some(word));
        }
        assert_eq!(Operation::from_word("refresh"), Some(Operation::Refresh));
        assert_eq!(Operation::from_word("?"), None);
    }
}
