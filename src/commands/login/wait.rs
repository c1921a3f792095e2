//! Waits for the answer: from the listener, from a paste, or from the simulated user of the sandbox.
//!
//! Invariant: whatever else comes, the wait goes on until the answer, the deadline or a signal.

use std::future::pending;
use std::time::Duration;

use super::command::Args;
use super::instructions::{self, User};
use super::redirect::OpenLogin;
use crate::account::{AuthorizationCode, AuthorizationResponse, Denial, IgnoreReason};
use crate::callback::LoginOutcome;
use crate::failure::{Failure, Kind};
use crate::instagram::explanation;
use crate::output::words;
use crate::sandbox;
use crate::session::Session;

/// So many wrong requests are not an accident.
const IGNORED_WARNING: u32 = 20;

/// Sends the person to Instagram and waits. Closes the login, unless a code comes.
pub(super) async fn for_code(
    args: &Args,
    session: &Session,
    mut login: OpenLogin,
) -> Result<(AuthorizationCode, OpenLogin), Failure> {
    let user = instructions::give(args, session, &login);
    let timeout = Duration::try_from(args.timeout).unwrap_or_default();
    let answer = tokio::time::timeout(timeout, for_answer(session, &mut login, user)).await;
    if login.ignored() >= IGNORED_WARNING {
        session.console.warn(format!(
            "ignored {} requests to the listener that do not belong to this login",
            login.ignored()
        ));
    }
    let (failure, outcome) = match answer {
        Ok(Ok(AuthorizationResponse::Code(code))) => return Ok((code, login)),
        Ok(Ok(AuthorizationResponse::Denied(denial))) => (denied(&denial), LoginOutcome::Denied),
        Ok(Err(failure)) => (failure, LoginOutcome::Failed),
        Err(_) => (timed_out(args), LoginOutcome::Failed),
    };
    login.finish(outcome).await;
    Err(failure)
}

async fn for_answer(
    session: &Session,
    login: &mut OpenLogin,
    mut user: User,
) -> Result<AuthorizationResponse, Failure> {
    let address = login.authorize_url.clone();
    let pem = login.certificate.as_ref().map(|own| own.pem.clone());
    // In its own task, because the simulated user still loads the last page when the answer is here.
    let mut simulated = tokio::spawn(async move {
        match user.is_simulated {
            true => sandbox::simulate_user(&address, pem.as_deref()).await,
            false => pending().await,
        }
    });
    let mut is_done = false;
    loop {
        tokio::select! {
            // In this order, so that nothing that comes after the answer can end the login.
            biased;
            answer = login.answer() => return Ok(answer),
            Some(line) = user.pasted.next() => match login.paste(&line) {
                Ok(answer) => return Ok(answer),
                Err(reason) => session.console.warn(explain_ignored(reason)),
            },
            result = &mut simulated, if !is_done => {
                is_done = true;
                match result {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return Err(refused_on_page(&error)),
                    // The address is known to no one else, so no answer would ever come.
                    Err(_) => return Err(simulation_failed()),
                }
            }
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

fn simulation_failed() -> Failure {
    Failure::new(Kind::Failed, "the simulated user of the sandbox failed")
        .cause("nothing was stored")
        .hint("Start again: igconnect --sandbox login")
}

fn refused_on_page(error: &sandbox::SimulatedUserError) -> Failure {
    let sentence = error.to_string();
    let failure = Failure::new(
        Kind::Unfinished,
        "Instagram showed an error page instead of the consent page",
    );
    match explanation::find(400, None, &sentence) {
        Some(entry) => failure
            .cause(format!("{sentence}: {}", entry.cause))
            .hint(entry.fix),
        None => failure
            .cause(sentence)
            .hint("Try another scenario: igconnect sandbox --list"),
    }
}

pub(super) fn denied(denial: &Denial) -> Failure {
    if denial.is_by_person() {
        return Failure::new(Kind::Unfinished, "access was denied in the browser")
            .cause("nothing was stored")
            .hint("If that was a mistake, start again: igconnect login");
    }
    let message = denial.description.as_ref().unwrap_or(&denial.error);
    let failure = Failure::new(Kind::Unfinished, "Instagram ended the login");
    match explanation::find(400, None, message.raw()) {
        Some(entry) => failure
            .cause(format!("{}: {}", message.shortened(200), entry.cause))
            .hint(entry.fix),
        None => failure
            .cause(format!("Instagram's message: {}", message.shortened(200)))
            .hint("Start again: igconnect login"),
    }
}

fn timed_out(args: &Args) -> Failure {
    Failure::new(
        Kind::Unfinished,
        format!("no answer came within {}", words::duration(args.timeout)),
    )
    .cause("the browser may have ended on an error page of Instagram, which never returns here")
    .hint("Look up the text of that page with igconnect explain, or start again with a longer --timeout")
}
