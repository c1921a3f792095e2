//! A login through a browser, from the open listener to the stored account.

use indicatif::ProgressBar;

use super::command::Args;
use super::paste::PastedLines;
use super::redirect::{LoginPlan, oauth_app};
use super::{another_try, confirmation, instructions, outcome, wait};
use crate::account::{AuthorizationCode, AuthorizationResponse};
use crate::callback::ActiveListener;
use crate::failure::Failure;
use crate::flows::{self, Connected, Exchange, LoginOptions, LoginStep};
use crate::instagram::{Instagram, Me};
use crate::session::{Session, app_setup};
use crate::settings::App;
use crate::store::Store;

/// Connects an account, and shows the outcome in the browser. Also returns what reads stdin.
pub(super) fn connect(
    args: &Args,
    session: &Session,
    store: &Store,
    plan: &LoginPlan,
) -> Result<(Connected, Option<PastedLines>), Failure> {
    // First, because a code that could not be exchanged must not be requested.
    let secret = session.apps.secret(&plan.app, store)?;
    session.caches().check_writable()?;
    let options = LoginOptions {
        app: &plan.app.name,
        alias: args.alias.as_ref(),
        expect: args.expect.as_ref(),
        store,
    };
    session.runtime.run(async {
        let instagram = session.instagram.client()?;
        let login = plan.open(args, session, &instagram).await?;
        let mut is_denied = false;
        let mut waiting = instructions::give(args, session, &login)?;
        let answered =
            another_try::wait_for_answer(args, session, plan, &instagram, login, &mut waiting);
        let (login, answer) = answered.await?;
        let connected = match answer {
            Ok(AuthorizationResponse::Code(code)) => {
                let exchange = Exchange {
                    client: oauth_app(&plan.app, &login.redirect_uri),
                    secret: &secret,
                    scopes: &plan.scopes,
                };
                // Asked when the account is known, because the alarm may come that late.
                let alarm = || login.listener().and_then(ActiveListener::alarm);
                let spinner = session.console.spinner();
                let confirm = async |me: &Me| match alarm() {
                    Some(alarm) => {
                        // It would be drawn over the question.
                        spinner.finish_and_clear();
                        confirmation::confirm(session, alarm, &mut waiting.pasted, me).await
                    }
                    None => true,
                };
                exchange_and_store(
                    session, &instagram, &exchange, &options, code, &spinner, confirm,
                )
                .await
            }
            Ok(AuthorizationResponse::Denied(denial)) => {
                is_denied = denial.is_by_person();
                Err(wait::denied(&denial))
            }
            Err(failure) => Err(failure),
        };
        // The page may say "connected" only once the token is stored.
        login
            .finish(match &connected {
                Ok(connected) => outcome::connected(session, &connected.account),
                Err(_) if is_denied => outcome::denied(),
                Err(failure) => outcome::failed(failure),
            })
            .await;
        connected.map(|connected| (connected, Some(waiting.pasted)))
    })
}

/// Exchanges a code for a token, and stores the account.
pub(super) async fn exchange_and_store(
    session: &Session,
    instagram: &Instagram,
    exchange: &Exchange<'_>,
    options: &LoginOptions<'_>,
    code: AuthorizationCode,
    spinner: &ProgressBar,
    confirm: impl AsyncFnOnce(&Me) -> bool,
) -> Result<Connected, Failure> {
    let context = session.flow_context()?;
    let report = step_reporter(session, spinner);
    flows::connect(
        &context, instagram, exchange, options, code, report, confirm,
    )
    .await
    .map_err(Failure::of_login)
}

/// Finds the app of this login. If none is set up, a person at a terminal can do that first. Returns `None` if the person
/// wants to log in later.
pub(super) fn find_app(args: &Args, session: &Session) -> Result<Option<App>, Failure> {
    let name = args.app.as_deref();
    if let Some(app) = session.apps.find(name)? {
        return Ok(Some(app));
    }
    // A name that is not known is a typo, and not a wish for a second app.
    if name.is_some() || !session.console.can_ask() {
        return Err(session.apps.not_found(name));
    }
    let console = &session.console;
    console.say("No Meta app is set up yet, so let's do that first.");
    let Some(app) = app_setup::set_up(session, "default", None, None, false)? else {
        return Ok(None);
    };
    let is_registered = dialoguer::Confirm::new()
        .with_prompt("Is the redirect URI registered? Then continue with the login")
        .default(true)
        .interact();
    if matches!(is_registered, Ok(true)) {
        return Ok(Some(app));
    }
    console.say("Register the redirect URI, then: igconnect login");
    Ok(None)
}

/// Shows a person how far a login is, until `spinner` is finished.
pub(super) fn step_reporter(session: &Session, spinner: &ProgressBar) -> impl FnMut(LoginStep) {
    |step| {
        let words = match step {
            LoginStep::Exchanging => "Exchanging the code for a token of one hour …",
            LoginStep::Extending => "Exchanging that for a token of 60 days …",
            LoginStep::Asking => "Requesting the profile …",
            LoginStep::Storing => "Storing the token …",
        };
        session.console.detail(words);
        if !spinner.is_finished() {
            spinner.set_message(words);
        }
    }
}
