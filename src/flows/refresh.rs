//! Refresh: a token that is due gets another 60 days, and the profile is fetched. Verify: Instagram is asked whether the
//! token works.

use jiff::{SignedDuration, Timestamp};

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use super::new_token::grant;
use super::token_storage::StoredToken;
use crate::account::{Account, AccountId, Due, Operation, REFRESH_WINDOW, Reason, Trouble};
use crate::instagram::{Instagram, InstagramError, LongTokenResponse};
use crate::store::Store;

/// When to refresh.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefreshPolicy {
    /// A token with less life left is due.
    pub(crate) window: SignedDuration,
    /// Refresh every token that Instagram allows.
    pub(crate) force: bool,
    /// Fetch the profile even if the token is not due.
    pub(crate) profile: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshOutcome {
    /// The token was extended.
    Refreshed,
    /// It is due from that instant on.
    NotDue(Timestamp),
    /// It is younger than 24 hours until that instant, and Instagram refreshes none that is.
    TooYoung(Timestamp),
}

/// Refreshes the account's token if it is due. The account's row and history show the result, also of a failure.
pub(crate) async fn refresh(
    context: &FlowContext<'_>,
    store: &Store,
    instagram: &Instagram,
    id: &AccountId,
    policy: RefreshPolicy,
) -> Result<(RefreshOutcome, Account), FlowError> {
    let (locked, account) = LockedAccount::lock_known(context, store, id).await?;
    let refreshed = refresh_locked(&locked, &account, instagram, policy).await;
    let outcome = refreshed.map_err(|error| locked.record_failure(error))?;
    Ok((outcome, locked.account()?))
}

/// Returns the account with what Instagram says. The account's row and history show the result, also of a failure.
pub(crate) async fn verify(
    context: &FlowContext<'_>,
    store: &Store,
    instagram: &Instagram,
    id: &AccountId,
) -> Result<Account, FlowError> {
    let (locked, account) = LockedAccount::lock_known(context, store, id).await?;
    let verified = async {
        let token = locked.load_for_change(&account).await?;
        locked.verify(instagram, token).await
    };
    (verified.await).map_err(|error| locked.record_failure(error))?;
    locked.account()
}

async fn refresh_locked(
    locked: &LockedAccount<'_>,
    account: &Account,
    instagram: &Instagram,
    policy: RefreshPolicy,
) -> Result<RefreshOutcome, FlowError> {
    let token = locked.load_for_change(account).await?;
    let (token, is_verified) = locked.resolve_interrupted(instagram, token).await?;
    let account = locked.account()?;
    correct_clock(locked.context, &account, instagram).await;
    let outcome = match account.due(locked.context.now(), policy.window, policy.force) {
        Due::Expired => return Err(FlowError::Expired),
        Due::From(at) => RefreshOutcome::NotDue(at),
        Due::TooYoung(at) => RefreshOutcome::TooYoung(at),
        Due::Now => {
            let answer = ask_for_new_token(locked, instagram, &token).await?;
            let scopes = token.entry.grant.scopes.clone();
            let grant = grant(answer, scopes, locked.context.now());
            let username = account.username.raw();
            locked.replace(instagram, &token, username, grant).await?;
            return Ok(RefreshOutcome::Refreshed);
        }
    };
    if policy.profile && !is_verified {
        locked.verify(instagram, token).await?;
    }
    Ok(outcome)
}

/// Asks a server for the time if the token seems expired or if records lie in the future: the clock may be wrong. No
/// token is sent.
async fn correct_clock(context: &FlowContext<'_>, account: &Account, instagram: &Instagram) {
    let reason = account.status(context.now(), REFRESH_WINDOW).reason;
    if matches!(reason, Some(Reason::Expired | Reason::ClockBehind))
        && let Some(time) = instagram.time().await
    {
        context.clock.correct(time);
    }
}

/// Asks Instagram for a new token, once everything is ready to keep it.
async fn ask_for_new_token(
    locked: &LockedAccount<'_>,
    instagram: &Instagram,
    token: &StoredToken,
) -> Result<LongTokenResponse, FlowError> {
    let cache = &locked.context.cache;
    // Also proves that no other machine has begun a refresh.
    locked.store().prove_writable(locked.id)?;
    let (operation, generation) = (Operation::Refresh, token.entry.generation + 1);
    let now = locked.context.now();
    cache
        .open_journal(locked.id, operation, generation, now)
        .await?;
    // From here on the old token may be invalid, whatever happens to this process.
    let answer = instagram.refresh(&token.entry.grant.token).await;
    if let Err(error) = &answer
        && proves_unchanged(error)
        // Trouble with the token ends the change when it is recorded.
        && error.trouble().is_none()
    {
        cache.close_journal(locked.id)?;
    }
    Ok(answer?)
}

/// Code 1 is "an unknown error", which may come after the token was extended (Graph API, "Error Handling").
const UNKNOWN_ERROR: i64 = 1;

/// Whether an error proves that the token is unchanged: Instagram refused, or was never reached.
fn proves_unchanged(error: &InstagramError) -> bool {
    match error {
        InstagramError::Unreachable(error) => error.nothing_was_sent(),
        InstagramError::Refused(error) => error.code != UNKNOWN_ERROR,
        _ => false,
    }
}

/// Whether the token is due, whether a change of it was interrupted, or whether the clock may be wrong about its end.
pub(crate) fn needs_refresh_before_use(account: &Account, now: Timestamp) -> bool {
    let is_due = account.expires_at.is_some()
        && account.trouble.is_none()
        && account.due(now, REFRESH_WINDOW, false) == Due::Now;
    let is_doubtful = matches!(
        account.status(now, REFRESH_WINDOW).reason,
        Some(Reason::Interrupted(_) | Reason::Expired | Reason::ClockBehind)
    );
    is_due || is_doubtful || account.trouble.is_some_and(Trouble::may_pass)
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
        // Asks again whether the app or the permission is back.
        profile: account.trouble.is_some(),
    };
    let id = &account.id;
    let error = match refresh(context, store, instagram, id, policy).await {
        Ok((_, account)) => return Ok((account, None)),
        Err(error @ (FlowError::NoAccount | FlowError::RemovedElsewhere { .. })) => {
            return Err(error);
        }
        Err(error) => error,
    };
    let recorded = context.cache.account(id)?.unwrap_or(account);
    // Only the address of refreshes may be in trouble. A token that Instagram accepts is handed out.
    let is_doubtful = recorded.interrupted == Some(Operation::Refresh)
        || recorded.trouble.is_some_and(Trouble::may_pass);
    if is_doubtful
        && matches!(
            error,
            FlowError::Instagram(_) | FlowError::Doubtful(_) | FlowError::WrongAccount
        )
        && let Ok(verified) = verify(context, store, instagram, &recorded.id).await
    {
        return Ok((verified, Some(error)));
    }
    Ok((recorded, Some(error)))
}
