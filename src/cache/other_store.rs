//! The other store of an account: one in which something of it may lie beside the store that it is in. It is named here
//! before anything is written there, and until it is emptied; so what a killed move or login left is always found.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::{Cache, CacheError, schema};
use crate::account::{AccountId, StoreKind};

impl Cache {
    /// The account's other store, if it has one. It is never the store that the account is in.
    pub fn other_store(&self, id: &AccountId) -> Result<Option<StoreKind>, CacheError> {
        if !self.read(schema::is_current(&self.connection))? {
            return Ok(None);
        }
        let sql = "SELECT other_store FROM account WHERE id = ?1 AND other_store <> store";
        let found = self.connection.prepare_cached(sql);
        let found = found.and_then(|mut one| one.query_row([id.as_str()], |row| row.get(0)));
        let name: Option<String> = self.read(found.optional())?;
        Ok(name.map(|name| StoreKind::from_recorded(&name)))
    }

    /// As [`Self::other_store`], of all accounts that have one.
    pub fn other_stores(&self) -> Result<BTreeMap<AccountId, StoreKind>, CacheError> {
        if !self.read(schema::is_current(&self.connection))? {
            return Ok(BTreeMap::new());
        }
        let sql = "SELECT id, other_store FROM account WHERE other_store <> store";
        let rows = self.connection.prepare(sql).and_then(|mut all| {
            let rows = all.query_map([], |row| Ok((row.get("id")?, row.get("other_store")?)))?;
            rows.collect::<rusqlite::Result<Vec<(String, String)>>>()
        });
        let rows = self.read(rows)?.into_iter();
        // An id that is none is told by whoever reads the whole row.
        Ok(rows
            .filter_map(|(id, name)| Some((id.parse().ok()?, StoreKind::from_recorded(&name))))
            .collect())
    }

    /// Announces that something of the account will be written to another store than its own.
    pub fn announce_other_store(
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

    /// The account is in its other store from now on, and the one it was in is the other one.
    pub fn switch_stores(&self, id: &AccountId) -> Result<(), CacheError> {
        let sql = "UPDATE account SET store = other_store, other_store = store
                   WHERE id = ?1 AND other_store IS NOT NULL";
        self.transaction(|transaction| transaction.execute(sql, [id.as_str()]))?;
        Ok(())
    }

    /// Nothing of the account is in its other store any more.
    pub fn forget_other_store(&self, id: &AccountId) -> Result<(), CacheError> {
        let sql = "UPDATE account SET other_store = NULL WHERE id = ?1";
        self.transaction(|transaction| transaction.execute(sql, [id.as_str()]))?;
        Ok(())
    }
}
