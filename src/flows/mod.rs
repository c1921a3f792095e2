//! The stories that need several parts, without a printed word: connect, renew, verify, relocate, forget, rebuild,
//! reconcile.
//!
//! Invariant: every change of a token happens under the account's lock, is announced in the journal, written to the
//! free slot, read back, recorded, and only then is the old token deleted.

mod connect;
mod disconnect;
mod env_account;
mod learn;
mod move_account;
mod new_login;
mod other_store;
mod rebuild;
mod reconcile;
mod refresh;
mod token_storage;
mod verify;

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;

pub(crate) use connect::{Connected, Exchange, LoginStep, connect, connect_with_token};
pub(crate) use disconnect::{Disconnected, Revocation, disconnect};
pub(crate) use env_account::{env_account_after, fetch_env_account, refresh_env_account};
pub(crate) use move_account::{MoveOutcome, move_account};
pub(crate) use new_login::LoginOptions;
pub(crate) use rebuild::{add_missing_accounts, rebuild};
pub(crate) use reconcile::{look, update_from_store};
pub(crate) use refresh::{RefreshOutcome, RefreshPolicy, refresh};
pub(crate) use verify::verify;

use crate::account::{Account, AccountId, Selector, StoreKind, Untrusted};
use crate::cache::{AccountLock, Cache, CacheError};
use crate::instagram::InstagramError;
use crate::settings::Clock;
use crate::store::{Claim, ClaimReply, EntryOrigin, Store, StoreError};

/// How long another machine is waited for that is changing the account.
const CLAIM_PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked whether the account is free by now.
const CLAIM_POLL: Duration = Duration::from_millis(500);

/// Why a story ended early. Whatever is said here, nothing that was stored is lost.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FlowError {
    /// Instagram, or the way to it.
    #[error(transparent)]
    Instagram(#[from] InstagramError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The cache.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// Another account than the expected one came back; nothing was stored.
    #[error("another account")]
    AnotherAccount {
        /// Who was expected.
        expected: Selector,
        /// Who came.
        found: Untrusted,
        /// Their id.
        found_id: AccountId,
    },
    /// The alias belongs to another account; nothing was stored.
    #[error("the alias is taken")]
    AliasTaken {
        /// Who came.
        found: Untrusted,
        /// Their id.
        found_id: AccountId,
    },
    /// Instagram calls one of two stored tokens over; whether the other one lives, only the next question can tell.
    #[error(transparent)]
    Doubtful(InstagramError),
    /// The answer was for another account than the token's; the old token was kept.
    #[error("the answer is for another account")]
    MixedUp,
    /// The token is past its end.
    #[error("the token expired")]
    Expired,
    /// The store answered and has no token.
    #[error("the secret is gone")]
    SecretGone(StoreKind),
    /// The account is not there, or was disconnected in the meantime.
    #[error("there is no such account")]
    NoAccount,
    /// The store has no token, since another machine that shares it took it out.
    #[error("the account was disconnected on another machine")]
    RemovedElsewhere {
        /// What that machine calls itself.
        by: String,
    },
    /// Another machine that shares the store is changing the account.
    #[error("another machine is working on this account")]
    ClaimedElsewhere {
        /// What that machine calls itself.
        by: String,
    },
    /// Its token went to another store in the meantime.
    #[error("the account went to another store in the meantime")]
    Moved,
    /// The store that it is to go to has another token of the account; nothing was changed.
    #[error("the store has another token of the account")]
    OtherThere(StoreKind),
    /// The account is in its new store, and a copy is still in its former one.
    #[error("the former store was not emptied: {error}")]
    LeftBehind {
        /// The former store.
        former: StoreKind,
        /// What went wrong with it.
        error: StoreError,
    },
}

/// What the stories work with.
pub(crate) struct FlowContext<'a> {
    /// Where secrets are.
    pub store: &'a Store,
    /// Opens another store of this world; `None` if it cannot be opened here.
    pub find_store: &'a dyn Fn(&StoreKind) -> Option<Rc<Store>>,
    /// The cache, open for writing; stories that run side by side share it.
    pub cache: &'a Cache,
    /// The folder of the lock files.
    pub locks: &'a Path,
    /// The time.
    pub clock: &'a Clock,
}

/// An account that is changed by nobody else: on this machine, nor on another that shares the store.
struct Lock<'a> {
    // In this order: the next one on this machine finds it free everywhere.
    _claim: Claim<'a>,
    _lock: AccountLock,
}

impl<'a> FlowContext<'a> {
    /// The store, which may be asked now.
    fn store(&self) -> &'a Store {
        self.before_asking(self.store);
        self.store
    }

    /// Another store, which may be asked now.
    fn other_vault(&self, kind: &StoreKind) -> Result<Rc<Store>, StoreError> {
        let store = (self.find_store)(kind).ok_or(StoreError::Unknown)?;
        self.before_asking(&store);
        Ok(store)
    }

    /// Changes of other stories that wait to be committed keep the database from every other program: while it is up to
    /// somebody else how long a store takes, none may wait.
    fn before_asking(&self, store: &Store) {
        if !store.is_immediate() {
            self.cache.commit();
        }
    }

    /// Takes the lock of `id` and reads the account again, for it may have changed while waiting.
    async fn lock(&self, id: &AccountId) -> Result<(Lock<'a>, Option<Account>), FlowError> {
        let lock = AccountLock::acquire(self.locks, id).await?;
        let lock = Lock {
            _claim: self.claim(self.store, id).await?,
            _lock: lock,
        };
        Ok((lock, self.read(id)?))
    }

    /// Waits until no other machine that shares this store changes the account, at most 30 seconds.
    async fn claim<'v>(&self, store: &'v Store, id: &AccountId) -> Result<Claim<'v>, FlowError> {
        let mut waited = Duration::ZERO;
        loop {
            self.before_asking(store);
            match store.claim(id)? {
                ClaimReply::Granted(claim) => return Ok(claim),
                ClaimReply::HeldBy(by) if waited >= CLAIM_PATIENCE => {
                    return Err(FlowError::ClaimedElsewhere { by });
                }
                ClaimReply::HeldBy(_) => tokio::time::sleep(CLAIM_POLL).await,
            }
            waited += CLAIM_POLL;
        }
    }

    /// Takes the lock of an account that is there, and in the store that these parts are of.
    async fn lock_known(&self, id: &AccountId) -> Result<(Lock<'a>, Account), FlowError> {
        let (lock, account) = self.lock(id).await?;
        let account = account.ok_or(FlowError::NoAccount)?;
        if account.store != *self.store.kind() {
            return Err(FlowError::Moved);
        }
        Ok((lock, account))
    }

    /// Who writes an entry now.
    fn written(&self) -> Option<EntryOrigin> {
        Some(EntryOrigin {
            machine: self.store.machine().map(str::to_owned),
            at: self.now(),
        })
    }

    fn read(&self, id: &AccountId) -> Result<Option<Account>, FlowError> {
        Ok(self.cache.account(id)?)
    }

    fn account(&self, id: &AccountId) -> Result<Account, FlowError> {
        self.read(id)?.ok_or(FlowError::NoAccount)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
