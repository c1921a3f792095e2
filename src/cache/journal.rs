//! The journal: a change to an account is announced here before it is made, and closed with its result.
//! What is still open when nobody works on the account was interrupted.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Cache, CacheError, row};
use crate::account::{AccountId, Operation, Word};

/// An announced change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalEntry {
    /// What was begun.
    pub operation: Operation,
    /// The generation that it meant to write.
    pub generation: i64,
}

impl Cache {
    /// The change of this account that has not ended.
    pub fn journal(&self, id: &AccountId) -> Result<Option<JournalEntry>, CacheError> {
        let sql = "SELECT operation, generation FROM journal WHERE account_id = ?1";
        let mut statement = self.read(self.connection.prepare_cached(sql))?;
        let found = statement.query_row([id.as_str()], |row| {
            let word: String = row.get("operation")?;
            Ok(JournalEntry {
                operation: row::operation(&word),
                generation: row.get("generation")?,
            })
        });
        self.read(found.optional())
    }

    /// Announces a change.
    pub async fn open_journal(
        &self,
        id: &AccountId,
        operation: Operation,
        generation: i64,
        at: Timestamp,
    ) -> Result<(), CacheError> {
        self.shared_transaction(|transaction| open(transaction, id, operation, generation, at))
            .await
    }

    /// Ends a change of which nothing came, or whose result is recorded already.
    pub fn close_journal(&self, id: &AccountId) -> Result<(), CacheError> {
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
    transaction.prepare_cached("INSERT OR REPLACE INTO journal (account_id, operation, generation, began_at) VALUES (?1, ?2, ?3, ?4)")?.execute(params![id.as_str(), Word(operation).to_string(), generation, at.as_second()])?;
    Ok(())
}

pub(super) fn close(transaction: &Connection, id: &AccountId) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM journal WHERE account_id = ?1")?
        .execute([id.as_str()])?;
    Ok(())
}
