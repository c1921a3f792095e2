//! `refresh --dry-run`: what a run would do, as far as the cache knows. Nothing is asked or changed.

use jiff::Timestamp;

use super::command::Args;
use super::report::{Outcome, RefreshRow};
use crate::account::{Account, Due, Operation};
use crate::failure::Failure;
use crate::flows::{FlowError, RefreshOutcome, RefreshPolicy};
use crate::session::Session;

pub(super) fn predict_all(args: &Args, session: &Session) -> Result<Vec<RefreshRow>, Failure> {
    let now = session.settings.clock.started_at();
    let cache = session.caches().open_to_read()?;
    let mut accounts = (session.accounts).find_each(cache.as_ref(), args.all, &args.accounts)?;
    if args.all {
        // A run finishes such a disconnect and has nothing to say about the account afterwards.
        accounts.retain(|account| account.interrupted != Some(Operation::Disconnect));
    }
    let rows = accounts
        .into_iter()
        .map(|account| predict(account, now, args.policy()));
    Ok(rows.collect())
}

fn predict(account: Account, now: Timestamp, policy: RefreshPolicy) -> RefreshRow {
    let due = account.due(now, policy.window, policy.force);
    let fail = |failure: Failure| Outcome::Failed(failure.about(&account.title()));
    let outcome = match (due, account.interrupted, account.trouble) {
        (_, Some(Operation::Disconnect), _) => fail(FlowError::NoAccount.into()),
        (Due::Expired, ..) => fail(FlowError::Expired.into()),
        // After an interrupted change only Instagram knows whether the recorded trouble still holds.
        (_, None, Some(trouble)) => fail(Failure::of_trouble(trouble, &account.store)),
        (Due::Now, ..) => Outcome::Done(RefreshOutcome::Refreshed),
        (Due::From(at), ..) => Outcome::Done(RefreshOutcome::NotDue(at)),
        (Due::TooYoung(at), ..) => Outcome::Done(RefreshOutcome::TooYoung(at)),
    };
    RefreshRow::new(account, outcome)
}
