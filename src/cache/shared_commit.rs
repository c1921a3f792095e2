//! Several refreshes share one commit, so that they wait for the disk once.
//!
//! A change runs inside a savepoint of the open transaction. Then it yields: every other change that is ready runs in
//! the same transaction. The first that continues commits for all, and each takes the result.
//!
//! Invariant: a change that returned is on the disk. A change that fails takes no other one with it.

use std::cell::OnceCell;
use std::rc::Rc;

use rusqlite::Connection;

use super::database::Cache;
use super::error::CacheError;
use crate::private_database::{DatabaseProblem, problem};

/// An open transaction and, once it has ended, its result.
#[derive(Default)]
pub(super) struct SharedCommit(OnceCell<Result<(), DatabaseProblem>>);

impl Cache {
    /// Makes a change, whole or not at all, and waits for the disk.
    pub(super) fn transaction<T>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let (commit, value) = self.run_change(change)?;
        self.finish(&commit)?;
        Ok(value)
    }

    /// As [`Self::transaction`], in one commit with all other changes that are ready now.
    pub(super) async fn shared_transaction<T>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let (commit, value) = self.run_change(change)?;
        tokio::task::yield_now().await;
        self.finish(&commit)?;
        Ok(value)
    }

    /// Commits what waits for other changes. Those who wait get the result.
    pub(crate) fn commit(&self) {
        // A clone, because finishing empties the cell.
        let open = self.open_commit.borrow().clone();
        if let Some(commit) = open {
            let _ = self.finish(&commit);
        }
    }

    /// Runs a change in the open transaction, or in a new one that takes the write lock at once.
    fn run_change<T>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<(Rc<SharedCommit>, T), CacheError> {
        let mut open = self.open_commit.borrow_mut();
        let is_first = open.is_none();
        let (begin, undo) = if is_first {
            ("BEGIN IMMEDIATE; SAVEPOINT change", "ROLLBACK")
        } else {
            ("SAVEPOINT change", "ROLLBACK TO change; RELEASE change")
        };
        let done = self.connection.execute_batch(begin).and_then(|()| {
            let value = change(&self.connection)?;
            self.connection.execute_batch("RELEASE change")?;
            Ok(value)
        });
        match done {
            Ok(value) => Ok((Rc::clone(open.get_or_insert_default()), value)),
            Err(error) => {
                let _ = self.connection.execute_batch(undo);
                // Some failures, such as a full disk, roll back the whole transaction.
                if self.connection.is_autocommit()
                    && let Some(commit) = open.take()
                {
                    let _ = commit.0.set(Err(problem(&error)));
                }
                Err(CacheError::from_sqlite(&error, &self.path))
            }
        }
    }

    /// Commits, unless another change has done so, and returns the result.
    fn finish(&self, commit: &SharedCommit) -> Result<(), CacheError> {
        let result = commit.0.get_or_init(|| {
            self.open_commit.take();
            self.connection.execute_batch("COMMIT").map_err(|error| {
                let _ = self.connection.execute_batch("ROLLBACK");
                problem(&error)
            })
        });
        result.map_err(|problem| CacheError::new(problem, &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountId, Operation};
    use jiff::Timestamp;
    use rusqlite::Connection;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    /// A cache of two accounts, and a connection of another process.
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
        let (one, unknown, two) = block_on(both);
        assert!(one.is_ok() && unknown.is_err() && two.is_ok());
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
