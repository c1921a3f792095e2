//! Why a flow ended early, and what that says about the account.

use crate::account::{AccountId, Selector, StoreKind, Trouble, Untrusted};
use crate::cache::CacheError;
use crate::instagram::InstagramError;
use crate::store::StoreError;

/// Whatever the error is, no stored token is lost.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FlowError {
    #[error(transparent)]
    Instagram(#[from] InstagramError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// Another account than the expected one logged in. Nothing was stored.
    #[error("another account logged in")]
    AnotherAccount {
        expected: Selector,
        found: Untrusted,
        found_id: AccountId,
    },
    /// The person did not confirm the account. Nothing was stored.
    #[error("the account was not confirmed")]
    Unconfirmed {
        found: Untrusted,
        found_id: AccountId,
    },
    /// The alias belongs to another account. Nothing was stored.
    #[error("the alias belongs to another account")]
    AliasTaken {
        found: Untrusted,
        found_id: AccountId,
    },
    /// Instagram refused one of two stored tokens. The next run tries the other one.
    #[error(transparent)]
    Doubtful(InstagramError),
    /// Instagram's answer is for another account than the token's. The old token was kept.
    #[error("the answer is for another account")]
    WrongAccount,
    #[error("the token expired")]
    Expired,
    /// The store answered and has no token.
    #[error("the secret is gone")]
    SecretGone(StoreKind),
    /// Unknown, or disconnected meanwhile.
    #[error("the account is not connected")]
    NoAccount,
    /// Another machine that shares the store removed the token. `by` is that machine's own name.
    #[error("the account was disconnected on another machine")]
    RemovedElsewhere { by: String },
    /// Another machine that shares the store is changing the account. `by` is that machine's own name.
    #[error("another machine is changing the account")]
    ClaimedElsewhere { by: String },
    #[error("the account was moved to another store meanwhile")]
    Moved,
    /// The target store of a move has another token of the account. Nothing was changed.
    #[error("the store has another token of the account")]
    OtherTokenThere(StoreKind),
    /// The account was moved, and a copy is still in its former store.
    #[error("the former store was not emptied: {error}")]
    LeftBehind {
        former: StoreKind,
        error: StoreError,
    },
}

impl FlowError {
    /// Returns what the error says is wrong with the connection, if anything.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Instagram(error) => error.trouble(),
            Self::SecretGone(_) => Some(Trouble::SecretGone),
            Self::RemovedElsewhere { .. } => Some(Trouble::Removed),
            _ => None,
        }
    }

    /// Returns the short cause for the account's history, or `None` if nothing happened to the connection.
    pub(super) fn history_cause(&self) -> Option<String> {
        let cause = match self {
            Self::Instagram(error) | Self::Doubtful(error) => return Some(error.cause()),
            Self::Store(_) | Self::LeftBehind { .. } => "store",
            Self::WrongAccount => "another account's answer",
            Self::Expired => "expired",
            Self::SecretGone(_) => "secret gone",
            Self::RemovedElsewhere { .. } => "disconnected elsewhere",
            // The connection is as it was, or unknown to the cache.
            Self::Cache(_)
            | Self::AnotherAccount { .. }
            | Self::AliasTaken { .. }
            | Self::Unconfirmed { .. }
            | Self::NoAccount
            | Self::ClaimedElsewhere { .. }
            | Self::OtherTokenThere(_)
            | Self::Moved => return None,
        };
        Some(cause.to_owned())
    }
}
