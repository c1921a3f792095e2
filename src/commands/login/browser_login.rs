//! A login through a browser, from the open listener to the stored account.

use super::command::Args;
use super::redirect::RedirectTarget;
use super::wait;
use crate::account::{AuthorizationCode, Scopes};
use crate::callback::LoginOutcome;
use crate::failure::{Failure, Kind};
use crate::flows::{self, Connected, Exchange, LoginOptions, LoginStep};
use crate::instagram::{Instagram, OAuthApp};
use crate::session::{Session, app_setup};
use crate::settings::App;
use crate::store::Store;

/// Everything that can be checked before a login begins.
pub(super) struct LoginPlan {
    scopes: Scopes,
    app: App,
    target: RedirectTarget,
}

impl LoginPlan {
    pub(super) fn new(args: &Args, session: &Session) -> Result<Self, Failure> {
        let scopes = args.requested_scopes()?;
        let app = find_app(args, session)?;
        let target = RedirectTarget::new(args, &app, session)?;
        Ok(Self {
            scopes,
            app,
            target,
        })
    }
}

/// Connects an account, and shows the outcome in the browser.
pub(super) fn connect(
    args: &Args,
    session: &Session,
    store: &Store,
    plan: &LoginPlan,
) -> Result<Connected, Failure> {
    let LoginPlan {
        scopes,
        app,
        target,
    } = plan;
    let secret = session.apps.secret(app, store)?;
    session.runtime.run(async {
        let instagram = session.instagram.client()?;
        let login = target
            .open(app, &instagram, scopes, args.force_reauth)
            .await?;
        let (code, login) = wait::for_code(args, session, login).await?;
        let exchange = Exchange {
            client: OAuthApp {
                id: app.id.as_str(),
                redirect_uri: login.redirect_uri.as_str(),
            },
            secret: &secret,
            scopes,
        };
        let options = LoginOptions {
            app: &app.name,
            alias: args.alias.as_ref(),
            expect: args.expect.as_ref(),
            store,
        };
        let connected = exchange_and_store(session, &instagram, &exchange, &options, code).await;
        let outcome = match connected {
            Ok(_) => LoginOutcome::Connected,
            Err(_) => LoginOutcome::Failed,
        };
        login.finish(outcome).await;
        connected
    })
}

/// Exchanges a code for a token, and stores the account.
pub(super) async fn exchange_and_store(
    session: &Session,
    instagram: &Instagram,
    exchange: &Exchange<'_>,
    options: &LoginOptions<'_>,
    code: AuthorizationCode,
) -> Result<Connected, Failure> {
    let context = session.flow_context()?;
    let report = |step| session.console.detail(describe(step));
    flows::connect(&context, instagram, exchange, options, code, report)
        .await
        .map_err(Failure::of_login)
}

/// Finds the app of this login. Without one, a person at a terminal can set it up first.
pub(super) fn find_app(args: &Args, session: &Session) -> Result<App, Failure> {
    if let Some(app) = session.apps.find(args.app.as_deref())? {
        return Ok(app);
    }
    if !session.console.can_ask() {
        return Err(Failure::no_app(args.app.as_deref()));
    }
    session
        .console
        .say("No Meta app is set up yet, so let's do that first.");
    let request = app_setup::AppRequest {
        name: args.app.as_deref(),
        ..Default::default()
    };
    let app = app_setup::set_up(session, request)?;
    session.console.say(app_setup::next_steps(&app));
    let is_registered = dialoguer::Confirm::new()
        .with_prompt("Is the redirect URI registered? Then continue with the login")
        .default(true)
        .interact();
    match is_registered {
        Ok(true) => Ok(app),
        _ => Err(Failure::new(
            Kind::Unfinished,
            "the app was added, but the login was not started",
        )
        .hint("Register the redirect URI, then: igconnect login")),
    }
}

pub(super) fn describe(step: LoginStep) -> &'static str {
    match step {
        LoginStep::Exchanging => "Exchanging the code for a token of one hour …",
        LoginStep::Extending => "Exchanging that for a token of 60 days …",
        LoginStep::Asking => "Requesting the profile …",
        LoginStep::Storing => "Storing the token …",
    }
}
