//! An account that only this run may change.
//!
//! Invariant: every change of a token is a method of [`LockedAccount`], here, in `token_storage` or in `new_token`.

use std::time::Duration;

use super::error::FlowError;
use super::flow_context::FlowContext;
use crate::account::{Account, AccountId, StoreKind};
use crate::cache::{AccountLock, Event};
use crate::store::{Claim, ClaimReply, Store, StoreError};

/// How long to wait for another machine that is changing the account.
const CLAIM_PATIENCE: Duration = Duration::from_secs(30);

const CLAIM_POLL: Duration = Duration::from_millis(500);

/// Owns the account's lock on this machine and its claim in a store that machines share, until it is dropped.
pub(super) struct LockedAccount<'a> {
    // Dropped in this order: the next run on this machine then finds the account free in the store too.
    _claim: Option<Claim<'a>>,
    _lock: AccountLock,
    pub(super) context: &'a FlowContext<'a>,
    store: &'a Store,
    pub(super) id: &'a AccountId,
}

impl<'a> LockedAccount<'a> {
    /// Waits for the lock and the claim, at most 30 seconds for each. The account may be new.
    pub(super) async fn lock(
        context: &'a FlowContext<'a>,
        store: &'a Store,
        id: &'a AccountId,
    ) -> Result<Self, FlowError> {
        let locked = Self::lock_on_this_machine(context, store, id).await?;
        let claim = locked.claim(store).await?;
        Ok(Self {
            _claim: Some(claim),
            ..locked
        })
    }

    /// Locks a known account and reads it: it may have changed while waiting.
    pub(super) async fn lock_known(
        context: &'a FlowContext<'a>,
        store: &'a Store,
        id: &'a AccountId,
    ) -> Result<(Self, Account), FlowError> {
        let locked = Self::lock(context, store, id).await?;
        let account = locked.account()?;
        if account.store != *store.kind() {
            return Err(FlowError::Moved);
        }
        Ok((locked, account))
    }

    /// Locks without a claim: enough to read a shared store and correct the cache.
    pub(super) async fn lock_on_this_machine(
        context: &'a FlowContext<'a>,
        store: &'a Store,
        id: &'a AccountId,
    ) -> Result<Self, FlowError> {
        Ok(Self {
            _lock: AccountLock::acquire(&context.locks, id).await?,
            _claim: None,
            context,
            store,
            id,
        })
    }

    /// Claims the account in a store, its own or the one that it moves to.
    pub(super) async fn claim<'s>(&self, store: &'s Store) -> Result<Claim<'s>, FlowError> {
        let mut waited = Duration::ZERO;
        loop {
            match self.context.prepare_wait(store).claim(self.id)? {
                ClaimReply::Granted(claim) => return Ok(claim),
                ClaimReply::HeldBy(by) if waited >= CLAIM_PATIENCE => {
                    return Err(FlowError::ClaimedElsewhere { by });
                }
                ClaimReply::HeldBy(_) => tokio::time::sleep(CLAIM_POLL).await,
            }
            waited += CLAIM_POLL;
        }
    }

    pub(super) fn account(&self) -> Result<Account, FlowError> {
        let account = self.context.cache.account(self.id)?;
        account.ok_or(FlowError::NoAccount)
    }

    /// Returns the store, ready to wait for it.
    pub(super) fn store(&self) -> &'a Store {
        self.context.prepare_wait(self.store)
    }

    /// Records a failure in the account's history, and what it says about the token in the account's row. Returns the
    /// failure, or the greater one that the row could not be written: commands rely on the row.
    pub(super) fn record_failure(&self, error: FlowError) -> FlowError {
        let Some(cause) = error.history_cause() else {
            return error;
        };
        log::info!(account = self.id.as_str(), happened = "failed", cause = cause.as_str(); "account");
        let event = Event::failed(self.context.now(), cause);
        let cache = &self.context.cache;
        let Some(trouble) = error.trouble() else {
            // The history is for people. Its loss must not hide the failure itself.
            let _ = cache.record_failure(self.id, &event);
            return error;
        };
        let unwritten = cache.record_trouble(self.id, trouble, &event).err();
        unwritten.map_or(error, FlowError::from)
    }

    /// Deletes the account from both stores and the cache, and proves it by reading.
    pub(super) fn delete(&self) -> Result<(), FlowError> {
        self.empty_other_store()?;
        self.store().delete_account(self.id)?;
        Ok(self.context.cache.remove(self.id)?)
    }

    /// Returns the other store of the account, in which an interrupted move or login may have left something.
    pub(super) fn other_store(&self) -> Result<Option<StoreKind>, FlowError> {
        Ok(self.context.cache.other_store(self.id)?)
    }

    pub(super) fn other_store_has_token(&self) -> Result<bool, FlowError> {
        let Some(kind) = self.other_store()? else {
            return Ok(false);
        };
        let other = self.context.other_store(&kind)?;
        Ok(other.load_newest(self.id)?.is_some())
    }

    /// Empties the other store of the account, if it has one, and proves it by reading.
    pub(super) fn empty_other_store(&self) -> Result<(), FlowError> {
        let Some(kind) = self.other_store()? else {
            return Ok(());
        };
        let other = self.context.other_store(&kind)?;
        let _claim = match other.claim(self.id)? {
            ClaimReply::Granted(claim) => claim,
            ClaimReply::HeldBy(by) => return Err(FlowError::ClaimedElsewhere { by }),
        };
        if !self.has_moved_on(&other)? {
            other.delete_account(self.id)?;
        }
        self.context.cache.clear_other_store(self.id)?;
        log::info!(account = self.id.as_str(), store = kind.as_str(); "emptied");
        Ok(())
    }

    /// Whether another machine that shares the other store has put a later token there, which must stay.
    fn has_moved_on(&self, other: &Store) -> Result<bool, StoreError> {
        if other.machine().is_none() {
            return Ok(false);
        }
        let generation = |store: &Store| {
            let newest = store.load_newest(self.id)?;
            Ok::<_, StoreError>(newest.map_or(0, |(_, entry)| entry.generation))
        };
        Ok(generation(other)? > generation(self.store())?)
    }
}
