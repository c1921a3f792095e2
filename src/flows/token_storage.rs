//! The storage protocol: how a token is loaded, checked, replaced and recorded.
//!
//! Invariant: the store is the truth, and its valid entry of the highest generation counts. The cache and its journal
//! are hints. A new token is put beside the old one, which is deleted only when the new one is read back and recorded.

use jiff::Timestamp;

use super::error::FlowError;
use super::locked_account::LockedAccount;
use crate::account::{
    self, Account, AccountId, Fingerprint, Grant, Operation, Scopes, Trouble, Word,
};
use crate::cache::{Event, EventKind, ProfileUpdate, Stored};
use crate::instagram::{Instagram, InstagramError, LongTokenResponse, Me};
use crate::store::{EntryOrigin, Slot, StoreError, TokenEntry};

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

    /// Asks Instagram about the token if a change of it was interrupted. Returns whether that was so.
    pub(super) async fn resolve_interrupted(
        &self,
        instagram: &Instagram,
        token: &StoredToken,
    ) -> Result<bool, FlowError> {
        let is_open = self.context.cache.journal(self.id)?.is_some();
        if is_open {
            self.verify(instagram, token).await?;
        }
        Ok(is_open)
    }

    /// Asks Instagram about the token and records the answer, which ends every interrupted change.
    pub(super) async fn verify(
        &self,
        instagram: &Instagram,
        token: &StoredToken,
    ) -> Result<(), FlowError> {
        let me = self.ask_owner(instagram, token).await?;
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
        Ok(())
    }

    /// Asks who the token belongs to. A token that is refused or another account's makes way for the one in the other
    /// slot, if there is one.
    async fn ask_owner(&self, instagram: &Instagram, token: &StoredToken) -> Result<Me, FlowError> {
        let asked = instagram
            .me(&token.entry.grant.token, self.context.now())
            .await;
        let error = match asked {
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

    /// Puts a new token beside the old one and reads it back. The journal must be open, and [`Self::record`] follows.
    pub(super) fn put(
        &self,
        old: Option<&StoredToken>,
        entry: TokenEntry,
    ) -> Result<StoredToken, FlowError> {
        let occupied = old.map(|old| old.slot);
        let slot = self
            .store()
            .write_token(&entry, &label(self.id), occupied)?;
        Ok(StoredToken { slot, entry })
    }

    /// Proves who the new token belongs to. One of another account is taken out again.
    pub(super) async fn check_new(
        &self,
        instagram: &Instagram,
        new: &StoredToken,
    ) -> Result<Option<Me>, FlowError> {
        match instagram
            .me(&new.entry.grant.token, self.context.now())
            .await
        {
            Ok(me) if me.id == *self.id => Ok(Some(me)),
            Ok(_) => {
                // The journal stays open: only Instagram knows whether the old token still works.
                self.store().delete_slot(self.id, new.slot)?;
                Err(FlowError::WrongAccount)
            }
            // Both tokens stay, since the old one may be the one that works. The next run finds out.
            Err(error) if ends_token(&error) => Err(FlowError::Doubtful(error)),
            // Without an answer the new token is as good as the answer that brought it.
            Err(_) => Ok(None),
        }
    }

    /// Records a stored token in the cache, which ends the change.
    pub(super) async fn record(
        &self,
        entry: &TokenEntry,
        me: Option<&Me>,
        kind: EventKind,
        at: Timestamp,
    ) -> Result<(), FlowError> {
        let event = event(entry, me, kind, at);
        let fingerprint = entry.fingerprint();
        let stored = stored(entry, &fingerprint);
        self.context
            .cache
            .record_stored(self.id, &stored, me.map(profile_update), &event)
            .await?;
        log::info!(account = self.id.as_str(), happened:% = Word(kind); "account");
        Ok(())
    }

    /// Deletes what is beside the recorded token. If that fails, the next change does it.
    pub(super) fn delete_old(&self, recorded: Slot) {
        let _ = self.store().delete_other_slot(self.id, recorded);
    }

    /// Says who writes an entry now.
    pub(super) fn written(&self) -> Option<EntryOrigin> {
        Some(EntryOrigin {
            machine: self.store().machine().map(str::to_owned),
            at: self.context.now(),
        })
    }
}

/// What a store shows as the name of an account's token.
pub(super) fn label(id: &AccountId) -> String {
    format!("igconnect: Instagram token of account {id}")
}

/// Whether Instagram refused the token for good.
pub(super) fn ends_token(error: &InstagramError) -> bool {
    error.trouble().is_some_and(Trouble::ends_token)
}

pub(super) fn event(entry: &TokenEntry, me: Option<&Me>, kind: EventKind, at: Timestamp) -> Event {
    Event::new(kind, at, entry.grant.expires_at, me.map(|me| &me.profile))
}

pub(super) fn stored<'a>(entry: &'a TokenEntry, fingerprint: &'a Fingerprint) -> Stored<'a> {
    Stored {
        app: &entry.app,
        generation: entry.generation,
        issued_at: entry.grant.issued_at,
        expires_at: entry.grant.expires_at,
        scopes: &entry.grant.scopes,
        fingerprint: fingerprint.as_str(),
    }
}

pub(super) fn profile_update(me: &Me) -> ProfileUpdate<'_> {
    ProfileUpdate {
        username: &me.username,
        profile: &me.profile,
    }
}

/// Makes the grant of an answer by Instagram. Its expiry is unknown if Instagram did not say it, or if Instagram's clock
/// and this one are so far apart that neither can be trusted.
pub(super) fn grant(answer: LongTokenResponse, scopes: Scopes, now: Timestamp) -> Grant {
    let answered_at = account::answered_at(answer.date, now);
    let lifetime = answered_at.zip(answer.expires_in);
    let expires_at = lifetime.and_then(|(at, seconds)| account::expires_at(at, seconds));
    Grant {
        token: answer.token,
        issued_at: answered_at.map(|at| account::issued_at(at, expires_at)),
        expires_at,
        scopes,
    }
}
