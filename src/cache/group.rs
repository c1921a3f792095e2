//! Changes of several accounts that are ready at the same time are committed together: the disk is waited for once.
//!
//! Invariant: whoever is told that a change is done has it on the disk; a change that fails takes no other one with it.

use std::cell::OnceCell;
use std::rc::Rc;

use rusqlite::Connection;

use super::{Cache, CacheError, open};
use crate::private_database::{DatabaseProblem, problem};

/// An open transaction and, once it has ended, how.
#[derive(Default)]
pub(super) struct Group(OnceCell<Result<(), DatabaseProblem>>);

impl Cache {
    /// Makes a change, whole or not at all, and waits for the disk. `work` itself waits for nothing.
    pub(super) fn transaction<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let (group, value) = self.join(work)?;
        self.end(&group)?;
        Ok(value)
    }

    /// As [`Self::transaction`], for stories side by side: all that are ready now share one commit.
    pub(super) async fn shared_transaction<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let (group, value) = self.join(work)?;
        tokio::task::yield_now().await;
        self.end(&group)?;
        Ok(value)
    }

    /// Works within the open transaction, or in one that takes the write lock at once.
    fn join<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<(Rc<Group>, T), CacheError> {
        let mut open = self.group.borrow_mut();
        let is_first = open.is_none();
        let begin = if is_first {
            "BEGIN IMMEDIATE; SAVEPOINT change"
        } else {
            "SAVEPOINT change"
        };
        let done = self.connection.execute_batch(begin).and_then(|()| {
            let value = work(&self.connection)?;
            self.connection.execute_batch("RELEASE change")?;
            Ok(value)
        });
        match done {
            Ok(value) => Ok((Rc::clone(open.get_or_insert_default()), value)),
            Err(error) => {
                let back = if is_first {
                    "ROLLBACK"
                } else {
                    "ROLLBACK TO change; RELEASE change"
                };
                let _ = self.connection.execute_batch(back);
                // Some failures end the whole transaction.
                if self.connection.is_autocommit()
                    && let Some(group) = open.take()
                {
                    let _ = group.0.set(Err(problem(&error)));
                }
                Err(open::translate(&error, &self.path))
            }
        }
    }

    /// Commits, unless another member has done so, and says how it ended.
    fn end(&self, group: &Group) -> Result<(), CacheError> {
        let ended = group.0.get_or_init(|| {
            self.group.take();
            self.connection.execute_batch("COMMIT").map_err(|error| {
                let _ = self.connection.execute_batch("ROLLBACK");
                problem(&error)
            })
        });
        ended.map_err(|problem| open::named(problem, self.path.clone()))
    }
}
