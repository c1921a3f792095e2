//! Which account a command is about: the argument, `--account`, `IGCONNECT_ACCOUNT`, or the default one.

use super::Session;
use crate::account::{Account, Selector};
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::settings::environment;

impl Session {
    /// What was said about the account, as typed.
    pub(crate) fn asked_account(&self, argument: Option<&str>) -> Result<Option<String>, Failure> {
        match (argument, &self.options.account) {
            (Some(argument), Some(flag)) if argument != flag => Err(Failure::new(
                Kind::Usage,
                "the account was named twice, and differently",
            )),
            (Some(name), _) => Ok(Some(name.to_owned())),
            (None, Some(name)) => Ok(Some(name.clone())),
            (None, None) => Ok(environment::text("IGCONNECT_ACCOUNT")?),
        }
    }

    /// The account that is meant. Not finding it is a failure that says so.
    pub(crate) fn account(
        &self,
        cache: Option<&Cache>,
        argument: Option<&str>,
    ) -> Result<Account, Failure> {
        let asked = self.asked_account(argument)?;
        let selector = asked.as_deref().map(str::parse::<Selector>).transpose()?;
        let found = match cache {
            Some(cache) => cache.find(selector.as_ref())?,
            None => None,
        };
        found.ok_or_else(|| Failure::no_account(asked.as_deref()))
    }

    /// The accounts that are meant, each once: an account named twice, by alias and by id, is one account. Without a
    /// name it is the one that [`Self::account`] finds.
    pub(crate) fn accounts_named(
        &self,
        cache: Option<&Cache>,
        names: &[String],
    ) -> Result<Vec<Account>, Failure> {
        if names.is_empty() {
            return Ok(vec![self.account(cache, None)?]);
        }
        let mut accounts: Vec<Account> = Vec::new();
        for name in names {
            let account = self.account(cache, Some(name))?;
            if accounts.iter().all(|known| known.id != account.id) {
                accounts.push(account);
            }
        }
        Ok(accounts)
    }
}
