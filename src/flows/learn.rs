//! What a failure teaches: a line in the account's history, and what it says of the token in its row.

use super::{FlowContext, FlowError};
use crate::account::{AccountId, Trouble};
use crate::cache::Event;

/// Writes a failure into the account's history, and what it says of the token into its row: only that must be known
/// from then on, so only there a cache that cannot be written is the greater failure. Called with the lock held.
pub(super) fn learn(parts: &FlowContext<'_>, id: &AccountId, error: FlowError) -> FlowError {
    let Some(cause) = cause(&error) else {
        return error;
    };
    log::info!(account = id.as_str(), happened = "failed", cause = cause.as_str(); "account");
    let event = Event::failed(parts.now(), cause);
    let trouble = match &error {
        FlowError::Instagram(error) => error.trouble(),
        FlowError::SecretGone(_) => Some(Trouble::SecretGone),
        FlowError::RemovedElsewhere { .. } => Some(Trouble::Removed),
        _ => None,
    };
    match trouble {
        Some(trouble) => match parts.cache.record_trouble(id, trouble, &event) {
            Ok(()) => error,
            Err(unwritten) => unwritten.into(),
        },
        None => {
            let _ = parts.cache.record_failure(id, &event);
            error
        }
    }
}

/// The short word for the history; none where nothing happened to the connection.
fn cause(error: &FlowError) -> Option<String> {
    match error {
        FlowError::Instagram(error) | FlowError::Doubtful(error) => Some(error.cause()),
        FlowError::Store(_) | FlowError::LeftBehind { .. } => Some("store".to_owned()),
        FlowError::MixedUp => Some("another account's answer".to_owned()),
        FlowError::Expired => Some("expired".to_owned()),
        FlowError::SecretGone(_) => Some("secret gone".to_owned()),
        FlowError::RemovedElsewhere { .. } => Some("disconnected elsewhere".to_owned()),
        FlowError::Cache(_)
        | FlowError::AnotherAccount { .. }
        | FlowError::AliasTaken { .. }
        | FlowError::NoAccount
        | FlowError::ClaimedElsewhere { .. }
        | FlowError::OtherThere(_)
        | FlowError::Moved => None,
    }
}
