//! `refresh --dry-run`: what a run would do, as far as the cache knows it. Nobody is asked, and nothing is changed.

use jiff::Timestamp;

use super::Args;
use super::row::Row;
use crate::account::{Account, Due, Operation};
use crate::cache::CacheError;
use crate::failure::Failure;
use crate::flows::{FlowError, RefreshOutcome, RefreshPolicy};
use crate::session::Session;
use crate::session::rows::{Rows, Whom};

/// What would become of the accounts that are meant.
pub(super) fn dry_run(
    args: &Args,
    session: &Session,
    policy: RefreshPolicy,
) -> Result<Rows<Row>, Failure> {
    let now = session.settings.clock.started_at();
    let cache = session.cache_to_read()?;
    if !args.all {
        let accounts = session.accounts.find_each(cache.as_ref(), &args.accounts)?;
        let rows = accounts.into_iter().map(|account| {
            let row = predict(&account, now, policy);
            (Whom::Named(account.into()), row)
        });
        return Ok(Rows::new(None, rows.collect()));
    }
    let mut rows = Vec::new();
    if let Some(cache) = &cache {
        cache.for_each(|account| {
            // A run finishes such a disconnect, and has nothing to tell of the account then.
            if account.interrupted != Some(Operation::Disconnect) {
                let row = predict(&account, now, policy);
                rows.push((Whom::OneOfAll(account.id.clone()), row));
            }
            Ok::<_, CacheError>(())
        })?;
    }
    Ok(Rows::new(cache, rows))
}

/// A token that is known to be over is not renewed, whatever is left of its life. What a change that was interrupted has
/// made of it nobody knows.
fn predict(account: &Account, now: Timestamp, policy: RefreshPolicy) -> Row {
    let due = account.due(now, policy.window, policy.force);
    let outcome: Result<RefreshOutcome, Failure> = match (due, account.interrupted, account.trouble)
    {
        (_, Some(Operation::Disconnect), _) => Err(FlowError::NoAccount.into()),
        (Due::Expired, ..) => Err(FlowError::Expired.into()),
        (_, None, Some(trouble)) => Err(Failure::of_trouble(trouble, &account.store)),
        (Due::Now, ..) => Ok(RefreshOutcome::Renewed),
        (Due::From(at), ..) => Ok(RefreshOutcome::NotDue(at)),
        (Due::TooYoung(at), ..) => Ok(RefreshOutcome::TooYoung(at)),
    };
    let outcome = outcome.map_err(|failure| failure.about(&account.title()));
    outcome.into()
}
