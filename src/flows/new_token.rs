//! How a new token is stored, checked and recorded.
//!
//! Invariant: a new token is put beside the old one. The old one is deleted only when the new one is read back and
//! recorded.

use jiff::Timestamp;

use super::error::FlowError;
use super::locked_account::LockedAccount;
use super::token_storage::{StoredToken, ends_token};
use crate::account::{self, AccountId, Grant, Scopes, Trouble, Word};
use crate::cache::{EventKind, NewLogin, Stored};
use crate::instagram::{Instagram, LongTokenResponse, Me};
use crate::store::{EntryOrigin, Slot, TokenEntry};

impl LockedAccount<'_> {
    /// Stores a new token beside the old one, proves that it is this account's, records it and deletes the old one. The
    /// journal must be open.
    pub(super) async fn replace(
        &self,
        instagram: &Instagram,
        old: &StoredToken,
        username: &str,
        grant: Grant,
    ) -> Result<(), FlowError> {
        let (app, generation) = (&old.entry.app, old.entry.generation + 1);
        let new = self.put(Some(old), self.entry(app, username, generation, grant))?;
        let (me, refusal) = match self.check_new(instagram, &new).await {
            Ok(me) => (me, None),
            // The token is new, but Instagram refuses the app or lacks a permission. That must not look healthy.
            Err(FlowError::Instagram(error)) => (None, Some(error)),
            Err(error) => return Err(error),
        };
        let (kind, now) = (EventKind::Refreshed, self.context.now());
        self.record(&new.entry, me.as_ref(), kind, now).await?;
        self.delete_old(new.slot);
        refusal.map_or(Ok(()), |error| Err(error.into()))
    }

    pub(super) fn entry(
        &self,
        app: &str,
        username: &str,
        generation: i64,
        grant: Grant,
    ) -> TokenEntry {
        TokenEntry {
            id: self.id.clone(),
            app: app.to_owned(),
            username: username.to_owned(),
            generation,
            grant,
            written: Some(EntryOrigin {
                machine: self.store().machine().map(str::to_owned),
                at: self.context.now(),
            }),
        }
    }

    /// Puts a new token beside the old one and reads it back. The journal must be open, and the token must be recorded
    /// next.
    pub(super) fn put(
        &self,
        old: Option<&StoredToken>,
        entry: TokenEntry,
    ) -> Result<StoredToken, FlowError> {
        let (label, occupied) = (label(self.id), old.map(|old| old.slot));
        let slot = self.store().write_token(&entry, &label, occupied)?;
        Ok(StoredToken { slot, entry })
    }

    /// Proves who the new token belongs to. One of another account is taken out again.
    async fn check_new(
        &self,
        instagram: &Instagram,
        new: &StoredToken,
    ) -> Result<Option<Me>, FlowError> {
        let token = &new.entry.grant.token;
        match instagram.me(token, self.context.now()).await {
            Ok(me) if me.id == *self.id => Ok(Some(me)),
            Ok(_) => {
                // The journal stays open: only Instagram knows whether the old token still works.
                self.store().delete_slot(self.id, new.slot)?;
                Err(FlowError::WrongAccount)
            }
            // Both tokens stay, since the old one may be the one that works. The next run finds out.
            Err(error) if ends_token(&error) => Err(FlowError::Doubtful(error)),
            Err(error) if error.trouble().is_some_and(Trouble::may_pass) => Err(error.into()),
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
        let (cache, update) = (
            &self.context.cache,
            me.map(|me| (&*me.username, &me.profile)),
        );
        cache
            .record_stored(self.id, &stored(entry), update, (kind, at))
            .await?;
        log::info!(account = self.id.as_str(), happened:% = Word(kind); "account");
        Ok(())
    }

    /// Records the stored token of a login, which ends the login.
    pub(super) fn record_login(
        &self,
        login: &NewLogin<'_>,
        entry: &TokenEntry,
        me: &Me,
    ) -> Result<(), FlowError> {
        let cache = &self.context.cache;
        cache.record_login(login, &stored(entry), (&me.username, &me.profile))?;
        log::info!(account = self.id.as_str(), happened:% = Word(EventKind::Connected); "account");
        Ok(())
    }

    /// Deletes what is beside the recorded token. If that fails, the next change does it.
    pub(super) fn delete_old(&self, recorded: Slot) {
        let _ = self.store().delete_slot(self.id, recorded.other());
    }
}

/// What a store shows as the name of an account's token.
pub(super) fn label(id: &AccountId) -> String {
    format!("igconnect: Instagram token of account {id}")
}

pub(super) fn stored(entry: &TokenEntry) -> Stored<'_> {
    Stored {
        app: &entry.app,
        generation: entry.generation,
        issued_at: entry.grant.issued_at,
        expires_at: entry.grant.expires_at,
        scopes: &entry.grant.scopes,
        fingerprint: entry.fingerprint(),
    }
}

/// Makes the grant of an answer by Instagram. Its expiry is unknown if Instagram did not say it. It is counted from the
/// date of the answer, so that it is right even if the clock of this machine is wrong.
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
