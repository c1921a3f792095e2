//! The claims of this run on the server.
//!
//! Invariant: each write names the version of the claim that was seen last, so one that somebody took over is never
//! written over.

use std::time::Instant;

use serde_json::json;

use super::claim::{RENEWED_AFTER, Record, taken};
use super::line::now;
use super::{Found, OpenBao, OpenBaoError};
use crate::store::{Claimed, Release};

/// A claim of ours.
pub(super) struct Claim {
    version: u64,
    renewed: Instant,
    removed_by: Option<String>,
}

impl OpenBao {
    /// Tries once to become the only one who changes the account.
    pub(super) fn take(&self, name: &str) -> Result<Claimed, OpenBaoError> {
        let found: Found<Record> = self.find(name)?;
        let free = Record {
            holder: None,
            removed_by: None,
        };
        let before = found.content.unwrap_or(free);
        if let Some(holder) = taken(&before, found.dated, found.told, &self.us) {
            return Ok(Claimed::Taken(holder.writer.clone()));
        }
        let record = Record {
            holder: Some(self.us.clone()),
            ..before
        };
        let removed_by = record.removed_by.clone();
        let renewed = now();
        let version = match self.put_record(name, found.version, &record) {
            Ok(version) => version,
            // Somebody was quicker, or it was ourselves, whose answer got lost.
            Err(OpenBaoError::Conflict) => {
                let now: Found<Record> = self.find(name)?;
                match now.content.and_then(|record| record.holder) {
                    Some(holder) if holder == self.us => now.version,
                    Some(holder) => return Ok(Claimed::Taken(holder.writer)),
                    None => return Ok(Claimed::Taken(String::new())),
                }
            }
            Err(error) => return Err(error),
        };
        let claim = Claim {
            version,
            renewed,
            removed_by,
        };
        self.claims.borrow_mut().insert(name.to_owned(), claim);
        Ok(Claimed::Ours)
    }

    /// Renews a claim that is not fresh. One that somebody else took over is over.
    pub(super) fn renew(&self, name: &str) -> Result<(), OpenBaoError> {
        let mut claims = self.claims.borrow_mut();
        let claim = claims.get_mut(name).ok_or(OpenBaoError::Conflict)?;
        if claim.renewed.elapsed() < RENEWED_AFTER {
            return Ok(());
        }
        let record = Record {
            holder: Some(self.us.clone()),
            removed_by: claim.removed_by.clone(),
        };
        let asked = now();
        match self.put_record(name, claim.version, &record) {
            Ok(version) => {
                (claim.version, claim.renewed) = (version, asked);
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

    /// Renews all that are not fresh.
    pub(super) fn renew_all(&self) {
        let names: Vec<_> = self.claims.borrow().keys().cloned().collect();
        for name in names {
            if let Err(error) = self.renew(&name) {
                log::warn!(error:%; "claim");
            }
        }
    }

    /// Ends a claim of ours.
    pub(super) fn give_back(&self, name: &str, release: Release) -> Result<(), OpenBaoError> {
        let Some(claim) = self.claims.borrow_mut().remove(name) else {
            return Ok(());
        };
        let record = Record {
            holder: None,
            removed_by: match release {
                Release::Unchanged => claim.removed_by,
                Release::Kept => None,
                Release::Removed => Some(self.us.writer.clone()),
            },
        };
        self.put_record(name, claim.version, &record)?;
        Ok(())
    }

    fn put_record(&self, name: &str, replaced: u64, record: &Record) -> Result<u64, OpenBaoError> {
        self.put(&Self::leaf(name), replaced, &json!(record))
    }
}
