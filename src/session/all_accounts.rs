//! Every account of the cache, read while it is written, so that memory does not grow with their number.

use std::cell::OnceCell;
use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::{Account, AccountId, REFRESH_WINDOW};
use crate::answers;
use crate::cache::{Cache, CacheError};
use crate::failure::Failure;

/// The accounts in the order of their usernames; none where there is no cache.
pub(crate) struct AllAccounts {
    cache: Option<Cache>,
    failed: OnceCell<Failure>,
}

/// What can end a walk through them.
pub(crate) enum Stop {
    /// The cache, which cannot be read on.
    Cache(CacheError),
    /// The output.
    Output(io::Error),
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl AllAccounts {
    /// Nothing is read yet.
    pub(crate) fn new(cache: Option<Cache>) -> Self {
        Self {
            cache,
            failed: OnceCell::new(),
        }
    }

    /// How many there are, counted up to `limit`.
    pub(crate) fn count_up_to(&self, limit: usize) -> Result<usize, CacheError> {
        self.cache
            .as_ref()
            .map_or(Ok(0), |cache| cache.count_up_to(limit))
    }

    /// One of them, if it is still there. What is said when it cannot be read is [`Self::failure`], too.
    pub(crate) fn account(&self, id: &AccountId) -> Result<Option<Account>, &Failure> {
        let found = self.cache.as_ref().map(|cache| cache.account(id));
        let found = found.transpose().map(Option::flatten);
        found.map_err(|error| self.failed.get_or_init(|| error.into()))
    }

    /// Holds the cache still while `look` asks for many of them.
    pub(crate) fn hold_still_for<T>(&self, look: impl FnOnce() -> T) -> T {
        match &self.cache {
            Some(cache) => cache.hold_still_for(look),
            None => look(),
        }
    }

    /// The failure of the cache in the middle of a walk, if that is what ended it: what was written by then stays.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failed.get()
    }

    /// Visits them. Only a failure of the output is one here; see [`Self::failure`].
    pub(crate) fn for_each(
        &self,
        mut visit: impl FnMut(Account) -> io::Result<()>,
    ) -> io::Result<()> {
        self.walk(|cache| cache.for_each(|account| Ok(visit(account)?)))
    }

    /// As [`Self::for_each`], for whoever reads more of the cache than the accounts.
    pub(crate) fn walk(&self, walk: impl FnOnce(&Cache) -> Result<(), Stop>) -> io::Result<()> {
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
    pub(crate) fn json(&self, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
        let mut document = answers::Accounts::begin(out)?;
        self.walk(|cache| {
            cache.for_each(|account| {
                let status = account.status(now, REFRESH_WINDOW);
                let account = answers::AccountJson::new(&account, status, now);
                Ok(document.row(&account)?)
            })
        })?;
        document.end(self.failure().map(answers::ErrorJson::from))
    }
}
