//! The state of an account at one time. It is never a guess: `unverified` means that only Instagram can tell, `unknown`
//! that the store did not answer.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::reason::{Operation, Reason, Trouble};

document! {
    /// The state of an account, as `status` and JSON name it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    #[serde(rename_all = "snake_case")]
    #[value(rename_all = "snake_case")]
    pub enum State {
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
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connected => "connected",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::NeedsLogin => "log in again",
            Self::Unverified => "unverified",
            Self::Unknown => "unknown",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountStatus {
    pub state: State,
    pub reason: Option<Reason>,
}

impl AccountStatus {
    /// The status of every account in a store that does not answer.
    pub const STORE_UNAVAILABLE: Self = Self {
        state: State::Unknown,
        reason: Some(Reason::StoreUnavailable),
    };
}

/// A clock in a wrong time zone is up to 14 hours off, which is harmless for a token of 60 days.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// What decides the state of an account. The expiry counts only without trouble and without an interrupted change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusFacts {
    pub expires_at: Option<Timestamp>,
    /// The last time Instagram answered. A clock that is a day or more behind it is wrong.
    pub seen_at: Option<Timestamp>,
    pub trouble: Option<Trouble>,
    pub interrupted: Option<Operation>,
}

impl StatusFacts {
    /// Returns the status at `now`. A token with less than `window` left is expiring. After `seen_at`, a later `now` or
    /// an earlier expiry never improves the status.
    pub fn status(self, now: Timestamp, window: SignedDuration) -> AccountStatus {
        let clock_is_behind =
            (self.seen_at).is_some_and(|at| at.duration_since(now) >= CLOCK_SLACK);
        let (state, reason) = match (self.interrupted, self.trouble, self.expires_at) {
            // What was interrupted may have changed the token, so nothing else that is recorded counts.
            (Some(operation), _, _) => (State::Unverified, Some(Reason::Interrupted(operation))),
            (_, Some(trouble), _) if !trouble.ends_token() => {
                (State::Unverified, Some(Reason::Trouble(trouble)))
            }
            (_, Some(trouble), _) => (State::NeedsLogin, Some(Reason::Trouble(trouble))),
            (_, _, None) => (State::Unverified, Some(Reason::ExpiryUnknown)),
            _ if clock_is_behind => (State::Unverified, Some(Reason::ClockBehind)),
            (_, _, Some(end)) if now >= end => (State::Expired, Some(Reason::Expired)),
            (_, _, Some(end)) if end.duration_since(now) < window => {
                (State::Expiring, Some(Reason::ExpiresSoon))
            }
            _ => (State::Connected, None),
        };
        AccountStatus { state, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Word;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    const WINDOW: SignedDuration = SignedDuration::from_secs(100);

    /// An account with which nothing is wrong, and which ends at 1000.
    fn healthy() -> StatusFacts {
        StatusFacts {
            expires_at: Some(at(1000)),
            ..StatusFacts::default()
        }
    }

    fn state(life: StatusFacts, now: i64) -> State {
        life.status(at(now), WINDOW).state
    }

    #[test]
    fn the_end_decides_when_nothing_is_wrong() {
        let word = |now| Word(state(healthy(), now)).to_string();
        assert_eq!(word(0), "connected");
        assert_eq!(word(900), "connected");
        assert_eq!(word(901), "expiring");
        assert_eq!(word(999), "expiring");
        assert_eq!(word(1000), "expired");
    }

    #[test]
    fn what_only_instagram_can_tell_is_unverified() {
        let interrupted = Some(Operation::Refresh);
        let of = |trouble| StatusFacts {
            trouble,
            ..healthy()
        };
        let changing = StatusFacts {
            interrupted,
            ..of(Some(Trouble::AppRemoved))
        };
        assert_eq!(state(changing, 0), State::Unverified);
        assert_eq!(state(StatusFacts::default(), 0), State::Unverified);
        let checkpoint = of(Some(Trouble::Checkpoint));
        assert_eq!(state(checkpoint, 0), State::Unverified);
        let removed = of(Some(Trouble::AppRemoved));
        assert_eq!(state(removed, 0), State::NeedsLogin);
    }

    #[test]
    fn a_later_clock_or_an_earlier_end_never_makes_a_token_healthier() {
        let rank = |state| match state {
            State::Connected => 0,
            State::Expiring => 1,
            _ => 2,
        };
        assert!((0..1200).is_sorted_by_key(|now| rank(state(healthy(), now))));
        let ending = |end| StatusFacts {
            expires_at: Some(at(end)),
            ..StatusFacts::default()
        };
        assert!((0..1200).is_sorted_by_key(|end| std::cmp::Reverse(rank(state(ending(end), 500)))));
    }

    #[test]
    fn a_clock_behind_what_was_seen_is_no_judge() {
        let day = 24 * 3600;
        let life = StatusFacts {
            expires_at: Some(at(90 * day)),
            seen_at: Some(at(30 * day)),
            ..StatusFacts::default()
        };
        let reason = |now| life.status(at(now), WINDOW).reason;
        assert_eq!(reason(-40 * 365 * day), Some(Reason::ClockBehind));
        assert_eq!(reason(29 * day), Some(Reason::ClockBehind));
        assert_eq!(reason(29 * day + 1), None);
        let revoked = StatusFacts {
            trouble: Some(Trouble::AppRemoved),
            ..life
        };
        assert_eq!(state(revoked, 0), State::NeedsLogin);
    }
}
