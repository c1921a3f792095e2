//! Reading accounts.

use super::database::Cache;
use super::error::CacheError;
use super::row;
use crate::account::{Account, AccountId, Selector, StoreKind};

/// The order of a walk through all accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum AccountOrder {
    #[default]
    Name,
    /// The earliest expiry first, unknown ones before all.
    Expiry,
    /// The most followers first, unknown counts last.
    Followers,
}

impl AccountOrder {
    /// The terms of ORDER BY.
    fn terms(self) -> &'static str {
        match self {
            Self::Name => "a.username, a.id",
            Self::Expiry => "a.expires_at, a.id",
            Self::Followers => "p.followers_count DESC, a.username, a.id",
        }
    }
}

impl Cache {
    /// Finds the account that is meant; `None` selects the default account.
    pub(crate) fn find(&self, selector: Option<&Selector>) -> Result<Option<Account>, CacheError> {
        match selector {
            // SQLite uses the partial index only for a condition that repeats its own.
            None => self.find_where("a.is_default = 1 AND ?1", "1"),
            Some(Selector::Id(id)) => self.account(id),
            Some(Selector::Username(name)) => self.find_username(name),
            // An alias is the person's own choice, so it wins over another account's username.
            Some(Selector::Name(name)) => match self.find_where("a.alias = ?1", name)? {
                Some(account) => Ok(Some(account)),
                None => self.find_username(name),
            },
        }
    }

    /// Finds the account that was last seen with this username. Older versions and a rebuild may have recorded it twice.
    fn find_username(&self, name: &str) -> Result<Option<Account>, CacheError> {
        let select = row::select(self.is_current);
        // First an account that was never seen: it may be the holder, whatever is known of the others.
        let sql = format!(
            "{select} WHERE a.username = ?1
             ORDER BY a.verified_at IS NOT NULL, a.verified_at DESC, a.id LIMIT 2"
        );
        let mut found = self.query(&sql, [name], row::account)?;
        match found.as_slice() {
            // Unless one was seen later, each could be meant.
            [one, other] if one.verified_at.is_none() || one.verified_at == other.verified_at => {
                Err(CacheError::NameTakenTwice(one.id.clone(), other.id.clone()))
            }
            [] => Ok(None),
            _ => Ok(Some(found.swap_remove(0))),
        }
    }

    pub(crate) fn account(&self, id: &AccountId) -> Result<Option<Account>, CacheError> {
        self.find_where("a.id = ?1", id.as_str())
    }

    pub(super) fn find_where(
        &self,
        condition: &str,
        value: &str,
    ) -> Result<Option<Account>, CacheError> {
        let select = row::select(self.is_current);
        let sql = format!("{select} WHERE {condition} ORDER BY a.id LIMIT 1");
        self.query_one(&sql, [value], row::account)
    }

    /// Visits every account in the order of usernames.
    pub(crate) fn for_each<E: From<CacheError>>(
        &self,
        visit: impl FnMut(Account) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_by(AccountOrder::Name, visit)
    }

    /// Visits every account. Memory does not grow with their number.
    pub(crate) fn for_each_by<E: From<CacheError>>(
        &self,
        order: AccountOrder,
        mut visit: impl FnMut(Account) -> Result<(), E>,
    ) -> Result<(), E> {
        let select = row::select(self.is_current);
        let sql = format!("{select} ORDER BY {}", order.terms());
        let mut statement = self.read(self.connection.prepare(&sql))?;
        let mut rows = self.read(statement.query([]))?;
        while let Some(found) = self.read(rows.next())? {
            visit(self.read(row::account(found))?)?;
        }
        Ok(())
    }

    /// Reads every account, to find out whether all can be read.
    pub(crate) fn check_rows(&self) -> Result<(), CacheError> {
        self.for_each(|_| Ok(()))
    }

    pub(crate) fn all(&self) -> Result<Vec<Account>, CacheError> {
        let mut accounts = Vec::new();
        self.for_each(|account| {
            accounts.push(account);
            Ok::<_, CacheError>(())
        })?;
        Ok(accounts)
    }

    pub(crate) fn has_accounts_in(&self, store: &StoreKind) -> Result<bool, CacheError> {
        let sql = "SELECT 1 FROM account WHERE store = ?1";
        let found = self.query_one(sql, [store.as_str()], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// Counts the accounts, at most up to `limit`: a full count reads the whole index.
    pub(crate) fn count_up_to(&self, limit: usize) -> Result<usize, CacheError> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM account LIMIT ?1)";
        let at_most = i64::try_from(limit).unwrap_or(i64::MAX);
        let counted = self.query_one(sql, [at_most], |row| row.get::<_, i64>(0))?;
        Ok(counted.map_or(0, |count| usize::try_from(count).unwrap_or(limit)))
    }
}
