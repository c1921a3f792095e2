//! The environment token: the account in `IGCONNECT_TOKEN`, of which nothing is stored.

use super::assembly::Session;
use crate::account::LongToken;
use crate::failure::{Failure, Kind};
use crate::settings::environment;

impl Session {
    /// Returns the environment token unless an account is named. It takes precedence over the default account. The
    /// person hears that it is used: nothing else shows it.
    pub(crate) fn environment_token(
        &self,
        argument: Option<&str>,
    ) -> Result<Option<LongToken>, Failure> {
        // Only an account that is named wins: the default account belongs to a person, not to a job.
        if self.accounts.requested(argument)?.is_some() {
            return Ok(None);
        }
        let name = self.settings.world.token_variable();
        let Some(text) = environment::secret(name)? else {
            return Ok(None);
        };
        let unusable = |error| Failure::secret("the environment token", error);
        let token = LongToken::from_input(text).map_err(unusable)?;
        let is_file = environment::raw(name).is_none();
        let file = if is_file { "_FILE" } else { "" };
        let words = format!("Using the token in {name}{file}; igconnect does not store it");
        self.console.say(words);
        Ok(Some(token))
    }
}

/// Adds the next step to a failure of the environment token: only the variable can be changed.
pub(crate) fn explain_failure(failure: Failure) -> Failure {
    let failure = failure.about("the environment token");
    if failure.kind != Kind::Login {
        return failure;
    }
    failure.hint(
        "Set IGCONNECT_TOKEN to a valid token: run igconnect token where the account is connected",
    )
}
