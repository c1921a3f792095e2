//! The life of a token: when it was issued, when it expires, whether a refresh is due.

use jiff::{SignedDuration, Timestamp};

use super::scopes::Scopes;
use super::secret::LongToken;

/// A long-lived token is valid for 60 days, and for 60 days after each refresh (Instagram API reference, `access_token`).
pub const LONG_LIFETIME: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Instagram does not refresh a token younger than 24 hours (Instagram API reference, `refresh_access_token`).
pub const REFRESH_MIN_AGE: SignedDuration = SignedDuration::from_hours(24);

/// A refresh is due with less life left. Ten days allow for a machine that is off for a week.
pub const REFRESH_WINDOW: SignedDuration = SignedDuration::from_hours(10 * 24);

/// No documented token is valid for more than 60 days. More than 90 is a mistake and is cut.
const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(90 * 24);

/// 2025-01-01 and 2050-01-01. A server whose clock is outside is as wrong as one of this machine could be.
const DATES: std::ops::Range<i64> = 1_735_689_600..2_524_608_000;

/// A scheduled refresh that fails is reported only when less than this is left. A token is due when ten days are left, so
/// three daily tries may fail in silence, and the person has a week to act.
const SILENT_UNTIL: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A long-lived token with everything Instagram said about it.
#[derive(Debug)]
pub struct Grant {
    pub token: LongToken,
    pub issued_at: Option<Timestamp>,
    /// Unknown if Instagram did not say.
    pub expires_at: Option<Timestamp>,
    /// Empty if Instagram did not say.
    pub scopes: Scopes,
}

/// Returns when a token expires that was issued at `issued_at` for `expires_in` seconds.
/// `None` if the number makes no sense. A token of unknown expiry is never called healthy.
pub fn expires_at(issued_at: Timestamp, expires_in: i64) -> Option<Timestamp> {
    if expires_in <= 0 {
        return None;
    }
    let life = SignedDuration::from_secs(expires_in).min(LIFETIME_MAX);
    issued_at.checked_add(life).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Now,
    /// It is due from that time on.
    From(Timestamp),
    /// Younger than 24 hours until that time: Instagram would refuse.
    TooYoung(Timestamp),
    Expired,
}

/// Decides whether a token is due. With an unknown age it may be refreshed. With an unknown expiry it is due, because
/// only a refresh reveals it.
pub(super) fn due(
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    now: Timestamp,
    window: SignedDuration,
    force: bool,
) -> Due {
    if let Some(end) = expires_at {
        if now >= end {
            return Due::Expired;
        }
        let from = end.checked_sub(window).unwrap_or(Timestamp::MIN);
        if !force && now < from {
            return Due::From(from);
        }
    }
    // An issue date in the future means a wrong clock, not a young token: let the server decide.
    let open = issued_at
        .filter(|at| *at <= now)
        .and_then(|at| at.checked_add(REFRESH_MIN_AGE).ok());
    match open {
        Some(open) if now < open => Due::TooYoung(open),
        _ => Due::Now,
    }
}

/// Returns whether a failed refresh may wait for the next try without a report. Not if the expiry is unknown.
pub fn can_retry_silently(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|end| end.duration_since(now) >= SILENT_UNTIL)
}

/// Returns the time of an answer: the server's, if it sent one, because the clock `here` may be wrong. `None` if that time
/// makes no sense.
pub fn answered_at(date: Option<Timestamp>, here: Timestamp) -> Option<Timestamp> {
    Some(date.unwrap_or(here)).filter(|at| DATES.contains(&at.as_second()))
}

