//! Guests: the environment's token is asked about and renewed. Nothing is read from this machine, nothing written to it.

use super::{FlowError, token_storage};
use crate::account::{EnvAccount, LongToken, Owner, Scopes, Untrusted};
use crate::instagram::Instagram;
use crate::settings::Clock;

/// Asks Instagram whose token this is.
pub(crate) async fn fetch_env_account(
    instagram: &Instagram,
    token: &LongToken,
    clock: &Clock,
) -> Result<EnvAccount, FlowError> {
    let me = instagram.me(token, clock.now()).await?;
    clock.correct(me.profile.fetched_at);
    Ok(EnvAccount {
        verified_at: Some(me.profile.fetched_at),
        owner: Some(Owner {
            id: me.id,
            app_scoped_id: me.app_scoped_id,
            username: Untrusted::new(me.username),
            profile: me.profile,
        }),
        ..EnvAccount::new(token)
    })
}

/// Renews the token of somebody whom [`fetch_env_account`] has shown. The new token is the caller's to bring to safety: the old one
/// may be dead from here on.
pub(crate) async fn refresh_env_account(
    instagram: &Instagram,
    env_account: EnvAccount,
    token: &LongToken,
    clock: &Clock,
) -> Result<(EnvAccount, LongToken), FlowError> {
    let answer = instagram.refresh(token).await?;
    let grant = token_storage::grant(answer, Scopes::default(), clock.now());
    // No answer is no reason to lose the new token; an answer for somebody else is one not to hand it on.
    if let (Some(owner), Ok(me)) = (
        &env_account.owner,
        instagram.me(&grant.token, clock.now()).await,
    ) && me.id != owner.id
    {
        return Err(FlowError::MixedUp);
    }
    let renewed = EnvAccount {
        issued_at: grant.issued_at,
        expires_at: grant.expires_at,
        ..EnvAccount {
            owner: env_account.owner,
            verified_at: env_account.verified_at,
            ..EnvAccount::new(&grant.token)
        }
    };
    Ok((renewed, grant.token))
}

/// The guest as an error of Instagram shows it: only what speaks of the token itself says anything about it.
pub(crate) fn env_account_after(token: &LongToken, error: &FlowError) -> EnvAccount {
    let trouble = match error {
        FlowError::Instagram(error) => error.trouble(),
        _ => None,
    };
    EnvAccount {
        trouble,
        ..EnvAccount::new(token)
    }
}
