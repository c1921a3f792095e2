//! Connect: a code, or a token made in the dashboard, becomes an account with a name, an entry in the store and a row
//! in the cache.

use super::new_login::{self, LoginOptions};
use super::{FlowContext, FlowError, token_storage};
use crate::account::{Account, AppSecret, AuthorizationCode, Grant, LongToken, Scopes, StoreKind};
use crate::instagram::{Instagram, OAuthApp};

/// Where a login is, for whoever wants to tell a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginStep {
    /// The code is being exchanged.
    Exchanging,
    /// The short-lived token is being exchanged for one of 60 days.
    Extending,
    /// Instagram is asked who this is.
    Asking,
    /// The token is being stored.
    Storing,
}

/// What a code is exchanged with.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    /// The app and the redirect URI as the consent page was given it.
    pub client: OAuthApp<'a>,
    /// The app's secret.
    pub secret: &'a AppSecret,
    /// The permissions that were asked for.
    pub scopes: &'a Scopes,
}

/// A finished login.
#[derive(Debug)]
pub(crate) struct Connected {
    /// The account as it is now cached.
    pub account: Account,
    /// Permissions that were asked for and not granted.
    pub missing: Vec<String>,
    /// Another store that still has the account's former token.
    pub former: Option<StoreKind>,
}

/// Carries a code all the way to a stored account.
pub(crate) async fn connect(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    exchange: &Exchange<'_>,
    welcome: &LoginOptions<'_>,
    code: AuthorizationCode,
    mut tell: impl FnMut(LoginStep),
) -> Result<Connected, FlowError> {
    tell(LoginStep::Exchanging);
    let short = instagram
        .exchange(exchange.client, exchange.secret, code)
        .await?;
    tell(LoginStep::Extending);
    let long = instagram.extend(exchange.secret, &short.token).await?;
    drop(short.token);
    let grant = token_storage::grant(long, short.scopes, parts.now());
    let missing = exchange.scopes.missing_from(&grant.scopes);
    let (account, former) = receive(parts, instagram, welcome, grant, tell).await?;
    Ok(Connected {
        account,
        missing,
        former,
    })
}

/// Connects the account of a token that was made elsewhere, as by the dashboard's *Generate token*. It is long-lived
/// already, so it is never exchanged; its age and end are unknown until its first renewal.
pub(crate) async fn connect_with_token(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    welcome: &LoginOptions<'_>,
    token: LongToken,
    tell: impl FnMut(LoginStep),
) -> Result<Connected, FlowError> {
    let grant = Grant {
        token,
        issued_at: None,
        expires_at: None,
        scopes: Scopes::default(),
    };
    let (account, former) = receive(parts, instagram, welcome, grant, tell).await?;
    Ok(Connected {
        account,
        missing: Vec::new(),
        former,
    })
}

async fn receive(
    parts: &FlowContext<'_>,
    instagram: &Instagram,
    welcome: &LoginOptions<'_>,
    grant: Grant,
    mut tell: impl FnMut(LoginStep),
) -> Result<(Account, Option<StoreKind>), FlowError> {
    tell(LoginStep::Asking);
    let me = instagram.me(&grant.token, parts.now()).await?;
    parts.clock.correct(me.profile.fetched_at);
    new_login::check_expected(welcome, &me)?;
    tell(LoginStep::Storing);
    let former = new_login::store(parts, welcome, &me, grant).await?;
    Ok((parts.account(&me.id)?, former))
}
