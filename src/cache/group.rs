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

    /// Commits what waits for others to be ready. How that ended is told to those who wait.
    pub fn commit(&self) {
        let open = self.group.borrow().clone();
        if let Some(group) = open {
            let _ = self.end(&group);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountId, Operation};
    use jiff::Timestamp;
    use rusqlite::Connection;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    /// A cache of two accounts, and what somebody else sees of it.
    fn cache() -> (tempfile::TempDir, Cache, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private/cache");
        let cache = Cache::create(&path, &[]).unwrap();
        let other = Connection::open(&path).unwrap();
        let account = "INSERT INTO account (id, username, app, store, connected_at) VALUES (?1, ?1, '', '', 0)";
        for id in ["1", "2"] {
            other.execute(account, [id]).unwrap();
        }
        (folder, cache, other)
    }

    fn id(text: &str) -> AccountId {
        text.parse().unwrap()
    }

    fn begun(other: &Connection) -> i64 {
        let count = "SELECT count(*) FROM journal";
        other.query_row(count, [], |row| row.get(0)).unwrap()
    }

    fn block_on<T>(story: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(story)
    }

    #[test]
    fn changes_that_are_ready_together_are_on_the_disk_when_they_are_told() {
        let (_folder, cache, other) = cache();
        let version = |other: &Connection| -> i64 {
            let version = "PRAGMA data_version";
            other.query_row(version, [], |row| row.get(0)).unwrap()
        };
        let before = version(&other);
        let begin = async |who: &str| {
            let begun_here = cache
                .open_journal(&id(who), Operation::Refresh, 2, AT)
                .await;
            begun_here.map(|()| begun(&other))
        };
        let (one, two) = block_on(async { tokio::join!(begin("1"), begin("2")) });
        assert_eq!([one.unwrap(), two.unwrap()], [2, 2]);
        assert_eq!(version(&other), before + 1, "one commit for both");
    }

    #[test]
    fn a_change_that_fails_takes_no_other_one_with_it() {
        let (_folder, cache, other) = cache();
        let begin = async |who: &str| {
            cache
                .open_journal(&id(who), Operation::Refresh, 2, AT)
                .await
        };
        let both = async { tokio::join!(begin("1"), begin("404"), begin("2")) };
        let (one, nobody, two) = block_on(both);
        assert!(one.is_ok() && nobody.is_err() && two.is_ok());
        assert_eq!(begun(&other), 2);
        // Alone it leaves no transaction open either.
        block_on(begin("404")).unwrap_err();
        other.execute("DELETE FROM journal", []).unwrap();
    }

    #[test]
    fn a_change_at_once_ends_what_others_have_begun() {
        let (_folder, cache, other) = cache();
        let (begun_by_one, ()) = block_on(async {
            let (one, two) = (id("1"), id("2"));
            let wait = cache.open_journal(&one, Operation::Refresh, 2, AT);
            tokio::join!(wait, async { cache.close_journal(&two).unwrap() })
        });
        begun_by_one.unwrap();
        assert_eq!(begun(&other), 1);
    }
}
