//! A login through a browser: the app, the place where the answer arrives, and the way of the code to a stored account.

use super::redirect::RedirectTarget;
use super::{Args, wait};
use crate::account::{AuthorizationCode, Scopes};
use crate::callback::LoginOutcome;
use crate::failure::{Failure, Kind};
use crate::flows::{self, Connected, Exchange, LoginOptions, LoginStep};
use crate::instagram::{Instagram, OAuthApp};
use crate::session::{Session, app_setup};
use crate::settings::App;
use crate::store::Store;

/// What a login through the browser is to be. What is wrong with it is said before anything is tried.
pub(super) struct LoginPlan {
    scopes: Scopes,
    app: App,
    redirect: RedirectTarget,
}

impl LoginPlan {
    pub(super) fn of(args: &Args, session: &Session) -> Result<Self, Failure> {
        let scopes = args.wanted_scopes()?;
        let app = app(args, session)?;
        let redirect = RedirectTarget::of(args, &app, session)?;
        Ok(Self {
            scopes,
            app,
            redirect,
        })
    }
}

/// Goes through it: from the open listener to the account, and says the end to the browser.
pub(super) fn connect(
    args: &Args,
    session: &Session,
    store: &Store,
    plan: &LoginPlan,
) -> Result<Connected, Failure> {
    let LoginPlan {
        scopes,
        app,
        redirect,
    } = plan;
    let secret = session.apps.secret(app, store)?;
    session.runtime.run(async {
        let instagram = session.instagram.client()?;
        let login = redirect
            .open(app, &instagram, scopes, args.force_reauth)
            .await?;
        let (code, login) = wait::for_code(args, session, login).await?;
        let redirect_uri = login.redirect_uri.as_str();
        let exchange = Exchange {
            client: OAuthApp {
                id: app.id.as_str(),
                redirect_uri,
            },
            secret: &secret,
            scopes,
        };
        let (alias, expect) = (args.alias.as_ref(), args.expect.as_ref());
        let welcome = LoginOptions {
            app: &app.name,
            alias,
            expect,
            store,
        };
        let connected = finish_login(session, &instagram, &exchange, &welcome, code).await;
        let outcome = if connected.is_ok() {
            LoginOutcome::Connected
        } else {
            LoginOutcome::Failed
        };
        login.finish(outcome).await;
        connected
    })
}

/// Carries a code through to a stored account.
pub(super) async fn finish_login(
    session: &Session,
    instagram: &Instagram,
    exchange: &Exchange<'_>,
    welcome: &LoginOptions<'_>,
    code: AuthorizationCode,
) -> Result<Connected, Failure> {
    let context = session.flow_context()?;
    let tell = |step| session.console.detail(sentence(step));
    let connected = flows::connect(&context, instagram, exchange, welcome, code, tell).await;
    connected.map_err(Failure::of_login)
}

pub(super) fn app(args: &Args, session: &Session) -> Result<App, Failure> {
    if let Some(app) = session.apps.find(args.app.as_deref())? {
        return Ok(app);
    }
    if !session.console.can_ask() {
        return Err(Failure::no_app(args.app.as_deref()));
    }
    session
        .console
        .say("No Meta app is set up yet; that comes first.");
    let app = app_setup::set_up(
        session,
        app_setup::AppRequest {
            name: args.app.as_deref(),
            ..Default::default()
        },
    )?;
    session.console.say(app_setup::next_steps(&app));
    let prompt = "Registered there? Then the login can begin";
    match dialoguer::Confirm::new()
        .with_prompt(prompt)
        .default(true)
        .interact()
    {
        Ok(true) => Ok(app),
        _ => Err(Failure::new(
            Kind::Unfinished,
            "the app is added, the login was not begun",
        )
        .hint("Register the redirect URI, then: igconnect login")),
    }
}

pub(super) fn sentence(step: LoginStep) -> &'static str {
    match step {
        LoginStep::Exchanging => "Exchanging the code for a token of one hour …",
        LoginStep::Extending => "Exchanging that for a token of 60 days …",
        LoginStep::Asking => "Asking Instagram who it belongs to …",
        LoginStep::Storing => "Storing it …",
    }
}
