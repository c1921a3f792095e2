//! The database, and what it says of the accounts.

use std::time::Duration;

use super::files::silent;
use super::within;
use crate::account::{REFRESH_WINDOW, State, Word};
use crate::answers::Check;
use crate::cache::{Cache, CacheError};
use crate::session::Session;

/// SQLite itself waits for another writer, and the file may be large.
const LIMIT: Duration = Duration::from_secs(8);

/// The database, and what it says of the accounts.
pub(super) fn checks(session: &Session) -> (Check, Option<Check>) {
    const NAME: &str = "database";
    let path = match session.settings.paths.database() {
        Ok(path) => path,
        Err(error) => return (Check::of(NAME, error.into()), None),
    };
    let looked = path.clone();
    let now = session.settings.clock.started_at();
    let look = within(LIMIT, move || {
        let mut standings = Standings::default();
        let Some(cache) = Cache::open_to_inspect(&looked)? else {
            return Ok(standings);
        };
        cache.check_pages()?;
        cache.for_each(|account| {
            standings.count(account.status(now, REFRESH_WINDOW).state);
            Ok::<_, CacheError>(())
        })?;
        Ok(standings)
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
        Some(Ok(standings)) => {
            let check = match path.exists() {
                true => "it opens, its format is known, every page is sound",
                false => "not there yet: the first login makes it",
            };
            (Check::ok(NAME, check), Some(standings.check()))
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

/// How many accounts stand how, the worst first.
#[derive(Default)]
struct Standings([usize; WORST_FIRST.len()]);

impl Standings {
    fn count(&mut self, state: State) {
        let counts = WORST_FIRST.iter().zip(&mut self.0);
        for (_, count) in counts.filter(|(one, _)| **one == state) {
            *count += 1;
        }
    }

    /// How many accounts there are, and how the worst of them stands.
    fn check(&self) -> Check {
        const NAME: &str = "accounts";
        let counts = WORST_FIRST.into_iter().zip(self.0);
        let there: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
        let Some((worst, _)) = there.first() else {
            return Check::ok(NAME, "none is connected yet");
        };
        let all: usize = self.0.iter().sum();
        let said: Vec<_> = (there.iter())
            .map(|(one, count)| format!("{count} {}", Word(one)))
            .collect();
        let message = format!("{all} connected here: {}", said.join(", "));
        match worst {
            State::Connected => Check::ok(NAME, message),
            State::Expiring => Check::warning(NAME, message, "Renew: igconnect refresh --all"),
            State::Unverified | State::Unknown => Check::warning(
                NAME,
                message,
                "Ask Instagram: igconnect status --all --verify",
            ),
            State::Expired | State::NeedsLogin => Check::warning(
                NAME,
                message,
                "See which with igconnect list, and connect them again: igconnect login",
            ),
        }
    }
}
