//! The token of an account for somebody who wants to use it: renewed first where it is due.

use super::Context;
use crate::account::{Account, Due, LongToken, REFRESH_WINDOW, Standing};
use crate::failure::Failure;
use crate::flows::{self, Parts, Policy};
use crate::vault::Vault;

/// A token to use, and whose it is where this machine knows that.
pub(super) struct Bearer {
    /// The stored account; none for the environment's token.
    pub(super) account: Option<Account>,
    /// The token.
    pub(super) token: LongToken,
}

impl Context {
    /// The environment's token as it is, or that of the account that is meant, renewed where it was due.
    pub(super) fn bearer(&self, argument: Option<&str>) -> Result<Bearer, Failure> {
        if let Some(token) = self.guest_token(argument)? {
            let account = None;
            return Ok(Bearer { account, token });
        }
        let (account, token) = self.live_token(argument)?;
        let account = Some(account);
        Ok(Bearer { account, token })
    }

    /// The account that is meant and its token. A renewal that fails is no failure as long as the token lives.
    pub fn live_token(&self, argument: Option<&str>) -> Result<(Account, LongToken), Failure> {
        let cache = self.cache_to_read()?;
        let account = self.account(cache.as_ref(), argument)?;
        drop(cache);
        let vault = self.vault_of(&account)?;
        let account = self.renewed_if_due(account, &vault)?;
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
        Ok((account, entry.grant.token))
    }

    fn renewed_if_due(&self, account: Account, vault: &Vault) -> Result<Account, Failure> {
        let now = self.settings.clock.now();
        let known_end = account.expires_at.is_some();
        if !known_end
            || account.trouble.is_some()
            || account.due(now, REFRESH_WINDOW, false) != Due::Now
        {
            return Ok(account);
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
            Ok((_, account)) => Ok(account),
            Err(error) => {
                let failure = Failure::from(error);
                self.console.warn(format!(
                    "{} was not renewed: {}",
                    account.title(),
                    failure.message
                ));
                let selector = crate::account::Selector::Id(account.id.clone());
                Ok(cache.find(Some(&selector))?.unwrap_or(account))
            }
        }
    }
}
