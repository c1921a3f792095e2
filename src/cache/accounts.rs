//! Finding accounts.

use rusqlite::OptionalExtension;

use super::{Cache, CacheError, row, schema};
use crate::account::{Account, AccountId, Selector, StoreKind};

impl Cache {
    /// The account that is meant; `None` selects the default one.
    pub fn find(&self, selector: Option<&Selector>) -> Result<Option<Account>, CacheError> {
        match selector {
            // The index of default accounts serves only a condition that says so by itself.
            None => self.one("a.is_default = 1 AND ?1", "1"),
            Some(Selector::Id(id)) => self.account(id),
            Some(Selector::Username(name)) => self.one("a.username = ?1", name),
            Some(Selector::Name(name)) => match self.one("a.alias = ?1", name)? {
                Some(account) => Ok(Some(account)),
                None => self.one("a.username = ?1", name),
            },
        }
    }

    /// The account with this id.
    pub fn account(&self, id: &AccountId) -> Result<Option<Account>, CacheError> {
        self.one("a.id = ?1", id.as_str())
    }

    pub(super) fn one(&self, condition: &str, value: &str) -> Result<Option<Account>, CacheError> {
        let sql = format!("{} WHERE {condition} ORDER BY a.id LIMIT 1", row::SELECT);
        let found = self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut one| one.query_row([value], |row| row::account(row)).optional());
        self.read(found)?
            .map(|account| self.with_times(account))
            .transpose()
    }

    /// From here on every read sees the same state, that of the first one: what is read twice stays what it was.
    pub fn hold_still(&self) -> Result<(), CacheError> {
        self.read(self.connection.execute_batch("BEGIN"))
    }

    /// Every account in the order of usernames, one at a time, so that memory does not grow with their number.
    pub fn for_each<E: From<CacheError>>(
        &self,
        mut visit: impl FnMut(Account) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!("{} ORDER BY a.username, a.id", row::SELECT);
        let mut statement = self.read(self.connection.prepare(&sql))?;
        let mut rows = self.read(statement.query([]))?;
        while let Some(found) = self.read(rows.next())? {
            visit(self.with_times(self.read(row::account(found))?)?)?;
        }
        Ok(())
    }

    /// With the time of its trouble, which only few have and so no other row is read for.
    fn with_times(&self, account: Account) -> Result<Account, CacheError> {
        if account.trouble.is_none() || !self.read(schema::is_current(&self.connection))? {
            return Ok(account);
        }
        let sql = "SELECT trouble_at FROM account WHERE id = ?1";
        let at = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([account.id.as_str()], |row| row.get(0)));
        Ok(Account {
            trouble_at: row::at_second(self.read(at)?),
            ..account
        })
    }

    /// Every account in the order of usernames.
    pub fn all(&self) -> Result<Vec<Account>, CacheError> {
        let mut accounts = Vec::new();
        self.for_each(|account| {
            accounts.push(account);
            Ok::<_, CacheError>(())
        })?;
        Ok(accounts)
    }

    /// Whether the store has any account.
    pub(crate) fn has_accounts_in(&self, store: &StoreKind) -> Result<bool, CacheError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM account WHERE store = ?1)";
        self.read(
            self.connection
                .query_row(sql, [store.as_str()], |row| row.get(0)),
        )
    }

    /// How many accounts there are, counted up to `limit`: to know whether there are many, nobody counts them all.
    pub fn count_up_to(&self, limit: usize) -> Result<usize, CacheError> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM account LIMIT ?1)";
        let at_most = i64::try_from(limit).unwrap_or(i64::MAX);
        let counted = self.connection.query_row(sql, [at_most], |row| row.get(0));
        let counted: i64 = self.read(counted)?;
        Ok(usize::try_from(counted).unwrap_or(limit))
    }
}
