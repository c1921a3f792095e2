//! What Instagram says when it says no, and what is no answer of Instagram's at all.

use std::time::Duration;

use url::ParseError;

use super::explanation::{self, Explanation, Meaning};
use crate::account::{Trouble, Untrusted};
use crate::http::HttpError;

/// The limits of an app, or of a page or an interface as a whole. 17 and 80002 are of one account (Graph API, "Rate
/// Limits").
const APP_LIMITS: [i64; 4] = [4, 32, 341, 613];

/// Whom an error concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorScope {
    /// This account alone.
    Account,
    /// Nobody can tell by one account whether the next will fare better.
    Unclear,
    /// Every account of the same app.
    App,
    /// Every account: there is no way to Instagram.
    Everybody,
}

/// Why a request to Instagram brought nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum InstagramError {
    /// There is no reply.
    #[error(transparent)]
    Unreachable(#[from] HttpError),
    /// There is a reply, and it is not one of Instagram's: a portal's page, half a JSON.
    #[error("{0}")]
    NotInstagram(&'static str),
    /// A reply without something that it must have.
    #[error("an answer without `{0}`")]
    Missing(&'static str),
    /// Instagram's no.
    #[error("Instagram refused")]
    Refused(Box<ApiError>),
}

impl From<ParseError> for InstagramError {
    fn from(_: ParseError) -> Self {
        Self::NotInstagram("an address that cannot be built")
    }
}

impl InstagramError {
    /// What the error means, where it is a refusal.
    pub(crate) fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Refused(error) => {
                Some(error.explanation().map_or(Meaning::Unknown, |e| e.meaning))
            }
            _ => None,
        }
    }

    /// What the error says of the token itself, if anything.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Refused(error) => error.trouble(),
            _ => None,
        }
    }

    /// A short word for the history: `190/460`, `network`.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Unreachable(_) => "network".to_owned(),
            Self::NotInstagram(_) | Self::Missing(_) => "not Instagram's answer".to_owned(),
            Self::Refused(error) => error.codes(),
        }
    }

    /// Whom it concerns beside the account that was asked about.
    pub(crate) fn reach(&self) -> ErrorScope {
        match self {
            Self::Unreachable(error) if error.nothing_was_sent() => ErrorScope::Everybody,
            Self::Refused(error) if APP_LIMITS.contains(&error.code) => ErrorScope::App,
            Self::Refused(error) if error.status < 500 && error.status != 429 => {
                match self.meaning() {
                    Some(Meaning::Down | Meaning::RateLimited) => ErrorScope::Unclear,
                    _ => ErrorScope::Account,
                }
            }
            _ => ErrorScope::Unclear,
        }
    }

    /// How long Instagram wants to be left alone, where it said.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(error) => error.retry_after.map(Duration::from_secs),
            _ => None,
        }
    }

    /// Whether it is a limit of calls.
    pub(super) fn is_limit(&self) -> bool {
        self.meaning() == Some(Meaning::RateLimited)
    }

    /// Whether the same request may well succeed in a moment.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(error) => {
                matches!(error, HttpError::Connect | HttpError::Broken)
            }
            Self::Refused(error) => error.status >= 500 || self.meaning() == Some(Meaning::Down),
            Self::NotInstagram(_) | Self::Missing(_) => false,
        }
    }
}

/// An error as Instagram worded it, in either of its two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The error code; 400 in the flat form of the code exchange.
    pub(crate) code: i64,
    /// The subcode, which narrows the code. Instagram sends 0 where it means none.
    pub(crate) subcode: Option<i64>,
    /// The message, without anything that looks like a secret, at most 200 characters when shown.
    pub(crate) message: Untrusted,
    /// What Meta's support asks for.
    pub(crate) trace_id: Option<Untrusted>,
    /// When calls are let through again, in seconds, where Instagram said.
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    /// `190/460`, or `190` where no subcode narrows it.
    pub(crate) fn codes(&self) -> String {
        match self.subcode {
            Some(subcode) if subcode != 0 => format!("{}/{subcode}", self.code),
            _ => self.code.to_string(),
        }
    }

    /// What it says of the token itself. Only 190 and 102 speak of that, whatever words another code may use.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        match self.explanation().map(|entry| entry.meaning) {
            Some(Meaning::Token(trouble)) if matches!(self.code, 190 | 102) => Some(trouble),
            _ => None,
        }
    }

    /// What is known about it.
    pub(crate) fn explanation(&self) -> Option<&'static Explanation> {
        explanation::find(self.code, self.subcode, self.message.raw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: i64) -> InstagramError {
        InstagramError::Refused(Box::new(ApiError {
            status,
            code,
            subcode: None,
            message: Untrusted::new(String::new()),
            trace_id: None,
            retry_after: None,
        }))
    }

    #[test]
    fn an_error_concerns_those_whom_it_must() {
        use crate::http::HttpError::{Broken, Connect, Timeout, Tls};
        for (error, reach) in [
            (refused(400, 4), ErrorScope::App),
            (refused(403, 613), ErrorScope::App),
            (refused(400, 17), ErrorScope::Unclear),
            (refused(400, 80002), ErrorScope::Unclear),
            (refused(503, 2), ErrorScope::Unclear),
            (refused(429, 987_654), ErrorScope::Unclear),
            (refused(400, 190), ErrorScope::Account),
            (refused(400, 10), ErrorScope::Account),
            (Connect.into(), ErrorScope::Everybody),
            (Tls.into(), ErrorScope::Everybody),
            (Timeout.into(), ErrorScope::Unclear),
            (Broken.into(), ErrorScope::Unclear),
            (InstagramError::NotInstagram("a page"), ErrorScope::Unclear),
        ] {
            assert_eq!(error.reach(), reach, "{error:?}");
        }
    }
}
