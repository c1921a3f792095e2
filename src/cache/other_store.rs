//! The other store of an account may hold a copy of its token. It is recorded before anything is written there, and
//! until it is empty. So the remains of a killed move or login are always found.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::database::Cache;
use super::error::CacheError;
use crate::account::{AccountId, StoreKind};

impl Cache {
    /// Returns the other store of an account. It is never the store that the account is in.
    pub(crate) fn other_store(&self, id: &AccountId) -> Result<Option<StoreKind>, CacheError> {
        if !self.is_current {
            return Ok(None);
        }
        let sql = "SELECT other_store FROM account WHERE id = ?1 AND other_store <> store";
        let found = self.connection.prepare_cached(sql);
        let found = found.and_then(|mut one| one.query_row([id.as_str()], |row| row.get(0)));
        let name: Option<String> = self.read(found.optional())?;
        Ok(name.map(|name| StoreKind::from_recorded(&name)))
    }

    /// Returns the other stores of all accounts that have one.
    pub(crate) fn other_stores(&self) -> Result<BTreeMap<AccountId, StoreKind>, CacheError> {
        if !self.is_current {
            return Ok(BTreeMap::new());
        }
        let sql = "SELECT id, other_store FROM account WHERE other_store <> store";
        let rows = self.connection.prepare(sql).and_then(|mut all| {
            let rows = all.query_map([], |row| Ok((row.get("id")?, row.get("other_store")?)))?;
            rows.collect::<rusqlite::Result<Vec<(String, String)>>>()
        });
        let rows = self.read(rows)?.into_iter();
        // A malformed id is reported when the whole row is read.
        Ok(rows
            .filter_map(|(id, name)| Some((id.parse().ok()?, StoreKind::from_recorded(&name))))
            .collect())
    }

    /// Records that a copy of the token will be written to another store.
    pub(crate) fn announce_other_store(
        &self,
        id: &AccountId,
        store: &StoreKind,
    ) -> Result<(), CacheError> {
        let sql = "UPDATE account SET other_store = ?2 WHERE id = ?1";
        self.transaction(|transaction| {
            transaction.execute(sql, params![id.as_str(), store.as_str()])
        })?;
        Ok(())
    }

    /// Exchanges the store and the other store of an account.
    pub(crate) fn switch_stores(&self, id: &AccountId) -> Result<(), CacheError> {
        let sql = "UPDATE account SET store = other_store, other_store = store
                   WHERE id = ?1 AND other_store IS NOT NULL";
        self.transaction(|transaction| transaction.execute(sql, [id.as_str()]))?;
        Ok(())
    }

    /// Records that the other store is empty.
    pub(crate) fn clear_other_store(&self, id: &AccountId) -> Result<(), CacheError> {
        let sql = "UPDATE account SET other_store = NULL WHERE id = ?1";
        self.transaction(|transaction| transaction.execute(sql, [id.as_str()]))?;
        Ok(())
    }
}
