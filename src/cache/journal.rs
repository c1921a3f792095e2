//! The journal has an entry for each change of a token, from before it begins until its result is recorded. An entry
//! without a process that holds the account's lock is of an interrupted change.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::database::Cache;
use super::error::CacheError;
use super::lock::AccountLock;
use super::row;
use crate::account::{Account, AccountId, Operation, Word};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalEntry {
    pub operation: Operation,
    /// The generation that it was to write.
    pub generation: i64,
}

impl Cache {
    pub(crate) fn journal(&self, id: &AccountId) -> Result<Option<JournalEntry>, CacheError> {
        let sql = "SELECT operation, generation FROM journal WHERE account_id = ?1";
        self.query_one(sql, [id.as_str()], |row| {
            let word: String = row.get("operation")?;
            Ok(JournalEntry {
                operation: row::operation(&word),
                generation: row.get("generation")?,
            })
        })
    }

    /// Leaves a change out that another process is making: it holds the account's lock. Until the change ends, what was
    /// recorded before is true.
    pub(crate) fn without_running_change(&self, mut account: Account) -> Account {
        if account.interrupted.is_none() {
            return account;
        }
        if self.is_changing(&account.id) {
            account.interrupted = None;
            return account;
        }
        // The change may have ended since the account was read, and only then released the lock.
        match self.account(&account.id) {
            Ok(Some(now)) => now,
            _ => account,
        }
    }

    fn is_changing(&self, id: &AccountId) -> bool {
        AccountLock::is_held(&self.path.with_file_name("locks"), id)
    }

    /// Returns the accounts with an entry.
    pub(super) fn announced(&self) -> Result<Vec<Account>, CacheError> {
        let select = row::select(self.is_current);
        let sql = format!("{select} WHERE j.operation IS NOT NULL");
        self.query(&sql, [], row::account)
    }

    pub(crate) async fn open_journal(
        &self,
        id: &AccountId,
        operation: Operation,
        generation: i64,
        at: Timestamp,
    ) -> Result<(), CacheError> {
        self.shared_transaction(|transaction| open(transaction, id, operation, generation, at))
            .await
    }

    /// Ends a change that did nothing, or whose result is recorded.
    pub(crate) fn close_journal(&self, id: &AccountId) -> Result<(), CacheError> {
        self.transaction(|transaction| close(transaction, id))
    }
}

pub(super) fn open(
    transaction: &Connection,
    id: &AccountId,
    operation: Operation,
    generation: i64,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO journal (account_id, operation, generation, began_at)
               VALUES (?1, ?2, ?3, ?4)";
    let entry = params![
        id.as_str(),
        Word(operation).to_string(),
        generation,
        at.as_second()
    ];
    transaction.prepare_cached(sql)?.execute(entry)?;
    Ok(())
}

pub(super) fn close(transaction: &Connection, id: &AccountId) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM journal WHERE account_id = ?1")?
        .execute([id.as_str()])?;
    Ok(())
}
