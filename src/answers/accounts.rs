//! The document of several accounts, and all accounts of the cache. Both are read and written one account at a time, so
//! that memory does not grow with their number.

use std::cell::OnceCell;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::account::AccountJson;
use crate::account::{Account, REFRESH_WINDOW};
use crate::cache::{AccountOrder, Cache, CacheError};
use crate::failure::{ErrorJson, Failure};
use crate::output::json::{self, SCHEMA};

/// A document that is being written.
pub(crate) struct Accounts<'w> {
    out: &'w mut dyn Write,
    is_empty: bool,
}

impl<'w> Accounts<'w> {
    pub(crate) fn begin(out: &'w mut dyn Write) -> io::Result<Self> {
        write!(out, "{{\"schema\":{SCHEMA},\"accounts\":[")?;
        let is_empty = true;
        Ok(Self { out, is_empty })
    }

    pub(crate) fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.write_all(b",")?;
        }
        json::write(row, self.out)
    }

    /// Ends the document. A failure that ended it early is part of it: there is always one document.
    pub(crate) fn end(self, failure: Option<ErrorJson>) -> io::Result<()> {
        self.out.write_all(b"]")?;
        if let Some(failure) = failure {
            self.out.write_all(b",\"error\":")?;
            json::write(&failure, self.out)?;
        }
        self.out.write_all(b"}")
    }
}

/// The accounts in the order of their usernames. Without a cache there are none.
pub(crate) struct AllAccounts {
    cache: Option<Cache>,
    /// What ended a walk early. What was written before it stays.
    failure: OnceCell<Failure>,
}

/// What can end a walk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalkError {
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error(transparent)]
    Output(#[from] io::Error),
    /// Nothing is wrong: the visitor has seen enough.
    #[error("{self:?}")]
    Enough,
}

impl AllAccounts {
    /// Reads nothing yet.
    pub(crate) fn new(cache: Option<Cache>) -> Self {
        Self {
            cache,
            failure: OnceCell::new(),
        }
    }

    /// Counts them, up to `limit`.
    pub(crate) fn count_up_to(&self, limit: usize) -> Result<usize, CacheError> {
        let cache = self.cache.as_ref();
        cache.map_or(Ok(0), |cache| cache.count_up_to(limit))
    }

    /// Returns the failure of the cache that ended a walk early, if one did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.get()
    }

    /// Visits each account. Returns only failures of the output, see [`Self::failure`].
    pub(crate) fn for_each(
        &self,
        mut visit: impl FnMut(Account) -> io::Result<()>,
    ) -> io::Result<()> {
        self.for_each_by(AccountOrder::Name, |account| Ok(visit(account)?))
    }

    /// Like [`Self::for_each`], in this order, until `visit` has seen enough.
    pub(crate) fn for_each_by(
        &self,
        order: AccountOrder,
        mut visit: impl FnMut(Account) -> Result<(), WalkError>,
    ) -> io::Result<()> {
        self.walk(|cache| {
            cache.for_each_by(order, |account| {
                visit(cache.without_running_change(account))
            })
        })
    }

    /// Like [`Self::for_each`], for callers that read more than accounts.
    pub(crate) fn walk(
        &self,
        walk: impl FnOnce(&Cache) -> Result<(), WalkError>,
    ) -> io::Result<()> {
        match self.cache.as_ref().map_or(Ok(()), walk) {
            Ok(()) | Err(WalkError::Enough) => Ok(()),
            Err(WalkError::Output(error)) => Err(error),
            // What was written before stays, and the document must still be ended, so the walk itself succeeds.
            Err(WalkError::Cache(error)) => {
                self.failure.get_or_init(|| error.into());
                Ok(())
            }
        }
    }

    /// Writes the JSON document of all accounts as they are at `now`.
    pub(crate) fn json(&self, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
        self.document(now, out, |add| self.for_each(|account| add(&account)))
    }

    /// Writes the JSON document of the accounts that `walk` visits.
    pub(crate) fn document(
        &self,
        now: Timestamp,
        out: &mut dyn Write,
        walk: impl FnOnce(&mut dyn FnMut(&Account) -> io::Result<()>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut document = Accounts::begin(out)?;
        walk(&mut |account| {
            let status = account.status(now, REFRESH_WINDOW);
            document.row(&AccountJson::new(account, status, now))
        })?;
        document.end(self.failure().map(ErrorJson::from))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Every, Listed};
    use super::*;
    use crate::failure::Kind;

    #[test]
    fn a_document_is_written_as_the_schema_has_it() {
        let written = |failure: Option<ErrorJson>| {
            let mut written = Vec::new();
            let mut document = Accounts::begin(&mut written).unwrap();
            document.row(&"a").unwrap();
            document.row(&"b").unwrap();
            document.end(failure).unwrap();
            written
        };
        let (schema, accounts) = (SCHEMA, vec!["a", "b"]);
        let every = Every { schema, accounts };
        assert_eq!(written(None), serde_json::to_vec(&every).unwrap());
        for error in [
            None,
            Some(ErrorJson::from(&Failure::new(Kind::State, "half a row"))),
        ] {
            let listed = Listed {
                schema,
                accounts: every.accounts.clone(),
                error: error.clone(),
            };
            assert_eq!(written(error), serde_json::to_vec(&listed).unwrap());
        }
    }
}
