//! Checks the database and the state of the accounts in it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::time_limit::inspect_within;
use crate::account::{REFRESH_WINDOW, State};
use crate::answers::Check;
use crate::cache::{Cache, CacheError};
use crate::output::words;
use crate::session::Session;

/// SQLite waits for other writers, and the file may be large.
const LIMIT: Duration = Duration::from_secs(8);

const WORST_FIRST: [State; 6] = [
    State::NeedsLogin,
    State::Expired,
    State::Unknown,
    State::Unverified,
    State::Expiring,
    State::Connected,
];

/// The number of accounts in each state, in the order of [`WORST_FIRST`].
type StateCounts = [usize; WORST_FIRST.len()];

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
    Ok((check, check_accounts(counts)))
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
        for (counted, count) in WORST_FIRST.iter().zip(&mut counts) {
            *count += usize::from(*counted == state);
        }
        Ok::<_, CacheError>(())
    })?;
    Ok(counts)
}

fn check_accounts(counts: StateCounts) -> Check {
    let total = i64::try_from(counts.iter().sum::<usize>()).unwrap_or(i64::MAX);
    let counts = WORST_FIRST.into_iter().zip(counts);
    let present: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
    let Some((worst, _)) = present.first() else {
        return Check::ok("no account is connected yet");
    };
    let parts: Vec<_> = (present.iter())
        .map(|(state, count)| format!("{state}: {count}"))
        .collect();
    let (total, parts) = (words::counted(total, "account"), parts.join(", "));
    let fix = match worst {
        State::Connected => return Check::ok(format!("{total} ({parts})")),
        State::Expiring => "Refresh them: igconnect refresh --all",
        State::Unverified | State::Unknown => "Ask Instagram: igconnect status --all --verify",
        State::Expired | State::NeedsLogin => {
            "See which ones: igconnect list. Then log in again: igconnect login"
        }
    };
    Check::warning(format!("{total} ({parts})"), fix)
}
