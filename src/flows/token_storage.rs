//! How a stored token is loaded and verified.
//!
//! Invariant: the store is the truth, and its valid entry of the highest generation counts. The cache and its journal
//! are hints.

use super::error::FlowError;
use super::locked_account::LockedAccount;
use crate::account::{Account, Operation, Trouble};
use crate::cache::EventKind;
use crate::instagram::{Instagram, InstagramError, Me};
use crate::store::{Slot, StoreError, TokenEntry};

/// A token and its place in the store.
pub(super) struct StoredToken {
    pub(super) slot: Slot,
    pub(super) entry: TokenEntry,
}

impl LockedAccount<'_> {
    /// Loads the token that counts. Finishes an interrupted disconnect, and deletes an account whose first login stored
    /// nothing. If the store and the cache disagree, the journal is open afterwards.
    pub(super) async fn load_for_change(
        &self,
        account: &Account,
    ) -> Result<StoredToken, FlowError> {
        let cache = &self.context.cache;
        let journal = cache.journal(self.id)?;
        let disconnect = journal.filter(|entry| entry.operation == Operation::Disconnect);
        let newest = match self.store().load_newest(self.id) {
            // Both entries go anyway, so it does not matter which one counts.
            Err(StoreError::Ambiguous) if disconnect.is_some() => None,
            newest => newest?,
        };
        let generation = newest.as_ref().map_or(0, |(_, entry)| entry.generation);
        // Another machine may have connected the account since: then a later token is there, and stays.
        if disconnect.is_some_and(|entry| generation <= entry.generation) {
            self.delete()?;
            return Err(FlowError::NoAccount);
        }
        let Some((slot, entry)) = newest else {
            return Err(self.explain_no_token(account)?);
        };
        // If that store does not answer now, the next change empties it.
        let _ = self.empty_other_store();
        if journal.is_none() && entry.generation == account.generation {
            self.delete_old(slot);
        } else if journal.is_none() {
            // The store or the cache was restored from a backup: what is recorded describes another token.
            let now = self.context.now();
            cache
                .open_journal(self.id, Operation::Refresh, entry.generation, now)
                .await?;
        }
        Ok(StoredToken { slot, entry })
    }

    /// Handles an account whose store has no token. Returns why that is.
    fn explain_no_token(&self, account: &Account) -> Result<FlowError, FlowError> {
        if account.generation == 0 {
            // Its first login was killed before a token was stored.
            self.delete()?;
            return Ok(FlowError::NoAccount);
        }
        if self.other_store_has_token()? {
            // An interrupted move had copied the only token that is left.
            self.context.cache.switch_stores(self.id)?;
            return Ok(FlowError::Moved);
        }
        self.missing_reason(account)
    }

    /// Returns why the store has no token of an account that had one.
    pub(super) fn missing_reason(&self, account: &Account) -> Result<FlowError, FlowError> {
        Ok(match self.store().find_remover(self.id)? {
            Some(by) => FlowError::RemovedElsewhere { by },
            None => FlowError::SecretGone(account.store.clone()),
        })
    }

    /// Asks Instagram about the token if a change of it was interrupted. Returns the token that counts, and whether
    /// Instagram was asked.
    pub(super) async fn resolve_interrupted(
        &self,
        instagram: &Instagram,
        token: StoredToken,
    ) -> Result<(StoredToken, bool), FlowError> {
        if self.context.cache.journal(self.id)?.is_none() {
            return Ok((token, false));
        }
        Ok((self.verify(instagram, token).await?, true))
    }

    /// Asks Instagram about the token and records the answer, which ends every interrupted change. Returns the token
    /// that counts: if this one is refused, the former one may still be valid.
    pub(super) async fn verify(
        &self,
        instagram: &Instagram,
        token: StoredToken,
    ) -> Result<StoredToken, FlowError> {
        let (me, token) = match self.ask_owner(instagram, &token).await {
            Ok(me) => (me, token),
            // It has made way for the other one, unless there is none.
            Err(error) => match self.store().load_newest(self.id)? {
                Some((slot, entry)) if slot != token.slot => {
                    let former = StoredToken { slot, entry };
                    (self.ask_owner(instagram, &former).await?, former)
                }
                _ => return Err(error),
            },
        };
        let is_new = token.entry.generation > self.account()?.generation;
        let journal = self.context.cache.journal(self.id)?;
        let kind = match journal.filter(|_| is_new).map(|entry| entry.operation) {
            Some(Operation::Login) => EventKind::Connected,
            Some(Operation::Refresh) => EventKind::Refreshed,
            _ => EventKind::Verified,
        };
        let at = me.profile.fetched_at;
        self.record(&token.entry, Some(&me), kind, at).await?;
        self.delete_old(token.slot);
        Ok(token)
    }

    /// Asks who the token belongs to. A token that is refused or another account's makes way for the one in the other
    /// slot, if there is one.
    async fn ask_owner(&self, instagram: &Instagram, token: &StoredToken) -> Result<Me, FlowError> {
        let access = &token.entry.grant.token;
        let error = match instagram.me(access, self.context.now()).await {
            Ok(me) if me.id == *self.id => {
                self.context.clock.correct(me.profile.fetched_at);
                return Ok(me);
            }
            Ok(_) => None,
            Err(error) if ends_token(&error) => Some(error),
            Err(error) => return Err(error.into()),
        };
        let has_other = self.store().has_entry_beside(self.id, token.slot)?;
        if has_other {
            self.store().delete_slot(self.id, token.slot)?;
        }
        Err(match error {
            None => FlowError::WrongAccount,
            Some(error) if has_other => FlowError::Doubtful(error),
            Some(error) => error.into(),
        })
    }
}

/// Whether Instagram refused the token for good.
pub(super) fn ends_token(error: &InstagramError) -> bool {
    error.trouble().is_some_and(Trouble::ends_token)
}
