//! Connect: a code of the browser or a token of the App Dashboard becomes a connected account.

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::new_login::{LoginOptions, check_expected, store_login};
use super::new_token::grant;
use crate::account::{
    Account, AppSecret, AuthorizationCode, Grant, LongToken, Scopes, StoreKind, Untrusted,
};
use crate::instagram::{Instagram, Me, OAuthApp};

/// How far a login is, for the person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginStep {
    /// Exchanging the code for a short-lived token.
    Exchanging,
    /// Exchanging the short-lived token for a long-lived one.
    Extending,
    /// Asking Instagram who logged in.
    Asking,
    Storing,
}

/// What a code is exchanged with.
pub(crate) struct Exchange<'a> {
    /// The app and the redirect URI, exactly as in the address of the consent page.
    pub(crate) client: OAuthApp<'a>,
    pub(crate) secret: &'a AppSecret,
    /// The permissions that were asked for.
    pub(crate) scopes: &'a Scopes,
}

/// A finished login.
pub(crate) struct Connected {
    pub(crate) account: Account,
    /// Permissions that were asked for and not granted.
    pub(crate) missing: Vec<String>,
    /// The account's former store, if it could not be emptied.
    pub(crate) former: Option<StoreKind>,
}

/// Connects the account that the code is of, if `confirm` agrees to it.
pub(crate) async fn connect(
    context: &FlowContext<'_>,
    instagram: &Instagram,
    exchange: &Exchange<'_>,
    options: &LoginOptions<'_>,
    code: AuthorizationCode,
    mut report: impl FnMut(LoginStep),
    confirm: impl AsyncFnOnce(&Me) -> bool,
) -> Result<Connected, FlowError> {
    report(LoginStep::Exchanging);
    let short = instagram
        .exchange(exchange.client, exchange.secret, code)
        .await?;
    report(LoginStep::Extending);
    let long = instagram.extend(exchange.secret, &short.token).await?;
    drop(short.token);
    let grant = grant(long, short.scopes, context.now());
    let missing = exchange.scopes.missing_from(&grant.scopes);
    let connected = connect_with_grant(context, instagram, options, grant, report, confirm).await?;
    Ok(Connected {
        missing,
        ..connected
    })
}

/// Connects the account of a token that the App Dashboard generated. Such a token is long-lived already, so it is never
/// exchanged. Its age and expiry are unknown until its first refresh.
pub(crate) async fn connect_with_token(
    context: &FlowContext<'_>,
    instagram: &Instagram,
    options: &LoginOptions<'_>,
    token: LongToken,
    report: impl FnMut(LoginStep),
) -> Result<Connected, FlowError> {
    let grant = Grant {
        token,
        issued_at: None,
        expires_at: None,
        scopes: Scopes::default(),
    };
    connect_with_grant(context, instagram, options, grant, report, async |_| true).await
}

async fn connect_with_grant(
    context: &FlowContext<'_>,
    instagram: &Instagram,
    options: &LoginOptions<'_>,
    grant: Grant,
    mut report: impl FnMut(LoginStep),
    confirm: impl AsyncFnOnce(&Me) -> bool,
) -> Result<Connected, FlowError> {
    report(LoginStep::Asking);
    let me = instagram.me(&grant.token, context.now()).await?;
    context.clock.correct(me.profile.fetched_at);
    check_expected(options, &me)?;
    if !confirm(&me).await {
        return Err(FlowError::Unconfirmed {
            found: Untrusted::new(me.username.as_str()),
            found_id: me.id,
        });
    }
    report(LoginStep::Storing);
    let (account, former) = store_login(context, options, &me, grant).await?;
    Ok(Connected {
        account,
        missing: Vec::new(),
        former,
    })
}
