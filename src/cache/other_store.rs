//! The other store of an account may hold a copy of its token. It is recorded before anything is written there, and
//! until it is empty. So the remains of a killed move or login are always found.

use std::collections::BTreeMap;

use super::database::Cache;
use super::error::CacheError;
use crate::account::{AccountId, StoreKind};

impl Cache {
    /// Returns the other store of an account. It is never the store that the account is in.
    pub(crate) fn other_store(&self, id: &AccountId) -> Result<Option<StoreKind>, CacheError> {
        // Version 1 of the tables had no other_store.
        if !self.is_current {
            return Ok(None);
        }
        let sql = "SELECT other_store FROM account WHERE id = ?1 AND other_store <> store";
        let name = self.query_one(sql, [id.as_str()], |row| row.get::<_, String>(0))?;
        Ok(name.map(|name| StoreKind::from_recorded(&name)))
    }

    pub(crate) fn other_stores(&self) -> Result<BTreeMap<AccountId, StoreKind>, CacheError> {
        if !self.is_current {
            return Ok(BTreeMap::new());
        }
        let sql = "SELECT id, other_store FROM account WHERE other_store <> store";
        let rows = self.query(sql, [], |row| {
            let (id, name): (String, String) = (row.get("id")?, row.get("other_store")?);
            // A malformed id is reported when the whole row is read.
            Ok(id.parse().ok().zip(Some(StoreKind::from_recorded(&name))))
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Records that a copy of the token will be written to another store.
    pub(crate) fn announce_other_store(
        &self,
        id: &AccountId,
        store: &StoreKind,
    ) -> Result<(), CacheError> {
        let sql = "UPDATE account SET other_store = ?2 WHERE id = ?1";
        self.execute(sql, [id.as_str(), store.as_str()]).map(drop)
    }

    /// Exchanges the store and the other store of an account.
    pub(crate) fn switch_stores(&self, id: &AccountId) -> Result<(), CacheError> {
        let sql = "UPDATE account SET store = other_store, other_store = store
                   WHERE id = ?1 AND other_store IS NOT NULL";
        self.execute(sql, [id.as_str()]).map(drop)
    }

    pub(crate) fn clear_other_store(&self, id: &AccountId) -> Result<(), CacheError> {
        let sql = "UPDATE account SET other_store = NULL WHERE id = ?1";
        self.execute(sql, [id.as_str()]).map(drop)
    }
}
