//! `refresh --hand-to`: gives a new token to the command, and refreshes the environment token for it.

use super::Args;
use super::row::{Outcome, Row};
use crate::account::{Account, EnvAccount, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows::{self, RefreshOutcome};
use crate::session::Session;
use crate::session::environment_token::explain_failure;
use crate::session::hand_over::HandTo;

/// Gives the command the new token of a stored account. If that fails nothing is lost: the store has the token.
pub(super) async fn give_stored(
    session: &Session,
    account: &Account,
    hand_to: &HandTo,
) -> Result<bool, Failure> {
    let given = async {
        let token = session.stored_token(account)?;
        hand_to.give(&token, Some(&account.id)).await
    };
    given.await.map(|()| true).map_err(|failure| Failure {
        cause: Some("the token was refreshed and is stored".to_owned()),
        hint: Some(format!(
            "Hand it over yourself: igconnect token {} | COMMAND",
            account.id
        )),
        ..failure.about(&account.title())
    })
}

/// Refreshes the environment token for the command that takes the new one.
pub(super) fn refresh_env_account(
    args: &Args,
    session: &Session,
    token: &LongToken,
) -> Result<Row, Failure> {
    let Some(hand_to) = &args.hand_to else {
        return Err(Failure::new(
            Kind::Usage,
            "the environment token can be refreshed, but igconnect does not store the new one",
        )
        .hint("Name a command that takes it: --hand-to 'gh secret set INSTAGRAM_TOKEN'"));
    };
    if args.dry_run {
        let outcome = Outcome::Done(RefreshOutcome::Renewed);
        return Ok(Row::new(EnvAccount::new(token), outcome));
    }
    let instagram = session.instagram.client()?;
    let clock = &session.settings.clock;
    session.runtime.run(async {
        let old = match flows::fetch_env_account(&instagram, token, clock).await {
            Ok(account) => account,
            Err(error) => {
                let account = flows::env_account_after(EnvAccount::new(token), &error);
                return Ok::<_, Failure>(Row::failed(account, explain_failure(error.into())));
            }
        };
        let (account, new) =
            match flows::refresh_env_account(&instagram, old.clone(), token, clock).await {
                Ok(refreshed) => refreshed,
                Err(error) => {
                    let account = flows::env_account_after(old, &error);
                    let failure = Failure::of_refresh(error, false);
                    return Ok(Row::failed(account, explain_failure(failure)));
                }
            };
        let handed_over = if account.fingerprint == old.fingerprint {
            Ok(false)
        } else {
            let id = account.owner.as_ref().map(|owner| &owner.id);
            hand_to.give(&new, id).await.map(|()| true).map_err(lost)
        };
        Ok(Row {
            handed_over: Some(handed_over),
            ..Row::new(account, Outcome::Done(RefreshOutcome::Renewed))
        })
    })
}

/// The new token is nowhere now, and the person must hear that.
fn lost(failure: Failure) -> Failure {
    Failure {
        cause: Some("the new token is lost, and the refresh may have ended the old one".to_owned()),
        hint: Some(
            "Check the old one: igconnect status --verify. If it is refused, log in again"
                .to_owned(),
        ),
        ..failure.about("the environment token")
    }
}
