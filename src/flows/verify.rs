//! Verify: Instagram is asked whether the token works, and what it says is kept.

use super::learn::learn;
use super::{FlowContext, FlowError, token_storage};
use crate::account::{Account, AccountId};
use crate::instagram::Instagram;

/// Asks about one account; its row and history tell the answer afterwards, also when it is an error.
pub(crate) async fn verify(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    id: &AccountId,
) -> Result<Account, FlowError> {
    let (_lock, account) = parts.lock_known(id).await?;
    let asked = async {
        let held = token_storage::adopt(parts, &account).await?;
        token_storage::check(parts, instagram, &held).await
    };
    match asked.await {
        Ok(()) => parts.account(id),
        Err(error) => Err(learn(parts, id, error)),
    }
}
