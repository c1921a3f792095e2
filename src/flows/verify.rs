//! Verify: asks Instagram whether the token works, and records the answer.

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use crate::account::{Account, AccountId};
use crate::instagram::Instagram;
use crate::store::Store;

/// Returns the account with what Instagram said. The account's row and history show the result, also of a failure.
pub(crate) async fn verify(
    context: &FlowContext<'_>,
    store: &Store,
    instagram: &Instagram,
    id: &AccountId,
) -> Result<Account, FlowError> {
    let (locked, account) = LockedAccount::lock_known(context, store, id).await?;
    let verified = async {
        let token = locked.load_for_change(&account).await?;
        locked.verify(instagram, &token).await
    };
    match verified.await {
        Ok(()) => locked.account(),
        Err(error) => Err(locked.record_failure(error)),
    }
}
