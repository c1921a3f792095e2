//! Which account a command is about: the argument, `--account`, `IGCONNECT_ACCOUNT`, or the default account.

use crate::account::{self, Account, Selector, Untrusted};
use crate::cache::{Cache, Name};
use crate::failure::{Failure, Kind};
use crate::settings::environment;

pub(crate) struct AccountSelection {
    /// `--account`.
    pub(crate) flag: Option<String>,
}

impl AccountSelection {
    /// Returns the name that was requested, as typed.
    pub(crate) fn requested(&self, argument: Option<&str>) -> Result<Option<String>, Failure> {
        match (argument, self.flag.as_deref()) {
            // One of them is a mistake, and a guess could end in a disconnect of the wrong account.
            (Some(argument), Some(flag)) if argument != flag => {
                let message = "the argument and --account name different accounts";
                Err(Failure::new(Kind::Usage, message))
            }
            (None, None) => Ok(environment::text("IGCONNECT_ACCOUNT")?),
            (argument, flag) => Ok(argument.or(flag).map(str::to_owned)),
        }
    }

    /// Finds the requested account, or the default account if none was requested.
    pub(crate) fn find(
        &self,
        cache: Option<&Cache>,
        argument: Option<&str>,
    ) -> Result<Account, Failure> {
        let requested = self.requested(argument)?;
        let selector = requested.as_deref().map(str::parse::<Selector>);
        let selector = selector.transpose()?;
        let found = cache
            .map(|cache| cache.find(selector.as_ref()))
            .transpose()?;
        found.flatten().ok_or_else(|| {
            let failure = Failure::no_account(requested.as_deref());
            let known = cache
                .zip(requested.as_deref())
                .and_then(|(cache, it)| similar(cache, it));
            match known {
                Some(known) => failure.hint(format!("Did you mean {known}?")),
                None => failure,
            }
        })
    }

    /// Finds every account if `all`, else each named one once, even if it is named by alias and by id. Without names,
    /// like [`Self::find`].
    pub(crate) fn find_each(
        &self,
        cache: Option<&Cache>,
        all: bool,
        names: &[String],
    ) -> Result<Vec<Account>, Failure> {
        if all {
            return Ok(cache.map_or(Ok(Vec::new()), Cache::all)?);
        }
        if names.is_empty() {
            return Ok(vec![self.find(cache, None)?]);
        }
        let mut accounts: Vec<Account> = Vec::new();
        for name in names {
            let account = self.find(cache, Some(name))?;
            // A second disconnect of the same account would fail.
            if accounts.iter().all(|known| known.id != account.id) {
                accounts.push(account);
            }
        }
        Ok(accounts)
    }
}

/// More names than these are not compared with a mistyped one.
const NAMES_MAX: u32 = 1000;

/// Returns the alias or `@username` that a mistyped name resembles, as it is typed.
fn similar(cache: &Cache, typed: &str) -> Option<String> {
    let names = |name| cache.names(name, "", NAMES_MAX).unwrap_or_default();
    let aliases: Vec<_> = names(Name::Alias)
        .into_iter()
        .filter_map(|it| it.alias)
        .collect();
    let usernames: Vec<_> = names(Name::Username)
        .into_iter()
        .map(|it| it.username)
        .collect();
    let both = aliases.iter().chain(&usernames).map(String::as_str);
    let known = account::most_similar(typed.trim_start_matches('@'), both)?;
    let known_alias = aliases.iter().any(|alias| alias == known);
    let known = Untrusted::new(known);
    Some(if known_alias {
        known.to_string()
    } else {
        format!("@{known}")
    })
}
