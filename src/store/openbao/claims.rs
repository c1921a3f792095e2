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
use crate::store::claim::ClaimEnd;

/// A claim that this run holds.
pub(super) struct HeldClaim {
    version: u64,
    extended_at: Instant,
    record: ClaimRecord,
}

impl OpenBao {
    /// Tries once to claim the account. Returns the name of the machine that holds it; `None` if this run does now.
    pub(super) fn take_claim(&self, name: &str) -> Result<Option<String>, OpenBaoError> {
        let found: FoundEntry<ClaimRecord> = self.find(name)?;
        let before = found.content.unwrap_or_default();
        if let Some(holder) = before.other_holder(&self.own, found.created_at, found.server_time) {
            return Ok(Some(holder.writer.clone()));
        }
        let record = ClaimRecord {
            holder: Some(self.own.clone()),
            ..before
        };
        // Read before the request: the server dates the claim later, so it never expires there before we think so.
        let extended_at = instant_now();
        let version = match self.write_version(&Self::leaf(name), found.version, &json!(record)) {
            Err(OpenBaoError::Conflict) => {
                // Another machine was faster, or this write landed and its reply was lost.
                let now: FoundEntry<ClaimRecord> = self.find(name)?;
                let holder = now.content.and_then(|record| record.holder);
                if holder.as_ref() != Some(&self.own) {
                    return Ok(Some(holder.map(|holder| holder.writer).unwrap_or_default()));
                }
                now.version
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
    pub(super) fn extend_one(&self, name: &str) -> Result<(), OpenBaoError> {
        let mut claims = self.claims.borrow_mut();
        let claim = claims.get_mut(name).ok_or(OpenBaoError::Conflict)?;
        if claim.extended_at.elapsed() < EXTEND_AFTER {
            return Ok(());
        }
        let asked_at = instant_now();
        let written = self.write_version(&Self::leaf(name), claim.version, &json!(claim.record));
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

    pub(super) fn end_claim(&self, name: &str, end: ClaimEnd) -> Result<(), OpenBaoError> {
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
        let written = self.write_version(&Self::leaf(name), claim.version, &json!(free));
        written.map(drop)
    }
}
