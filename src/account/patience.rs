//! How long trouble that passes by itself may be kept from the person, when nobody looks on.

use jiff::{SignedDuration, Timestamp};

/// A token is due when ten days are left. With one try a day, three have failed before the person is told, and a week
/// is left to act.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether trouble with a token that ends then may wait for the next try. One of which nobody knows the end may not.
pub fn can_wait(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|end| end.duration_since(now) >= PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::REFRESH_WINDOW;

    #[test]
    fn a_week_is_left_to_act_and_days_to_try() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let can_wait = |left: SignedDuration| can_wait(Some(now + left), now);
        assert!(can_wait(REFRESH_WINDOW - SignedDuration::from_hours(48)));
        let week = SignedDuration::from_secs(7 * 24 * 3600);
        assert!(can_wait(week));
        assert!(!can_wait(week - SignedDuration::from_secs(1)));
        assert!(!can_wait(SignedDuration::from_secs(-1)));
        assert!(!super::can_wait(None, now));
    }
}
