//! Waits for the answer: from the listener, from a paste, or from the simulated user of the sandbox.
//!
//! Invariant: whatever else comes, the wait goes on until the answer, the deadline or a signal.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

use super::command::Args;
use super::instructions::{self, Waiting};
use super::redirect::OpenLogin;
use crate::account::{AuthorizationResponse, Denial, IgnoreReason};
use crate::callback::ActiveListener;
use crate::failure::{Failure, Kind};
use crate::instagram::explanation;
use crate::output::words;
use crate::sandbox;
use crate::session::Session;

/// Browsers in a sandbox of their own, such as a snap, may not read the start page.
const VISIT_DEADLINE: Duration = Duration::from_secs(10);

/// So many wrong requests are not an accident.
const IGNORED_WARNING: u32 = 20;

pub(super) async fn for_answer(
    args: &Args,
    session: &Session,
    login: &mut OpenLogin,
    waiting: &mut Waiting,
) -> Result<AuthorizationResponse, Failure> {
    let timeout = Duration::try_from(args.timeout).unwrap_or_default();
    let answer = first_answer(session, login, waiting);
    let answer = tokio::time::timeout(timeout, answer).await;
    let ignored = login.listener().map_or(0, ActiveListener::ignored);
    if ignored >= IGNORED_WARNING {
        session.console.warn(format!(
            "ignored {ignored} requests to the listener that do not belong to this login"
        ));
    }
    answer.unwrap_or_else(|_| Err(timed_out(args, login, waiting)))
}

async fn first_answer(
    session: &Session,
    login: &mut OpenLogin,
    waiting: &mut Waiting,
) -> Result<AuthorizationResponse, Failure> {
    let address = login.authorize_url.clone();
    let is_simulated = waiting.is_simulated;
    let pem = login
        .certificate
        .as_ref()
        .map(|own| own.authority.pem.clone());
    // In its own task, because the simulated user still loads the last page when the answer is here.
    let mut simulated = tokio::spawn(async move {
        match is_simulated {
            true => sandbox::simulate_user(&address, pem.as_deref()).await,
            false => pending().await,
        }
    });
    let mut is_done = false;
    let mut visit_deadline = pin!(sleep(VISIT_DEADLINE));
    let mut is_address_hidden = waiting.start_page.is_some();
    loop {
        tokio::select! {
            // In this order, so that nothing that comes after the answer can end the login.
            biased;
            answer = login.answer() => return Ok(answer),
            Some(line) = waiting.pasted.next() => match login.paste(&line) {
                Ok(answer) => return Ok(answer),
                Err(reason) => session.console.warn(explain_ignored(reason)),
            },
            () = &mut visit_deadline, if is_address_hidden => {
                is_address_hidden = false;
                instructions::show_unvisited(session, login);
            }
            result = &mut simulated, if !is_done => match result {
                Ok(Ok(())) => is_done = true,
                Ok(Err(error)) => return Err(refused_on_page(&error)),
                // The address is known to no one else, so no answer would ever come.
                Err(_) => {
                    let message = "the simulated user of the sandbox failed";
                    return Err(Failure::new(Kind::Failed, message)
                        .cause("nothing was stored")
                        .hint("Start again: igconnect --sandbox login"));
                }
            },
        }
    }
}

/// Why a pasted text is not the answer, and what to paste instead.
pub(super) fn explain_ignored(reason: IgnoreReason) -> &'static str {
    match reason {
        IgnoreReason::State => {
            "this address belongs to another login, so paste the address of this one"
        }
        IgnoreReason::Parameters => {
            "this address contains no code, or two; paste the whole address from the browser"
        }
        IgnoreReason::Code => "the code in this address is incomplete, so copy the address again",
        IgnoreReason::Issuer => "this answer does not come from Instagram",
        _ => "the browser did not end there; paste the whole address from its address bar",
    }
}

fn refused_on_page(error: &sandbox::SimulatedUserError) -> Failure {
    let sentence = error.to_string();
    let (cause, hint) = match explanation::find(400, None, &sentence) {
        Some(entry) => (format!("{sentence}: {}", entry.cause), entry.fix),
        None => (sentence, "Try another scenario: igconnect sandbox --list"),
    };
    let message = "Instagram showed an error page instead of the consent page";
    Failure::new(Kind::Unfinished, message)
        .cause(cause)
        .hint(hint)
}

pub(super) fn denied(denial: &Denial) -> Failure {
    if denial.is_by_person() {
        return Failure::new(Kind::Unfinished, "access was denied in the browser")
            .cause("nothing was stored")
            .hint("If that was a mistake, start again: igconnect login");
    }
    let message = denial.description.as_ref().unwrap_or(&denial.error);
    let shown = message.shortened(200);
    let (cause, hint) = match explanation::find(400, None, message.raw()) {
        Some(entry) => (format!("{shown}: {}", entry.cause), entry.fix),
        None => (
            format!("Instagram's message: {shown}"),
            "Start again: igconnect login",
        ),
    };
    Failure::new(Kind::Unfinished, "Instagram ended the login")
        .cause(cause)
        .hint(hint)
}

/// Names what to check, by how far the browser is known to have come.
fn timed_out(args: &Args, login: &OpenLogin, waiting: &Waiting) -> Failure {
    let limit = words::duration(args.timeout);
    let failure = Failure::new(Kind::Unfinished, format!("no answer came within {limit}"));
    let was_visited = login.listener().is_none_or(ActiveListener::is_visited);
    if waiting.start_page.is_some() && !was_visited {
        return failure
            .cause(
                "no browser visited the login, or it stopped at the warning about the certificate",
            )
            .hint("Open the address yourself: igconnect login --no-browser");
    }
    let uri = login.redirect_uri.as_str();
    failure
        .cause(format!(
            "if the browser shows an error, {uri} is often not registered in the Meta app, or the account has not \
             accepted its tester invitation"
        ))
        .hint("Compare the app with the guide: igconnect help setup")
}
