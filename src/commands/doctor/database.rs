//! Checks the database and the state of the accounts in it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::time_limit::inspect_within;
use crate::account::{REFRESH_WINDOW, State};
use crate::answers::{Check, StateCounts};
use crate::cache::{Cache, CacheError};
use crate::session::Session;

/// SQLite waits for other writers, and the file may be large.
const LIMIT: Duration = Duration::from_secs(8);

pub(super) fn check(session: &Session) -> Vec<Check> {
    match check_database(session) {
        Ok((check, accounts)) => vec![check.named("database"), accounts.named("accounts")],
        Err(check) => vec![check.named("database")],
    }
}

/// Returns the checks of the database and of the accounts. If the accounts cannot be read, the error is the first check.
fn check_database(session: &Session) -> Result<(Check, Check), Check> {
    let path = session.settings.paths.database()?;
    let now = session.settings.clock.started_at();
    let counted = inspect_within(LIMIT, &path, move |path| {
        match count_states(path, now) {
            // SQLite cannot roll back while it only reads, so this is not a broken file.
            Err(CacheError::ReadOnly(_) | CacheError::Failed(_)) if Cache::is_interrupted(path) => {
                Ok(None)
            }
            counted => counted.map(Some),
        }
    })?;
    let Some(counts) = counted else {
        return Err(Check::warning(
            "a command ended in the middle of a change, which is not rolled back yet",
            "The next command that writes rolls it back: igconnect refresh",
        ));
    };
    let check = match path.exists() {
        true => Check::ok("intact"),
        false => Check::ok("not there yet; the first login creates it"),
    };
    Ok((check, check_accounts(&counts)))
}

fn count_states(path: &Path, now: Timestamp) -> Result<StateCounts, CacheError> {
    let mut counts = StateCounts::default();
    let Some(cache) = Cache::open_to_inspect(path)? else {
        return Ok(counts);
    };
    // Pages first: a damaged page can hide accounts from the count.
    cache.check_pages()?;
    cache.for_each(|account| {
        let account = cache.without_running_change(account);
        let state = account.status(now, REFRESH_WINDOW).state;
        counts.add(state);
        Ok::<_, CacheError>(())
    })?;
    Ok(counts)
}

fn check_accounts(counts: &StateCounts) -> Check {
    let Some(worst) = counts.worst() else {
        return Check::ok("no account is connected yet");
    };
    let message = format!("{}: {}", counts.accounts(), counts.states().join(", "));
    let fix = match worst {
        State::Connected => return Check::ok(message),
        State::Expiring => "Refresh them: igconnect refresh --all",
        State::Unverified | State::Unknown => "Ask Instagram: igconnect status --all --verify",
        State::Expired | State::NeedsLogin => {
            "See which ones: igconnect list. Then log in again: igconnect login"
        }
    };
    Check::warning(message, fix)
}
