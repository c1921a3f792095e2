//! Who may change an account among all machines that share the path: a record for each account, taken by check-and-set.
//!
//! Invariant: a claim ends by itself. How old it is only the server's clock says: it dated the record, and it says now
//! what time it is, so no machine's own clock counts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A claim that nobody has renewed for so long is that of a dead program. A waiting one waits 30 seconds, and so lives to
/// see that.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_secs(25);

/// A claim that lasts is renewed when it is so old: twice in its life, should one try fail.
pub(super) const RENEWED_AFTER: Duration = Duration::from_secs(8);

/// What is known of an account beside its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Who is changing it now.
    pub(super) holder: Option<Holder>,
    /// The machine that removed it from the store, unless a token was put there since.
    pub(super) removed_by: Option<String>,
}

/// Who has claimed an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// What the machine calls itself.
    pub(super) writer: String,
    /// The home on it. Within one home a lock on a file lets one program alone come this far, so what was claimed from
    /// there before is a dead one's.
    pub(super) home: String,
    /// The program.
    pub(super) run: String,
}

/// Who has the account, as seen by `ours`: nobody, or us, where there is nobody else to wait for.
pub(super) fn taken<'a>(
    record: &'a Record,
    dated: Option<Timestamp>,
    now: Option<Timestamp>,
    ours: &Holder,
) -> Option<&'a Holder> {
    let holder = record.holder.as_ref()?;
    // A server that does not tell the time leaves nothing to judge by but the claim itself.
    let is_over = dated
        .zip(now)
        .is_some_and(|(dated, now)| now.duration_since(dated).abs() > LIFETIME);
    (holder.home != ours.home && !is_over).then_some(holder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(home: &str) -> Holder {
        Holder {
            writer: "desk".to_owned(),
            home: home.to_owned(),
            run: "1".to_owned(),
        }
    }

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(1_800_000_000 + second).ok()
    }

    #[test]
    fn a_claim_ends_by_the_clock_of_the_server_alone() {
        let ours = holder("a");
        let claimed = |home| Record {
            holder: Some(holder(home)),
            removed_by: None,
        };
        let is_taken = |home, age| taken(&claimed(home), at(0), at(age), &ours).is_some();
        for (age, others) in [
            (0, true),
            (25, true),
            (26, false),
            (-25, true),
            (-26, false),
        ] {
            assert_eq!(is_taken("b", age), others, "{age}");
            assert!(!is_taken("a", age), "what a dead program of this home left");
        }
        assert!(taken(&claimed("b"), at(0), None, &ours).is_some());
        let free = Record {
            holder: None,
            removed_by: Some("desk".to_owned()),
        };
        assert!(taken(&free, at(0), at(0), &ours).is_none());
    }
}
