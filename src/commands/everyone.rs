//! Every account of the cache, read while it is written, so that memory does not grow with their number.

use std::cell::OnceCell;
use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::{Account, REFRESH_WINDOW};
use crate::cache::{Cache, CacheError};
use crate::failure::Failure;
use crate::output::json::{self, Plain};

/// The accounts in the order of their usernames; none where there is no cache.
pub(super) struct Everyone {
    cache: Option<Cache>,
    failed: OnceCell<Failure>,
}

/// What can end the walk through them.
enum Stop {
    Cache(CacheError),
    Output(io::Error),
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}

impl Everyone {
    /// Nothing is read yet.
    pub(super) fn new(cache: Option<Cache>) -> Self {
        Self {
            cache,
            failed: OnceCell::new(),
        }
    }

    /// How many there are, counted up to `limit`.
    pub(super) fn count_up_to(&self, limit: i64) -> Result<i64, CacheError> {
        self.cache
            .as_ref()
            .map_or(Ok(0), |cache| cache.count_up_to(limit))
    }

    /// The failure of the cache in the middle of a walk, if that is what ended it: what was written by then stays.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failed.get()
    }

    /// Visits them. Only a failure of the output is one here; see [`Self::failure`].
    pub(super) fn for_each(
        &self,
        mut visit: impl FnMut(Account) -> io::Result<()>,
    ) -> io::Result<()> {
        self.walk(|cache| cache.for_each(|account| visit(account).map_err(Stop::Output)))
    }

    fn walk(&self, walk: impl FnOnce(&Cache) -> Result<(), Stop>) -> io::Result<()> {
        let Some(cache) = &self.cache else {
            return Ok(());
        };
        walk(cache).or_else(|stop| match stop {
            Stop::Output(error) => Err(error),
            Stop::Cache(error) => {
                self.failed.get_or_init(|| error.into());
                Ok(())
            }
        })
    }

    /// The one document about all of them, as they stand at `now`.
    pub(super) fn json(&self, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"schema\":{},\"accounts\":[", json::SCHEMA)?;
        let mut text = Vec::new();
        let mut write = |account: &Account<&str>| {
            let condition = account.condition(now, REFRESH_WINDOW);
            json::AccountJson::new(account, condition, now).write(&mut text);
            out.write_all(&text)?;
            text.clear();
            text.push(b',');
            Ok(())
        };
        self.walk(|cache| {
            cache.for_each_in_passing(|account| write(&account).map_err(Stop::Output))
        })?;
        // The document is begun, so its end has to tell the failure: there is never a second one.
        out.write_all(b"]")?;
        if let Some(failure) = self.failure() {
            out.write_all(b",\"error\":")?;
            json::write(&failure.to_json(), out)?;
        }
        out.write_all(b"}")
    }
}
