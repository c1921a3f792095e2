//! Checks the database and the state of the accounts in it.

use std::time::Duration;

use super::time_limit::{hanging, run_within};
use crate::account::{REFRESH_WINDOW, State};
use crate::answers::Check;
use crate::cache::{Cache, CacheError};
use crate::output::words;
use crate::session::Session;

/// SQLite waits for other writers, and the file may be large.
const LIMIT: Duration = Duration::from_secs(8);

/// Returns the check of the database and, if it is readable, the check of the accounts.
pub(super) fn check(session: &Session) -> (Check, Option<Check>) {
    const NAME: &str = "database";
    let path = match session.settings.paths.database() {
        Ok(path) => path,
        Err(error) => return (Check::from_failure(NAME, error), None),
    };
    let path_to_check = path.clone();
    let now = session.settings.clock.started_at();
    let result = run_within(LIMIT, move || {
        let mut states = StateCounts::default();
        let Some(cache) = Cache::open_to_inspect(&path_to_check)? else {
            return Ok(states);
        };
        cache.check_pages()?;
        cache.for_each(|account| {
            states.count(account.status(now, REFRESH_WINDOW).state);
            Ok::<_, CacheError>(())
        })?;
        Ok(states)
    });
    match result {
        None => (hanging(NAME, &path), None),
        Some(Err(CacheError::ReadOnly(_) | CacheError::Failed(_)))
            if Cache::is_interrupted(&path) =>
        {
            let check = Check::warning(
                NAME,
                "a command ended in the middle of a change, which is not rolled back yet",
                "The next command that writes rolls it back: igconnect refresh",
            );
            (check, None)
        }
        Some(Err(error)) => (Check::from_failure(NAME, error), None),
        Some(Ok(states)) => {
            let check = match path.exists() {
                true => "intact",
                false => "not there yet; the first login creates it",
            };
            (Check::ok(NAME, check), Some(states.check()))
        }
    }
}

const WORST_FIRST: [State; 6] = [
    State::NeedsLogin,
    State::Expired,
    State::Unknown,
    State::Unverified,
    State::Expiring,
    State::Connected,
];

/// The number of accounts in each state, in the order of [`WORST_FIRST`].
#[derive(Default)]
struct StateCounts([usize; WORST_FIRST.len()]);

impl StateCounts {
    fn count(&mut self, state: State) {
        let counts = WORST_FIRST.iter().zip(&mut self.0);
        for (_, count) in counts.filter(|(counted, _)| **counted == state) {
            *count += 1;
        }
    }

    fn check(&self) -> Check {
        const NAME: &str = "accounts";
        let counts = WORST_FIRST.into_iter().zip(self.0);
        let present: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
        let Some((worst, _)) = present.first() else {
            return Check::ok(NAME, "no account is connected yet");
        };
        let total: usize = self.0.iter().sum();
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        let parts: Vec<_> = present
            .iter()
            .map(|(state, count)| format!("{state}: {count}"))
            .collect();
        let message = format!(
            "{} ({})",
            words::counted(total, "account"),
            parts.join(", ")
        );
        match worst {
            State::Connected => Check::ok(NAME, message),
            State::Expiring => {
                Check::warning(NAME, message, "Refresh them: igconnect refresh --all")
            }
            State::Unverified | State::Unknown => Check::warning(
                NAME,
                message,
                "Ask Instagram: igconnect status --all --verify",
            ),
            State::Expired | State::NeedsLogin => Check::warning(
                NAME,
                message,
                "See which ones: igconnect list. Then log in again: igconnect login",
            ),
        }
    }
}
