//! Errors of Instagram and of the network, and what they mean for an account.

use super::kind::Kind;
use super::message::Failure;
use crate::account::{Operation, Reason, StoreKind, Trouble};
use crate::flows::FlowError;
use crate::http::{CertificateProblem, HttpError, ProxyProblem};
use crate::instagram::{ApiError, InstagramError, explanation::Meaning};

pub(super) const LOG_IN: &str = "Log in again: igconnect login";

impl From<InstagramError> for Failure {
    fn from(error: InstagramError) -> Self {
        match error {
            InstagramError::Unreachable(error) => error.into(),
            InstagramError::NotInstagram(what) => {
                Self::new(Kind::Trouble, "the answer did not come from Instagram")
                    .cause(format!(
                        "it is {what}; a captive portal or proxy may have sent it"
                    ))
                    .hint("Check the connection and try again; the token may still be valid")
            }
            InstagramError::ErrorPage {
                status,
                retry_after,
            } => Self::new(
                Kind::Trouble,
                format!("Instagram answered with an error page ({status})"),
            )
            .hint(
                hint_wait(retry_after).unwrap_or_else(|| "Try again in a few minutes".to_owned()),
            ),
            InstagramError::Missing(field) => Self::new(
                Kind::Trouble,
                format!("Instagram's answer has no valid {field}"),
            )
            .hint("Try again later. If it happens again, update igconnect"),
            InstagramError::Refused(error) => describe_refusal(&error),
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        let message = match error {
            HttpError::Connect => "Instagram cannot be reached",
            HttpError::Tls => "no TLS connection to the server is possible",
            HttpError::Certificate(_) => "the TLS certificate of the server is not trusted",
            HttpError::Proxy(_) => "the proxy opened no connection to Instagram",
            HttpError::Timeout => "Instagram did not answer in time",
            HttpError::Broken => "the connection to Instagram broke",
            HttpError::TooLarge => "the answer did not come from Instagram: it is too large",
            HttpError::Encoded => {
                "the answer did not come from Instagram: it is compressed, which igconnect did not ask for"
            }
            HttpError::Redirect => "the answer did not come from Instagram: it is a redirect",
            HttpError::Setup => "this system has no trusted certificates that igconnect can use",
        };
        let hint = match error {
            HttpError::Connect => "Check the network and the proxy, then try again",
            HttpError::Certificate(
                CertificateProblem::Expired | CertificateProblem::NotValidYet,
            ) => "Set the clock of this machine, then try again; nothing was sent",
            HttpError::Tls | HttpError::Certificate(_) => {
                "Look for a filter between this machine and Instagram; nothing was sent to it"
            }
            HttpError::Proxy(ProxyProblem::Login) => {
                "Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT; nothing was sent to Instagram"
            }
            HttpError::Proxy(_) => "Check HTTPS_PROXY and the proxy, then try again",
            HttpError::Timeout | HttpError::Broken | HttpError::TooLarge => "Try again later",
            HttpError::Encoded => "Check the proxy or filter of this network, then try again",
            // Captive portals redirect every request to their own page.
            HttpError::Redirect => "This network may want you to log in with a browser first",
            HttpError::Setup => {
                "Install the trusted certificates of this system, such as the package ca-certificates"
            }
        };
        Self {
            cause: error.cause(),
            ..Self::new(Kind::Trouble, message).hint(hint)
        }
    }
}

fn describe_refusal(error: &ApiError) -> Failure {
    let known = error.explanation();
    let kind = match known.map(|entry| entry.meaning) {
        // The token is still valid, but its owner must do something on instagram.com first.
        Some(Meaning::Token(Trouble::Checkpoint | Trouble::Unconfirmed)) => Kind::Trouble,
        Some(Meaning::Token(_) | Meaning::Permission | Meaning::AppDisabled) => Kind::Login,
        // An unknown refusal must not make a person log in again: the token may be valid.
        _ => Kind::Trouble,
    };
    let (message, fix) = known.map_or(
        (
            "Instagram refused the request (unknown error)",
            "Try again later, or search the web for the message",
        ),
        |entry| (entry.cause, entry.fix),
    );
    let hint = hint_wait(error.retry_after).unwrap_or_else(|| fix.to_owned());
    Failure::new(kind, message).cause(quote(error)).hint(hint)
}

fn hint_wait(seconds: Option<u64>) -> Option<String> {
    let minutes = seconds?.div_ceil(60);
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    Some(format!(
        "Wait {minutes} {unit} and try again; earlier requests make the wait longer"
    ))
}

/// Quotes Instagram's message, with the codes that Meta's support asks for.
fn quote(error: &ApiError) -> String {
    let trace = error.trace_id.as_ref();
    let trace = trace.map(|id| format!(", trace {id}")).unwrap_or_default();
    let (message, codes) = (error.message.shortened(200), error.codes());
    format!("Instagram said: {message} (code {codes}{trace})")
}

impl Failure {
    /// A failure during a login. A refusal ends the login and says nothing about connected accounts.
    pub(crate) fn of_login(error: FlowError) -> Self {
        let meaning = match &error {
            FlowError::Instagram(error) => error.meaning(),
            _ => None,
        };
        let mut failure = Self::from(error);
        // A rate limit or an outage passes: the same login may be tried again.
        if meaning.is_some_and(|it| !matches!(it, Meaning::RateLimited | Meaning::Down)) {
            failure.kind = Kind::Unfinished;
        }
        failure
    }

    /// A failure of a refresh. How Instagram refuses a token younger than 24 hours is not documented, so that is the
    /// likeliest meaning of an unknown refusal if the age is unknown.
    pub(crate) fn of_refresh(error: FlowError, age_is_known: bool) -> Self {
        let is_unknown = matches!(&error, FlowError::Instagram(error) if error.meaning() == Some(Meaning::Unknown));
        let failure = Self::from(error);
        if !is_unknown || age_is_known {
            return failure;
        }
        failure.hint("Try again tomorrow: Instagram does not refresh tokens younger than 24 hours")
    }

    /// An account that only a login, or the person on instagram.com, can fix.
    pub(crate) fn of_trouble(trouble: Trouble, store: &StoreKind) -> Self {
        let sentence = Reason::Trouble(trouble).sentence_about(store);
        match trouble {
            Trouble::Checkpoint | Trouble::Unconfirmed => Self::new(Kind::Trouble, sentence).hint(
                "Log in on instagram.com, follow the instructions there, then: igconnect status --verify",
            ),
            Trouble::AppDisabled => Self::new(Kind::Trouble, sentence)
                .hint("Follow the alerts in the App Dashboard, then: igconnect status --verify"),
            Trouble::PermissionMissing => Self::new(Kind::Trouble, sentence)
                .hint("Log in again and keep every permission switched on: igconnect login"),
            _ => Self::new(Kind::Login, sentence).hint(LOG_IN),
        }
    }

    /// The clock is behind recorded times, and no server could be asked for the time.
    pub fn of_clock() -> Self {
        Self::new(Kind::Trouble, Reason::ClockBehind.sentence())
            .hint("Set the clock of this machine, then try again")
    }

    /// A change of the account was interrupted, and its result is unknown.
    pub fn of_interrupted(operation: Operation) -> Self {
        let sentence = Reason::Interrupted(operation).sentence();
        Self::new(Kind::Trouble, sentence).hint("Find out with Instagram: igconnect refresh")
    }
}
