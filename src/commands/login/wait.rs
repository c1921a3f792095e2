//! Waiting for the answer: listener, paste and, in the sandbox without a browser, a person that it plays.
//!
//! Invariant: whatever else comes, the wait goes on until the one answer, the deadline or a signal.

use std::time::Duration;

use super::Args;
use super::instructions::{self, Instructions};
use super::paste::PastedLines;
use super::redirect::OpenLogin;
use crate::account::{AuthorizationCode, AuthorizationResponse, Denial, IgnoreReason};
use crate::callback::LoginOutcome;
use crate::failure::{Failure, Kind};
use crate::output::words;
use crate::sandbox;
use crate::session::Session;

/// So many wrong requests are no accident, and the person should know.
const WORTH_A_WARNING: u32 = 20;

/// Sends the person to Instagram and waits. A denial or the deadline closes the visit.
pub(super) async fn for_code(
    args: &Args,
    session: &Session,
    mut login: OpenLogin,
) -> Result<(AuthorizationCode, OpenLogin), Failure> {
    let Instructions { played, pasted } = instructions::send(args, session, &login);
    let timeout = Duration::try_from(args.timeout).unwrap_or_default();
    let answer = tokio::time::timeout(timeout, answer(session, &mut login, pasted, played)).await;
    if login.ignored() >= WORTH_A_WARNING {
        session.console.warn(format!(
            "{} requests of strangers to the listener were ignored",
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

async fn answer(
    session: &Session,
    login: &mut OpenLogin,
    mut pasted: PastedLines,
    played: bool,
) -> Result<AuthorizationResponse, Failure> {
    let (address, pem) = (login.authorize_url.clone(), login.certificate_pem.clone());
    // A task of its own: the person still looks at the last page when the answer is here.
    let mut person = tokio::spawn(async move {
        match played {
            true => sandbox::simulate_user(&address, pem.as_deref()).await,
            false => std::future::pending().await,
        }
    });
    let mut visited = false;
    loop {
        tokio::select! {
            // In this order: once the answer is here, nothing that the person sees or pastes afterwards ends the login.
            biased;
            answer = login.answer() => return Ok(answer),
            Some(line) = pasted.next() => match login.paste(&line) {
                Ok(response) => return Ok(response),
                Err(why) => session.console.warn(not_it(why)),
            },
            result = &mut person, if !visited => {
                visited = true;
                match result {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return Err(refused_on_the_page(&error)),
                    // Nobody else knows the address, so nothing would ever come.
                    Err(_) => return Err(person_lost()),
                }
            }
        }
    }
}

/// Why a paste was not the answer, and what to paste instead.
pub(super) fn not_it(why: IgnoreReason) -> &'static str {
    match why {
        IgnoreReason::State => "that is the answer to another login: paste the address of this one",
        IgnoreReason::Parameters => {
            "that address has no code, or two: paste it whole, as the browser shows it"
        }
        IgnoreReason::Code => "the code in that address is not whole: copy the address again",
        IgnoreReason::Issuer => "that answer is not Instagram's",
        _ => "that is not where the browser ended: paste the whole address from its address bar",
    }
}

fn person_lost() -> Failure {
    Failure::new(
        Kind::Failed,
        "the person that the sandbox plays did not come to an end",
    )
    .cause("nothing was stored")
    .hint("Start again: igconnect --sandbox login")
}

fn refused_on_the_page(error: &sandbox::SimulatedUserError) -> Failure {
    let sentence = error.to_string();
    let known = crate::instagram::explanation::find(400, None, &sentence);
    let failure = Failure::new(
        Kind::Unfinished,
        "Instagram showed an error page instead of the consent page",
    );
    match known {
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
        return Failure::new(Kind::Unfinished, "the consent was denied in the browser")
            .cause("nothing was stored")
            .hint("If that was a mistake, start again: igconnect login");
    }
    let said = denial.description.as_ref().unwrap_or(&denial.error);
    let failure = Failure::new(Kind::Unfinished, "Instagram ended the login");
    let known = crate::instagram::explanation::find(400, None, said.raw());
    match known {
        Some(entry) => failure
            .cause(format!("{}: {}", said.shortened(200), entry.cause))
            .hint(entry.fix),
        None => failure
            .cause(format!("Instagram said: {}", said.shortened(200)))
            .hint("Start again: igconnect login"),
    }
}

fn timed_out(args: &Args) -> Failure {
    Failure::new(
        Kind::Unfinished,
        format!("no answer came within {}", words::duration(args.timeout)),
    )
    .cause("the browser may have ended on an error page of Instagram's, which never calls back")
    .hint(
        "Start again with more --timeout, and if such a page shows, look its text up in the README",
    )
}
