//! The token of an account for somebody who wants to use it: renewed first where it is due.

use super::Session;
use crate::account::{Account, Due, LongToken, REFRESH_WINDOW, Reason, State};
use crate::failure::{Failure, Kind};
use crate::flows::{self, RefreshPolicy};
use crate::store::Store;

/// A token to use, and whose it is where this machine knows that.
pub(crate) struct Bearer {
    /// The stored account; none for the environment's token.
    pub(crate) account: Option<Account>,
    /// The token.
    pub(crate) token: LongToken,
}

impl Session {
    /// The environment's token as it is, or that of the account that is meant, renewed where it was due.
    pub(crate) fn bearer(&self, argument: Option<&str>) -> Result<Bearer, Failure> {
        if let Some(token) = self.environment_token(argument)? {
            let account = None;
            return Ok(Bearer { account, token });
        }
        let (account, token) = self.live_token(argument)?;
        let account = Some(account);
        Ok(Bearer { account, token })
    }

    /// The account that is meant and its token. A renewal that fails is no failure as long as the token lives; a
    /// token of which nobody knows whether it lives is not handed out.
    pub(crate) fn live_token(
        &self,
        argument: Option<&str>,
    ) -> Result<(Account, LongToken), Failure> {
        let known = self.cache_to_read();
        let account = match known.and_then(|cache| self.accounts.find(cache.as_ref(), argument)) {
            Ok(account) => account,
            // To look through the whole cache takes long in a large one, so only where it does not answer.
            Err(_) => self
                .accounts
                .find(self.checked_cache()?.as_ref(), argument)?,
        };
        let title = account.title();
        let store = self.vault_of(&account);
        let store = store.map_err(|failure| failure.about(&title))?;
        let (account, warning) = self.renewed_if_due(account, &store)?;
        let status = account.status(self.settings.clock.now(), REFRESH_WINDOW);
        let failure = match (status.state, status.reason) {
            (_, Some(Reason::Interrupted(change))) => Some(Failure::of_interrupted(change)),
            (_, Some(Reason::Trouble(trouble))) => {
                Some(Failure::of_trouble(trouble, &account.store))
            }
            (_, Some(Reason::ClockBehind)) => Some(Failure::of_clock()),
            (State::Expired, _) => Some(flows::FlowError::Expired.into()),
            _ => None,
        };
        if let Some(failure) = failure {
            return Err(failure.about(&title));
        }
        let token = match self.stored_token(&account) {
            Err(failure) if failure.kind == Kind::Login => Err(self.why_gone(&account, &store)?),
            token => token,
        };
        let token = token.map_err(|failure| failure.about(&title))?;
        // Only now: beside a failure it would say the same thing twice.
        if let Some(warning) = warning {
            self.console.warn(warning);
        }
        Ok((account, token))
    }

    /// The token of the account, from the store that it is in. Nobody who only reads waits for a move: who finds nothing
    /// looks where it went.
    pub(crate) fn stored_token(&self, account: &Account) -> Result<LongToken, Failure> {
        let mut store = account.store.clone();
        loop {
            if let Some((_, entry)) = self.store(&store)?.load_newest(&account.id)? {
                return Ok(entry.grant.token);
            }
            let known = self.cache_to_read()?;
            let known = known.map_or(Ok(None), |cache| cache.account(&account.id))?;
            match known.filter(|known| known.store != store) {
                Some(moved) => store = moved.store,
                None => return Err(flows::FlowError::SecretGone(store).into()),
            }
        }
    }

    /// Why the store has no token of the account, which is recorded too.
    fn why_gone(&self, account: &Account, store: &Store) -> Result<Failure, Failure> {
        let bench = self.flow_context()?;
        let looked = self
            .runtime
            .run(async { Ok::<_, Failure>(flows::look(&bench.parts(store), &account.id).await) })?;
        let gone = flows::FlowError::SecretGone(account.store.clone());
        Ok(looked?.unwrap_or(gone).into())
    }

    /// Renews a token that is due, or dead by a clock that may be wrong, and finishes what an interrupted run left; and
    /// what to say where that failed.
    fn renewed_if_due(
        &self,
        account: Account,
        store: &Store,
    ) -> Result<(Account, Option<String>), Failure> {
        let now = self.settings.clock.started_at();
        let due = account.expires_at.is_some()
            && account.trouble.is_none()
            && account.due(now, REFRESH_WINDOW, false) == Due::Now;
        let doubtful = matches!(
            account.status(now, REFRESH_WINDOW).reason,
            Some(Reason::Interrupted(_) | Reason::PastEnd | Reason::ClockBehind)
        );
        if !due && !doubtful {
            return Ok((account, None));
        }
        let policy = RefreshPolicy {
            window: REFRESH_WINDOW,
            force: false,
            profile: false,
        };
        let instagram = self.instagram.client()?;
        let bench = self.flow_context()?;
        let renewed = self.runtime.run(async {
            let parts = bench.parts(store);
            Ok::<_, Failure>(flows::refresh(&parts, &instagram, &account.id, policy).await)
        })?;
        match renewed {
            Ok((_, account)) => Ok((account, None)),
            Err(
                error @ (flows::FlowError::NoAccount | flows::FlowError::RemovedElsewhere { .. }),
            ) => Err(Failure::from(error).about(&account.title())),
            Err(error) => {
                let failure = Failure::from(error);
                let warning = format!("{} was not renewed: {}", account.title(), failure.message);
                let known = bench.cache.account(&account.id)?;
                Ok((known.unwrap_or(account), Some(warning)))
            }
        }
    }
}
