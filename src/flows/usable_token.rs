//! Refreshes a token before it is used.

use jiff::Timestamp;

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::refresh::{RefreshPolicy, refresh};
use crate::account::{Account, Due, REFRESH_WINDOW, Reason};
use crate::instagram::Instagram;
use crate::store::Store;

/// Whether the token is due, whether a change of it was interrupted, or whether the clock may be wrong about its end.
pub(crate) fn needs_refresh_before_use(account: &Account, now: Timestamp) -> bool {
    let is_due = account.expires_at.is_some()
        && account.trouble.is_none()
        && account.due(now, REFRESH_WINDOW, false) == Due::Now;
    let is_doubtful = matches!(
        account.status(now, REFRESH_WINDOW).reason,
        Some(Reason::Interrupted(_) | Reason::Expired | Reason::ClockBehind)
    );
    is_due || is_doubtful
}

/// Returns the account afterwards, and why it was not refreshed if that failed: the token it has may still be valid.
/// Fails only if the account is gone.
pub(crate) async fn refresh_before_use(
    context: &FlowContext<'_>,
    store: &Store,
    instagram: &Instagram,
    account: Account,
) -> Result<(Account, Option<FlowError>), FlowError> {
    let policy = RefreshPolicy {
        window: REFRESH_WINDOW,
        force: false,
        profile: false,
    };
    match refresh(context, store, instagram, &account.id, policy).await {
        Ok((_, account)) => Ok((account, None)),
        Err(error @ (FlowError::NoAccount | FlowError::RemovedElsewhere { .. })) => Err(error),
        Err(error) => {
            let recorded = context.cache.account(&account.id)?;
            Ok((recorded.unwrap_or(account), Some(error)))
        }
    }
}
