//! Which machine may change an account, and which one removed it: a record on the server for each account.
//!
//! Invariant: each write names the version of the record that was seen last, so the claim of another machine is never
//! overwritten. Only the server's clock decides how old a claim is. It dates the record and each reply.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{OpenBaoError, OpenBaoResult};
use super::kv::{FoundEntry, OpenBao};
use super::replies::VersionInfo;
use super::transport::instant_now;
use crate::store::claim::ClaimEnd;

/// An older claim belongs to a dead program. Other machines wait 30 seconds, long enough to see it expire.
const LIFETIME: SignedDuration = SignedDuration::from_secs(25);

/// A claim is extended at this age: twice in its lifetime, in case one attempt fails.
const EXTEND_AFTER: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClaimRecord {
    holder: Option<ClaimHolder>,
    /// The machine that removed the account, unless its token was written again since.
    pub(super) removed_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClaimHolder {
    /// The name of the machine.
    pub(super) writer: String,
    /// The home, with the host and boot. A lock on a file lets one program per home come this far, so an earlier claim
    /// of the same home belongs to a dead program. A copy of the home on another machine is another home.
    pub(super) home: String,
    /// Identifies the run.
    pub(super) run: String,
}

/// A claim that this run holds.
pub(super) struct HeldClaim {
    version: u64,
    extended_at: Instant,
    record: ClaimRecord,
}

impl ClaimRecord {
    /// Returns the holder that `own` has to wait for. `created_at` and `server_time` are by the server's clock.
    fn other_holder(
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

impl OpenBao {
    /// Tries once to claim the account. Returns the name of the machine that holds it; `None` if this run does now.
    pub(super) fn take_claim(&self, name: &str) -> OpenBaoResult<Option<String>> {
        let found: FoundEntry<ClaimRecord> = self.find(name)?;
        let VersionInfo {
            version,
            created_time,
        } = found.metadata;
        let before = found.content.unwrap_or_default();
        if let Some(holder) = before.other_holder(&self.own, created_time, found.server_time) {
            return Ok(Some(holder.writer.clone()));
        }
        let record = ClaimRecord {
            holder: Some(self.own.clone()),
            ..before
        };
        // Read before the request: the server dates the claim later, so it never expires there before we think so.
        let extended_at = instant_now();
        let version = match self.write_version(name, version, &json!(record)) {
            Err(OpenBaoError::Conflict) => {
                // Another machine was faster, or this write landed and its reply was lost.
                let now: FoundEntry<ClaimRecord> = self.find(name)?;
                let holder = now.content.and_then(|record| record.holder);
                if holder.as_ref() != Some(&self.own) {
                    return Ok(Some(holder.map(|holder| holder.writer).unwrap_or_default()));
                }
                now.metadata.version
            }
            written => written?,
        };
        let claim = HeldClaim {
            version,
            extended_at,
            record,
        };
        self.claims.borrow_mut().insert(name.to_owned(), claim);
        Ok(None)
    }

    /// Extends a claim that is not fresh. A conflict means that another machine has it now.
    pub(super) fn extend_one(&self, name: &str) -> OpenBaoResult<()> {
        let mut claims = self.claims.borrow_mut();
        let claim = claims.get_mut(name).ok_or(OpenBaoError::Conflict)?;
        if claim.extended_at.elapsed() < EXTEND_AFTER {
            return Ok(());
        }
        let asked_at = instant_now();
        let written = self.write_version(name, claim.version, &json!(claim.record));
        if let Ok(version) = written {
            (claim.version, claim.extended_at) = (version, asked_at);
        } else if written == Err(OpenBaoError::Conflict) {
            // What is lost is neither extended nor ended: it belongs to the other machine.
            claims.remove(name);
        }
        written.map(drop)
    }

    /// Extends all claims that are not fresh.
    pub(super) fn extend_all(&self) {
        let names: Vec<_> = self.claims.borrow().keys().cloned().collect();
        for name in names {
            if let Err(error) = self.extend_one(&name) {
                log::warn!(error:%; "claim");
            }
        }
    }

    pub(super) fn end_claim(&self, name: &str, end: ClaimEnd) -> OpenBaoResult<()> {
        let Some(claim) = self.claims.borrow_mut().remove(name) else {
            return Ok(());
        };
        let removed_by = match end {
            ClaimEnd::Unchanged => claim.record.removed_by,
            ClaimEnd::TokenWritten => None,
            ClaimEnd::AccountRemoved => Some(self.own.writer.clone()),
        };
        // The record stays, without a holder: it tells other machines who removed the account.
        let free = ClaimRecord {
            holder: None,
            removed_by,
        };
        let written = self.write_version(name, claim.version, &json!(free));
        written.map(drop)
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
