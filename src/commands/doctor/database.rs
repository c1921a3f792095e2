//! The database, and what it says of the accounts.

use std::time::Duration;

use super::super::Context;
use super::super::checkup::Check;
use super::files::silent;
use super::within;
use crate::account::{Account, REFRESH_WINDOW, Standing};
use crate::cache::{Cache, CacheError};

/// SQLite itself waits for another writer, and the file may be large.
const LIMIT: Duration = Duration::from_secs(8);

/// The database, and what it says of the accounts.
pub(super) fn checks(context: &Context) -> (Check, Option<Check>) {
    const NAME: &str = "database";
    let path = match context.settings.paths.database() {
        Ok(path) => path,
        Err(error) => return (Check::of(NAME, error.into()), None),
    };
    let looked = path.clone();
    let look = within(LIMIT, move || {
        let Some(cache) = Cache::open_to_inspect(&looked)? else {
            return Ok(Vec::new());
        };
        cache.check_pages()?;
        cache.all()
    });
    match look {
        None => (silent(NAME, &path), None),
        Some(Err(CacheError::ReadOnly(_) | CacheError::Failed(_)))
            if Cache::is_interrupted(&path) =>
        {
            let check = Check::warning(
                NAME,
                "a command ended in the middle of a change, which is not rolled back yet",
                "The next command that writes does it: igconnect refresh",
            );
            (check, None)
        }
        Some(Err(error)) => (Check::of(NAME, error.into()), None),
        Some(Ok(accounts)) => {
            let check = match path.exists() {
                true => "it opens, its format is known, every page is sound",
                false => "not there yet: the first login makes it",
            };
            (Check::ok(NAME, check), Some(standing(context, &accounts)))
        }
    }
}

/// How many accounts there are, and how the worst of them stands.
fn standing(context: &Context, accounts: &[Account]) -> Check {
    const NAME: &str = "accounts";
    const WORST_FIRST: [Standing; 6] = [
        Standing::NeedsLogin,
        Standing::Expired,
        Standing::Unknown,
        Standing::Unverified,
        Standing::Expiring,
        Standing::Connected,
    ];
    let now = context.settings.clock.now();
    let stands = |account: &Account| account.condition(now, REFRESH_WINDOW).standing;
    let count = |standing| {
        accounts
            .iter()
            .filter(|one| stands(one) == standing)
            .count()
    };
    let Some(worst) = WORST_FIRST.into_iter().find(|one| count(*one) > 0) else {
        return Check::ok(NAME, "none is connected yet");
    };
    let said = WORST_FIRST.into_iter().filter(|one| count(*one) > 0);
    let said: Vec<_> = said
        .map(|one| format!("{} {}", count(one), one.word()))
        .collect();
    let message = format!("{} connected here: {}", accounts.len(), said.join(", "));
    match worst {
        Standing::Connected => Check::ok(NAME, message),
        Standing::Expiring => Check::warning(NAME, message, "Renew: igconnect refresh --all"),
        Standing::Unverified | Standing::Unknown => Check::warning(
            NAME,
            message,
            "Ask Instagram: igconnect status --all --verify",
        ),
        Standing::Expired | Standing::NeedsLogin => Check::warning(
            NAME,
            message,
            "See which with igconnect list, and connect them again: igconnect login",
        ),
    }
}
