//! The environment account: its token is checked and refreshed. Nothing is read from or written to this machine.

use super::error::FlowError;
use super::new_token::grant;
use super::token_storage::ends_token;
use crate::account::{EnvAccount, LongToken, Owner, Scopes, Untrusted};
use crate::instagram::Instagram;
use crate::settings::Clock;

/// Asks Instagram who the token belongs to. Returns why that is unknown if it failed.
pub(crate) async fn fetch_env_account(
    instagram: &Instagram,
    token: &LongToken,
    clock: &Clock,
) -> (EnvAccount, Option<FlowError>) {
    let me = match instagram.me(token, clock.now()).await {
        Ok(me) => me,
        Err(error) => {
            let error = error.into();
            return (
                env_account_after(EnvAccount::new(token), &error),
                Some(error),
            );
        }
    };
    clock.correct(me.profile.fetched_at);
    let account = EnvAccount {
        verified_at: Some(me.profile.fetched_at),
        owner: Some(Owner {
            id: me.id,
            app_scoped_id: me.app_scoped_id,
            username: Untrusted::new(me.username),
            profile: me.profile,
        }),
        ..EnvAccount::new(token)
    };
    (account, None)
}

/// Refreshes the token of an account from [`fetch_env_account`]. The caller must keep the new token: the old one may be
/// invalid from here on.
pub(crate) async fn refresh_env_account(
    instagram: &Instagram,
    account: EnvAccount,
    token: &LongToken,
    clock: &Clock,
) -> Result<(EnvAccount, LongToken), FlowError> {
    let answer = instagram.refresh(token).await?;
    let grant = grant(answer, Scopes::default(), clock.now());
    if let Some(owner) = &account.owner {
        match instagram.me(&grant.token, clock.now()).await {
            // It must not replace the living token where that one is kept.
            Ok(me) if me.id != owner.id => return Err(FlowError::WrongAccount),
            Err(error) if ends_token(&error) => return Err(FlowError::Doubtful(error)),
            // Without an answer the new token must not be lost.
            _ => {}
        }
    }
    let refreshed = EnvAccount {
        issued_at: grant.issued_at,
        expires_at: grant.expires_at,
        owner: account.owner,
        verified_at: account.verified_at,
        ..EnvAccount::new(&grant.token)
    };
    Ok((refreshed, grant.token))
}

/// Returns the account with what an error says about its token.
pub(crate) fn env_account_after(account: EnvAccount, error: &FlowError) -> EnvAccount {
    EnvAccount {
        trouble: error.trouble(),
        ..account
    }
}
