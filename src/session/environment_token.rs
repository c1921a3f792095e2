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
        if self.accounts.requested(argument)?.is_some() {
            return Ok(None);
        }
        let Some(text) = environment::secret("IGCONNECT_TOKEN")? else {
            return Ok(None);
        };
        let token = LongToken::new(text)
            .map_err(|error| Failure::secret("the environment token", error))?;
        let variable = match environment::raw("IGCONNECT_TOKEN") {
            Some(_) => "IGCONNECT_TOKEN",
            None => "IGCONNECT_TOKEN_FILE",
        };
        self.console.say(format!(
            "Using the token in {variable}; igconnect does not store it"
        ));
        Ok(Some(token))
    }
}

/// Adds the next step to a failure of the environment token: only the variable can be changed.
pub(crate) fn explain_failure(failure: Failure) -> Failure {
    let failure = failure.about("the environment token");
    match failure.kind {
        Kind::Login => failure.hint(
            "Set IGCONNECT_TOKEN to a valid token: run igconnect token where the account is connected",
        ),
        _ => failure,
    }
}
