//! A denial may be a mistake: a person at the terminal can try again in the browser, with a fresh state and address.

use jiff::Timestamp;

use super::command::Args;
use super::instructions::Waiting;
use super::redirect::{LoginPlan, OpenLogin};
use super::wait;
use crate::account::AuthorizationResponse;
use crate::callback::ActiveListener;
use crate::failure::Failure;
use crate::instagram::Instagram;
use crate::output::words;
use crate::session::Session;

type Answer = Result<AuthorizationResponse, Failure>;

/// Waits for the answer of a login. Returns it with the login that it belongs to.
pub(super) async fn wait_for_answer(
    args: &Args,
    session: &Session,
    plan: &LoginPlan,
    instagram: &Instagram,
    mut login: OpenLogin,
    waiting: &mut Waiting,
) -> Result<(OpenLogin, Answer), Failure> {
    let mut answer = wait::for_answer(args, session, &mut login, waiting).await;
    loop {
        let denial = match answer {
            Ok(AuthorizationResponse::Denied(denial))
                if denial.is_by_person() && can_try_again(session, &login, waiting) =>
            {
                denial
            }
            answer => return Ok((login, answer)),
        };
        let until = words::time_of_day(deadline(args, session));
        let reopened = plan.reopen(args, instagram, login, until).await?;
        login = reopened.ok_or_else(|| wait::denied(&denial))?;
        // It leads to the former address.
        waiting.start_page = None;
        let stop = "Access was denied. Try again in the browser, or stop with Ctrl-C.";
        session.console.say(stop);
        let next = wait::for_answer(args, session, &mut login, waiting).await;
        answer = next.map_err(|_| wait::denied(&denial));
    }
}

/// Whether a browser shows the denial, it is surely the person's own, and they can stop the wait.
fn can_try_again(session: &Session, login: &OpenLogin, waiting: &Waiting) -> bool {
    let is_shown =
        |listener: &ActiveListener| listener.is_browser_waiting() && listener.alarm().is_none();
    session.console.can_ask() && !waiting.is_simulated && login.listener().is_some_and(is_shown)
}

fn deadline(args: &Args, session: &Session) -> Timestamp {
    let now = session.settings.clock.now();
    now.checked_add(args.timeout).unwrap_or(now)
}
