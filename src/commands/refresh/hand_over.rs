//! `refresh --hand-to`: whose new token goes to the command, and the refresh of the environment's own token.

use super::Args;
use super::row::Row;
use crate::account::{Account, EnvAccount, Fingerprint, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows::{self, RefreshOutcome};
use crate::session::hand_over::HandTo;
use crate::session::{Session, any_account};

/// Gives the command the token of a stored account, if it is another one than before. Its failure loses nothing: the
/// store has the token.
pub(super) async fn give_stored(
    session: &Session,
    before: Option<&Fingerprint>,
    account: &Account,
    hand_to: &HandTo,
) -> Result<bool, Failure> {
    if account.fingerprint.is_some() && account.fingerprint.as_ref() == before {
        return Ok(false);
    }
    let given = async {
        let token = session.stored_token(account)?;
        hand_to.give(&token, Some(&account.id)).await
    };
    given.await.map(|()| true).map_err(|failure| Failure {
        cause: Some("it is renewed and kept in the store".to_owned()),
        hint: Some(format!(
            "Hand it over by hand: igconnect token {} | COMMAND",
            account.id
        )),
        ..failure.about(&account.title())
    })
}

/// Renews the environment's token for the command that takes the new one.
pub(super) fn env_account(
    args: &Args,
    session: &Session,
    token: &LongToken,
) -> Result<(EnvAccount, Row), Failure> {
    let Some(hand_to) = &args.hand_to else {
        return Err(Failure::new(
            Kind::Usage,
            "the environment's token can be renewed, and the new one not be kept here",
        )
        .hint("Say who takes it with --hand-to CMD, such as 'gh secret set INSTAGRAM_TOKEN'"));
    };
    if args.dry_run {
        return Ok((EnvAccount::new(token), Ok(RefreshOutcome::Renewed).into()));
    }
    let instagram = session.instagram.client()?;
    let clock = &session.settings.clock;
    session.runtime.run(async {
        let met = match flows::fetch_env_account(&instagram, token, clock).await {
            Ok(met) => met,
            Err(error) => {
                return Ok::<_, Failure>(failed(
                    flows::env_account_after(token, &error),
                    error.into(),
                ));
            }
        };
        let old = met.clone();
        let (env_account, new) =
            match flows::refresh_env_account(&instagram, met, token, clock).await {
                Ok(renewed) => renewed,
                Err(error) => {
                    let trouble = flows::env_account_after(token, &error).trouble;
                    let failure = Failure::of_renewal(error, false);
                    return Ok(failed(EnvAccount { trouble, ..old }, failure));
                }
            };
        let hand_over = match env_account.fingerprint == old.fingerprint {
            true => Ok(false),
            false => {
                let id = env_account.owner.as_ref().map(|owner| &owner.id);
                hand_to.give(&new, id).await.map(|()| true).map_err(lost)
            }
        };
        let row = Row {
            handed_over: Some(hand_over.map_err(Box::new)),
            ..Ok(RefreshOutcome::Renewed).into()
        };
        Ok((env_account, row))
    })
}

fn failed(env_account: EnvAccount, failure: Failure) -> (EnvAccount, Row) {
    (env_account, Err(any_account::failed(failure)).into())
}

/// The new token is nowhere now, and that has to be said.
fn lost(failure: Failure) -> Failure {
    Failure {
        cause: Some(
            "the new token could not be kept and is gone; the old one in the environment may still live, or have died \
             with the renewal"
                .to_owned(),
        ),
        hint: Some("See whether it lives: igconnect status --verify; if not, log in again".to_owned()),
        ..failure.about("the environment's token")
    }
}