/// Returns when a token was issued that Instagram returned at `answered_at`: at that time, unless so little life is left
/// that it must be older.
pub fn issued_at(answered_at: Timestamp, expires_at: Option<Timestamp>) -> Timestamp {
    let born = expires_at.and_then(|end| end.checked_sub(LONG_LIFETIME).ok());
    born.filter(|born| answered_at.duration_since(*born) > REFRESH_MIN_AGE)
        .unwrap_or(answered_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;

    #[test]
    fn a_token_with_little_life_left_was_issued_long_ago() {
        assert_eq!(issued_at(at(0), Some(at(60 * DAY - 56))), at(0));
        assert_eq!(issued_at(at(0), Some(at(59 * DAY))), at(0));
        assert_eq!(issued_at(at(0), Some(at(59 * DAY - 1))), at(-DAY - 1));
        assert_eq!(issued_at(at(0), Some(at(9 * DAY))), at(-51 * DAY));
        assert_eq!(issued_at(at(0), None), at(0));
    }

    #[test]
    fn a_renewal_is_due_inside_the_window_and_never_before_24_hours() {
        let table = [
            (
                Some(0),
                Some(60 * DAY),
                HOUR,
                false,
                Due::From(at(50 * DAY)),
            ),
            (
                Some(0),
                Some(60 * DAY),
                50 * DAY - 1,
                false,
                Due::From(at(50 * DAY)),
            ),
            (Some(0), Some(60 * DAY), 50 * DAY, false, Due::Now),
            (Some(0), Some(60 * DAY), 60 * DAY - 1, false, Due::Now),
            (Some(0), Some(60 * DAY), 60 * DAY, true, Due::Expired),
            (
                Some(0),
                Some(60 * DAY),
                DAY - 1,
                true,
                Due::TooYoung(at(DAY)),
            ),
            (Some(0), Some(60 * DAY), DAY, true, Due::Now),
            (None, Some(60 * DAY), 1, true, Due::Now),
            (None, None, 1, false, Due::Now),
            (Some(0), None, 1, false, Due::TooYoung(at(DAY))),
            (Some(5 * DAY), Some(60 * DAY), 0, true, Due::Now),
        ];
        for (issued, ends, now, force, expected) in table {
            let found = due(issued.map(at), ends.map(at), at(now), REFRESH_WINDOW, force);
            assert_eq!(
                found, expected,
                "issued {issued:?} ends {ends:?} now {now} force {force}"
            );
        }
    }

    #[test]
    fn a_senseless_lifetime_is_no_lifetime() {
        assert_eq!(expires_at(at(0), 0), None);
        assert_eq!(expires_at(at(0), -1), None);
        assert_eq!(expires_at(at(0), 60), Some(at(60)));
        assert_eq!(expires_at(at(0), i64::MAX), Some(at(90 * DAY)));
        assert_eq!(expires_at(Timestamp::MAX, 60), None);
    }

    #[test]
    fn the_date_of_an_answer_counts_and_not_the_clock_here() {
        let wrong = [at(0), at(-900 * DAY), at(900 * DAY), Timestamp::UNIX_EPOCH];
        for here in wrong {
            assert_eq!(answered_at(Some(at(300)), here), Some(at(300)), "{here}");
        }
        assert_eq!(answered_at(None, at(0)), Some(at(0)));
        for off in [Timestamp::UNIX_EPOCH, Timestamp::MAX, Timestamp::MIN] {
            assert_eq!(answered_at(Some(off), at(0)), None, "{off}");
            assert_eq!(answered_at(None, off), None, "{off}");
        }
    }

    #[test]
    fn a_week_is_left_to_act_and_days_to_try() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let can_retry_silently =
            |left: SignedDuration| super::can_retry_silently(Some(now + left), now);
        assert!(can_retry_silently(
            REFRESH_WINDOW - SignedDuration::from_hours(48)
        ));
        let week = SignedDuration::from_secs(7 * 24 * 3600);
        assert!(can_retry_silently(week));
        assert!(!can_retry_silently(week - SignedDuration::from_secs(1)));
        assert!(!can_retry_silently(SignedDuration::from_secs(-1)));
        assert!(!super::can_retry_silently(None, now));
    }
}
