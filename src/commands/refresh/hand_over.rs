//! `refresh --hand-to`: gives a new token to the command, and refreshes the environment token for it.

use zeroize::Zeroizing;

use super::command::Args;
use super::report::{Outcome, RefreshRow};
use crate::account::{Account, AccountId, EnvAccount, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows::{self, FlowError, RefreshOutcome};
use crate::session::Session;
use crate::session::environment_token::explain_failure;
use crate::session::user_command::UserCommand;

/// Fails if the command cannot be found. It is checked before a token is refreshed that the command must take.
pub(super) fn check(command: &UserCommand) -> Result<(), Failure> {
    if command.exists() {
        return Ok(());
    }
    let message = format!("command not found: {}", command.name());
    Err(Failure::new(Kind::Usage, message)
        .hint("Name a program in PATH or its path after --hand-to"))
}

/// Runs the command with `token` on its standard input, and nowhere else. Without a line end: stores keep what they read.
async fn give(
    command: &UserCommand,
    token: &LongToken,
    id: Option<&AccountId>,
) -> Result<bool, Failure> {
    let text = Zeroizing::new(token.expose().as_bytes().to_vec());
    let id = id.map(|id| ("INSTAGRAM_USER_ID", id.as_str()));
    let given = command.feed(text, id.as_slice(), true).await;
    given.map(|()| true).map_err(|problem| {
        let name = command.name();
        let message = format!("the new token was not handed over: {name} {problem}");
        Failure::new(Kind::Failed, message)
    })
}

/// Gives the command the new token of a stored account. If that fails nothing is lost: the store has the token.
pub(super) async fn give_stored(
    session: &Session,
    account: &Account,
    command: &UserCommand,
) -> Result<bool, Failure> {
    let given = async {
        let token = session.stored_entry(account)?.grant.token;
        give(command, &token, Some(&account.id)).await
    };
    given.await.map_err(|failure| {
        let again = format!("igconnect token {} | COMMAND", account.id);
        (failure.about(&account.title()))
            .cause("the token was refreshed and is stored")
            .hint(format!("Hand it over yourself: {again}"))
    })
}

/// Refreshes the environment token for the command that takes the new one.
pub(super) fn refresh_env_account(
    args: &Args,
    session: &Session,
    token: &LongToken,
) -> Result<RefreshRow, Failure> {
    let Some(command) = &args.hand_to else {
        let message =
            "the environment token can be refreshed, but igconnect does not store the new one";
        return Err(Failure::new(Kind::Usage, message)
            .hint("Name a command that takes it: --hand-to 'gh secret set INSTAGRAM_TOKEN'"));
    };
    // The age of the token is unknown, so each run refreshes it.
    let refreshed = Outcome::Done(RefreshOutcome::Refreshed);
    if args.dry_run {
        return Ok(RefreshRow::new(EnvAccount::new(token), refreshed));
    }
    let instagram = session.instagram.client()?;
    let clock = &session.settings.clock;
    let failed = |account: EnvAccount, failure: Failure| {
        RefreshRow::new(account, Outcome::Failed(explain_failure(failure)))
    };
    session.runtime.run(async {
        let (old, error) = flows::fetch_env_account(&instagram, token, clock).await;
        if let Some(error) = error {
            return Ok::<_, Failure>(failed(old, error.into()));
        }
        let (account, new) =
            match flows::refresh_env_account(&instagram, old.clone(), token, clock).await {
                Ok(refreshed) => refreshed,
                Err(error) => {
                    let account = flows::env_account_after(old, &error);
                    let is_doubtful = matches!(error, FlowError::Doubtful(_));
                    let failure = Failure::of_refresh(error, false);
                    return Ok(failed(
                        account,
                        match is_doubtful {
                            true => failure.hint("Keep the old token, and try again later"),
                            false => failure,
                        },
                    ));
                }
            };
        // Instagram may extend a token without changing it. Then the old one is still the one to use.
        let handed_over = if account.fingerprint == old.fingerprint {
            Ok(false)
        } else {
            let id = account.owner.as_ref().map(|owner| &owner.id);
            give(command, &new, id).await.map_err(lost)
        };
        Ok(RefreshRow {
            handed_over: Some(handed_over),
            ..RefreshRow::new(account, refreshed)
        })
    })
}

/// The new token is nowhere now, and the person must hear that.
fn lost(failure: Failure) -> Failure {
    (failure.about("the environment token"))
        .cause("the new token is lost, and the refresh may have ended the old one")
        .hint("Check the old one: igconnect status --verify. If it is refused, log in again")
}
