//! The record of an account on the server: which machine may change it, and which one removed it.
//!
//! Invariant: only the server's clock decides how old a claim is. It dates the record and each reply.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An older claim belongs to a dead program. Other machines wait 30 seconds, long enough to see it expire.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_secs(25);

/// A claim is extended at this age: twice in its lifetime, in case one attempt fails.
pub(super) const EXTEND_AFTER: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClaimRecord {
    pub(super) holder: Option<ClaimHolder>,
    /// The machine that removed the account, unless its token was written again since.
    pub(super) removed_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClaimHolder {
    /// The name of the machine.
    pub(super) writer: String,
    /// The home on it. A lock on a file lets one program per home come this far, so an earlier claim of the same home
    /// belongs to a dead program.
    pub(super) home: String,
    /// Identifies the run.
    pub(super) run: String,
}

impl ClaimRecord {
    /// Returns the holder that `own` has to wait for. `created_at` and `server_time` are by the server's clock.
    pub(super) fn other_holder(
        &self,
        own: &ClaimHolder,
        created_at: Option<Timestamp>,
        server_time: Option<Timestamp>,
    ) -> Option<&ClaimHolder> {
        let holder = self.holder.as_ref()?;
        // Without the server's time the claim counts, however old it is.
        let is_over = created_at
            .zip(server_time)
            .is_some_and(|(from, to)| to.duration_since(from).abs() > LIFETIME);
        (holder.home != own.home && !is_over).then_some(holder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(home: &str) -> ClaimHolder {
        ClaimHolder {
            writer: "desk".to_owned(),
            home: home.to_owned(),
            run: "1".to_owned(),
        }
    }

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(1_800_000_000 + second).ok()
    }

    #[test]
    fn a_claim_expires_by_the_clock_of_the_server_alone() {
        let own = holder("a");
        let claimed = |home| ClaimRecord {
            holder: Some(holder(home)),
            removed_by: None,
        };
        let is_taken = |home, age| claimed(home).other_holder(&own, at(0), at(age)).is_some();
        for (age, others) in [
            (0, true),
            (25, true),
            (26, false),
            (-25, true),
            (-26, false),
        ] {
            assert_eq!(is_taken("b", age), others, "{age}");
            assert!(!is_taken("a", age), "left by a dead program of this home");
        }
        assert!(claimed("b").other_holder(&own, at(0), None).is_some());
        let free = ClaimRecord {
            holder: None,
            removed_by: Some("desk".to_owned()),
        };
        assert!(free.other_holder(&own, at(0), at(0)).is_none());
    }
}
