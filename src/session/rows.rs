//! What came of each of several accounts. Of all accounts only the ids are held: each is read again where it is told,
//! so that memory hardly grows with their number.

use std::io;

use super::all_accounts::AllAccounts;
use super::any_account::AnyAccount;
use crate::account::AccountId;
use crate::cache::Cache;
use crate::failure::Failure;

/// How many are read at a time: a few enough to hold, many enough to lock the file for once.
const BATCH: usize = 8;

/// Whom a row is about.
pub(crate) enum Whom {
    /// One of all. Who is gone when it is told is none of them any more.
    OneOfAll(AccountId),
    /// Who was asked for, as it stands.
    Named(AnyAccount),
}

/// Rows in the order in which they are told, each with what came of it.
pub(crate) struct Rows<T> {
    everyone: AllAccounts,
    rows: Vec<(Whom, T)>,
}

impl<T> Rows<T> {
    /// Rows about whom `cache` knows.
    pub(crate) fn new(cache: Option<Cache>, rows: Vec<(Whom, T)>) -> Self {
        let everyone = AllAccounts::new(cache);
        Self { everyone, rows }
    }

    /// The row of one whom nothing has to be looked up of.
    pub(crate) fn one(subject: impl Into<AnyAccount>, row: T) -> Self {
        Self::new(None, vec![(Whom::Named(subject.into()), row)])
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What came of each, with whom to [`Self::look`] at.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Whom, &T)> {
        self.rows.iter().map(|(whom, row)| (whom, row))
    }

    /// Visits each with whom it is about.
    pub(crate) fn for_each(
        &self,
        mut visit: impl FnMut(&AnyAccount, &T) -> io::Result<()>,
    ) -> io::Result<()> {
        for batch in self.rows.chunks(BATCH) {
            let found = self.found(batch);
            for ((whom, row), found) in batch.iter().zip(&found) {
                let subject = match whom {
                    Whom::Named(subject) => Some(subject),
                    Whom::OneOfAll(_) => found.as_ref(),
                };
                subject.map_or(Ok(()), |subject| visit(subject, row))?;
            }
            if found.len() < batch.len() {
                break;
            }
        }
        Ok(())
    }

    /// Those of all in a batch, up to the first that cannot be read. The cache is let go before anything is told: whoever
    /// reads slowly keeps nobody from it.
    fn found(&self, batch: &[(Whom, T)]) -> Vec<Option<AnyAccount>> {
        let find = |(whom, _): &(Whom, T)| match whom {
            Whom::Named(_) => Some(None),
            Whom::OneOfAll(id) => Some(self.everyone.account(id).ok()?.map(AnyAccount::from)),
        };
        let everyone = &self.everyone;
        everyone.with_snapshot(|| batch.iter().map_while(find).collect())
    }

    /// Looks at whom a row is about, if that is still known.
    pub(crate) fn look<S>(&self, whom: &Whom, see: impl FnOnce(&AnyAccount) -> S) -> Option<S> {
        match whom {
            Whom::Named(subject) => Some(see(subject)),
            Whom::OneOfAll(id) => {
                let one = self.everyone.account(id).ok().flatten();
                one.map(|one| see(&one.into()))
            }
        }
    }

    /// The failure of the cache that ended a walk through them, if one did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.everyone.failure()
    }
}
