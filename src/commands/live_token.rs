//! The token of an account for somebody who wants to use it: renewed first where it is due.

use super::Context;
use crate::account::{Account, Due, LongToken, REFRESH_WINDOW, Standing};
use crate::failure::Failure;
use crate::flows::{self, Parts, Policy};
use crate::vault::Vault;

impl Context {
    /// The account that is meant and its token. A renewal that fails is no failure as long as the token lives.
    pub fn live_token(&self, argument: Option<&str>) -> Result<(Account, LongToken), Failure> {
        let cache = self.cache_to_read()?;
        let account = self.account(cache.as_ref(), argument)?;
        drop(cache);
        let vault = self.vault_of(&account)?;
        let (account, warning) = self.renewed_if_due(account, &vault)?;
        let title = account.title();
        match account.condition(self.settings.clock.later(), REFRESH_WINDOW) {
            condition if condition.standing == Standing::Expired => {
                return Err(Failure::from(flows::FlowError::Expired).about(&title));
            }
            condition if condition.standing == Standing::NeedsLogin => {
                let trouble = account.trouble.map(Failure::of_trouble);
                return Err(trouble
                    .unwrap_or_else(|| Failure::no_account(None))
                    .about(&title));
            }
            _ => {}
        }
        let newest = vault
            .newest(&account.id)
            .map_err(|error| Failure::from(error).about(&title))?;
        let (_, entry) =
            newest.ok_or_else(|| Failure::from(flows::FlowError::SecretGone).about(&title))?;
        // Only now: beside a failure it would say the same thing twice.
        if let Some(warning) = warning {
            self.console.warn(warning);
        }
        Ok((account, entry.grant.token))
    }

    /// The account after a renewal, and what to say where that failed.
    fn renewed_if_due(
        &self,
        account: Account,
        vault: &Vault,
    ) -> Result<(Account, Option<String>), Failure> {
        let now = self.settings.clock.now();
        let known_end = account.expires_at.is_some();
        if !known_end
            || account.trouble.is_some()
            || account.due(now, REFRESH_WINDOW, false) != Due::Now
        {
            return Ok((account, None));
        }
        let policy = Policy {
            window: REFRESH_WINDOW,
            force: false,
            profile: false,
        };
        let instagram = self.instagram()?;
        let mut cache = self.cache_to_write()?;
        let locks = self.settings.paths.locks()?;
        let renewed = self.run(async {
            let clock = &self.settings.clock;
            let mut parts = Parts {
                vault,
                cache: &mut cache,
                locks: &locks,
                clock,
            };
            Ok(flows::renew(&mut parts, &instagram, &account.id, policy).await)
        })?;
        match renewed {
            Ok((_, account)) => Ok((account, None)),
            Err(error) => {
                let failure = Failure::from(error);
                let warning = format!("{} was not renewed: {}", account.title(), failure.message);
                let selector = crate::account::Selector::Id(account.id.clone());
                let known = cache.find(Some(&selector))?;
                Ok((known.unwrap_or(account), Some(warning)))
            }
        }
    }
}
