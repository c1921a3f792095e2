//! A token to use now, for `token` and `run`: refreshed first if it is due.

use jiff::SignedDuration;

use super::assembly::Session;
use crate::account::{Account, LongToken, Operation, REFRESH_WINDOW, Reason, State, Trouble};
use crate::cache::EventKind;
use crate::failure::{Failure, Kind, describe_cause};
use crate::flows::{self, FlowError};
use crate::store::{Store, TokenEntry};

/// After a failed refresh, the next one is tried this much later: a loop must not ask Instagram at each turn.
const BACK_OFF: SignedDuration = SignedDuration::from_hours(1);

/// With less life left, each run tries.
const URGENT: SignedDuration = SignedDuration::from_hours(24);

pub(crate) struct UsableToken {
    /// `None` for the environment token.
    pub(crate) account: Option<Account>,
    pub(crate) token: LongToken,
}

impl Session {
    /// Returns the environment token as it is, or the stored token of the selected account.
    pub(crate) fn usable_token(&self, argument: Option<&str>) -> Result<UsableToken, Failure> {
        if let Some(token) = self.environment_token(argument)? {
            let account = None;
            return Ok(UsableToken { account, token });
        }
        let find = |cache: Option<&_>| self.accounts.find(cache, argument);
        let account = self.caches().find(find)?;
        let title = account.title();
        let about = |failure: Failure| failure.about(&title);
        let store = self.stores.open(&account.store).map_err(about)?;
        // A failed refresh does not matter while the token is valid. One that may be invalid is not handed out.
        let (account, not_refreshed) = self.refresh_if_needed(account, &store)?;
        match &not_refreshed {
            // What Instagram has just said explains more than the state that remains of it.
            Some(refusal) if is_refused(&account, refusal) => return Err(about(refusal.clone())),
            _ => self.check_usable(&account).map_err(about)?,
        }
        let entry = self.stored_entry(&account).or_else(|failure| {
            Err(match failure.kind {
                Kind::Login => self.explain_missing_token(&account, &store)?,
                _ => failure,
            })
        });
        let entry = entry.map_err(about)?;
        self.refuse_restored(&account, &entry).map_err(about)?;
        // Only now: beside a failure it would say the same thing twice.
        if let Some(failure) = not_refreshed {
            let warning = format!("{title} was not refreshed: {}", failure.message);
            self.console.warn(warning);
        }
        let (account, token) = (Some(account), entry.grant.token);
        Ok(UsableToken { account, token })
    }

    /// Returns the account afterwards, and why it was not refreshed if that failed.
    fn refresh_if_needed(
        &self,
        account: Account,
        store: &Store,
    ) -> Result<(Account, Option<Failure>), Failure> {
        if !flows::needs_refresh_before_use(&account, self.settings.clock.started_at()) {
            return Ok((account, None));
        }
        if let Some(reason) = self.recent_failure(&account)? {
            return Ok((account, Some(Failure::new(Kind::Trouble, reason))));
        }
        let instagram = self.instagram.client()?;
        let context = self.flow_context()?;
        let title = account.title();
        self.runtime.run(async {
            let refreshed = flows::refresh_before_use(&context, store, &instagram, account).await;
            let (account, error) = refreshed.map_err(|error| Failure::from(error).about(&title))?;
            Ok::<_, Failure>((account, error.map(Failure::from)))
        })
    }

    /// Returns why the last refresh failed, if that was a short while ago and the token is still valid for long.
    fn recent_failure(&self, account: &Account) -> Result<Option<String>, Failure> {
        let now = self.settings.clock.now();
        let status = account.status(now, URGENT);
        let (Some(since), State::Connected) = (now.checked_sub(BACK_OFF).ok(), status.state) else {
            return Ok(None);
        };
        let Some(cache) = self.caches().open_to_read()? else {
            return Ok(None);
        };
        let events = cache.history(&account.id, Some(since), None)?;
        // A check that Instagram answered does not make up for a refresh that it refused.
        let mut events = events
            .into_iter()
            .filter(|event| event.kind != EventKind::Verified);
        let last = events
            .next()
            .filter(|event| event.kind == EventKind::Failed);
        // A store may be back at once, and asking it costs Instagram nothing.
        let causes = last.and_then(|event| event.cause).into_iter();
        let mut causes = causes.filter(|cause| !matches!(cause.as_str(), "store" | "secret gone"));
        Ok(causes.next().map(|cause| describe_cause(&cause)))
    }

    fn check_usable(&self, account: &Account) -> Result<(), Failure> {
        let status = account.status(self.settings.clock.now(), REFRESH_WINDOW);
        Err(match (status.state, status.reason) {
            (_, Some(Reason::Interrupted(change))) => Failure::of_interrupted(change),
            (_, Some(Reason::Trouble(trouble))) => Failure::of_trouble(trouble, &account.store),
            (_, Some(Reason::ClockBehind)) => Failure::of_clock(),
            (State::Expired, _) => FlowError::Expired.into(),
            _ => return Ok(()),
        })
    }

    /// Returns the entry from the store that the account is in. Readers take no lock, so the account may have moved
    /// meanwhile: then the token is in the other store.
    pub(crate) fn stored_entry(&self, account: &Account) -> Result<TokenEntry, Failure> {
        let mut kind = account.store.clone();
        loop {
            if let Some((_, entry)) = self.stores.open(&kind)?.load_newest(&account.id)? {
                return Ok(entry);
            }
            let known = match self.caches().open_to_read()? {
                Some(cache) => cache.account(&account.id)?,
                None => None,
            };
            match known {
                Some(moved) if moved.store != kind => kind = moved.store,
                _ => return Err(FlowError::SecretGone(kind).into()),
            }
        }
    }

    /// Fails if the store was restored from a backup: the cache knows a later token. That is recorded, so that the next
    /// command asks Instagram, and `status` is not green meanwhile.
    fn refuse_restored(&self, account: &Account, entry: &TokenEntry) -> Result<(), Failure> {
        let is_other = account
            .fingerprint
            .as_ref()
            .is_some_and(|known| *known != entry.fingerprint());
        let is_same_write = entry.generation == account.generation;
        if entry.generation > account.generation || (is_same_write && !is_other) {
            return Ok(());
        }
        let context = self.flow_context()?;
        let (id, now) = (&account.id, self.settings.clock.now());
        self.runtime.run(async {
            let opened = context
                .cache
                .open_journal(id, Operation::Rebuild, entry.generation, now);
            Ok::<_, Failure>(opened.await?)
        })?;
        Err(Failure::of_interrupted(Operation::Rebuild).cause(
            "the store has an older token than the cache knows, as after restoring a backup",
        ))
    }

    /// Returns why the store has no token of the account, and records it.
    fn explain_missing_token(&self, account: &Account, store: &Store) -> Result<Failure, Failure> {
        let context = self.flow_context()?;
        let reason = flows::find_missing_reason(&context, store, &account.id);
        let reason = self.runtime.run(reason)?;
        let gone = || FlowError::SecretGone(account.store.clone());
        Ok(reason.unwrap_or_else(gone).into())
    }
}

/// Whether Instagram refuses the token because of its app or a permission.
fn is_refused(account: &Account, failure: &Failure) -> bool {
    failure.kind == Kind::Login && account.trouble.is_some_and(Trouble::may_pass)
}
