//! The claims of this run on the server.
//!
//! Invariant: each write names the version of the claim that was seen last, so the claim of another machine is never
//! overwritten.

use std::time::Instant;

use serde_json::json;

use super::claim_record::{ClaimRecord, EXTEND_AFTER};
use super::error::OpenBaoError;
use super::kv::{FoundEntry, OpenBao};
use super::transport::instant_now;
use crate::store::claim::{ClaimEnd, ClaimReply};

/// A claim that this run holds.
pub(super) struct HeldClaim {
    version: u64,
    extended_at: Instant,
    removed_by: Option<String>,
}

impl OpenBao {
    /// Tries once to claim the account.
    pub(super) fn take_claim(&self, name: &str) -> Result<ClaimReply<()>, OpenBaoError> {
        let found: FoundEntry<ClaimRecord> = self.find(name)?;
        let before = found.content.unwrap_or_default();
        if let Some(holder) = before.other_holder(&self.own, found.created_at, found.server_time) {
            return Ok(ClaimReply::HeldBy(holder.writer.clone()));
        }
        let removed_by = before.removed_by;
        let extended_at = instant_now();
        let version = match self.write_record(name, found.version, true, &removed_by) {
            Ok(version) => version,
            Err(OpenBaoError::Conflict) => {
                // Another machine was faster, or this write landed and its reply was lost.
                let now: FoundEntry<ClaimRecord> = self.find(name)?;
                match now.content.and_then(|record| record.holder) {
                    Some(holder) if holder == self.own => now.version,
                    holder => {
                        let machine = holder.map(|holder| holder.writer).unwrap_or_default();
                        return Ok(ClaimReply::HeldBy(machine));
                    }
                }
            }
            Err(error) => return Err(error),
        };
        let claim = HeldClaim {
            version,
            extended_at,
            removed_by,
        };
        self.claims.borrow_mut().insert(name.to_owned(), claim);
        Ok(ClaimReply::Granted(()))
    }

    /// Extends a claim that is not fresh. A conflict means that another machine has it now.
    pub(super) fn extend_one(&self, name: &str) -> Result<(), OpenBaoError> {
        let mut claims = self.claims.borrow_mut();
        let claim = claims.get_mut(name).ok_or(OpenBaoError::Conflict)?;
        if claim.extended_at.elapsed() < EXTEND_AFTER {
            return Ok(());
        }
        let asked_at = instant_now();
        match self.write_record(name, claim.version, true, &claim.removed_by) {
            Ok(version) => {
                (claim.version, claim.extended_at) = (version, asked_at);
                Ok(())
            }
            Err(error) => {
                if error == OpenBaoError::Conflict {
                    claims.remove(name);
                }
                Err(error)
            }
        }
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

    pub(super) fn end_claim(&self, name: &str, end: ClaimEnd) -> Result<(), OpenBaoError> {
        let Some(claim) = self.claims.borrow_mut().remove(name) else {
            return Ok(());
        };
        let removed_by = match end {
            ClaimEnd::Unchanged => claim.removed_by,
            ClaimEnd::TokenWritten => None,
            ClaimEnd::AccountRemoved => Some(self.own.writer.clone()),
        };
        self.write_record(name, claim.version, false, &removed_by)
            .map(drop)
    }

    fn write_record(
        &self,
        name: &str,
        replaced: u64,
        is_held: bool,
        removed_by: &Option<String>,
    ) -> Result<u64, OpenBaoError> {
        let record = ClaimRecord {
            holder: is_held.then(|| self.own.clone()),
            removed_by: removed_by.clone(),
        };
        self.write_version(&Self::leaf(name), replaced, &json!(record))
    }
}
