//! Errors of Instagram, and replies that do not come from Instagram at all.

use std::time::Duration;

use url::ParseError;

use super::explanation::{self, Explanation, Meaning};
use crate::account::{Trouble, Untrusted};
use crate::http::HttpError;

/// Rate limits of an app, a page or a whole API. 17 and 80002 belong to one account (Graph API, "Rate Limits").
const APP_LIMITS: [i64; 4] = [4, 32, 341, 613];

/// Which accounts an error concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorScope {
    /// Only this one.
    Account,
    /// One account does not show whether the next will do better.
    Unclear,
    /// Every account of the same app.
    App,
    /// Every account, because Instagram cannot be reached.
    All,
}

#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum InstagramError {
    #[error(transparent)]
    Unreachable(#[from] HttpError),
    /// The reply does not come from Instagram: the page of a portal, half a JSON.
    #[error("{0}")]
    NotInstagram(&'static str),
    /// A reply of a server in trouble or at its limit that is not in Instagram's form, such as a page.
    #[error("an error page ({status})")]
    ErrorPage {
        status: u16,
        /// In seconds, if the server said it.
        retry_after: Option<u64>,
    },
    /// A reply without a required field.
    #[error("an answer without `{0}`")]
    Missing(&'static str),
    #[error("Instagram refused")]
    Refused(Box<ApiError>),
}

impl From<ParseError> for InstagramError {
    fn from(_: ParseError) -> Self {
        Self::NotInstagram("an address that cannot be built")
    }
}

impl InstagramError {
    /// What a refusal means; `None` for other errors.
    pub(crate) fn meaning(&self) -> Option<Meaning> {
        self.refusal().map(ApiError::meaning)
    }

    /// What the error says about the token itself, if anything.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.refusal()?.trouble()
    }

    fn refusal(&self) -> Option<&ApiError> {
        match self {
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }

    /// A short cause for the history, such as `190/460` or `network`.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Unreachable(_) => "network".to_owned(),
            Self::NotInstagram(_) | Self::Missing(_) => "not Instagram's answer".to_owned(),
            Self::ErrorPage { status, .. } => format!("HTTP {status}"),
            Self::Refused(error) => error.codes(),
        }
    }

    pub(crate) fn scope(&self) -> ErrorScope {
        match self {
            Self::Unreachable(error) if error.nothing_was_sent() => ErrorScope::All,
            Self::Refused(error) if APP_LIMITS.contains(&error.code) => ErrorScope::App,
            // Statuses from 500 on and 429 may come from a server in between, which knows no account.
            Self::Refused(error) if error.status < 500 && error.status != 429 => {
                match error.meaning() {
                    Meaning::Down | Meaning::RateLimited => ErrorScope::Unclear,
                    _ => ErrorScope::Account,
                }
            }
            _ => ErrorScope::Unclear,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        let seconds = match self {
            Self::ErrorPage { retry_after, .. } => *retry_after,
            _ => self.refusal()?.retry_after,
        };
        seconds.map(Duration::from_secs)
    }

    pub(super) fn is_limit(&self) -> bool {
        self.meaning() == Some(Meaning::RateLimited)
    }

    /// Whether the same request may soon succeed.
    pub(super) fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable(error) => error.is_of_connecting() || *error == HttpError::Broken,
            Self::Refused(error) => error.status >= 500 || error.meaning() == Meaning::Down,
            Self::ErrorPage { status, .. } => *status >= 500,
            Self::NotInstagram(_) | Self::Missing(_) => false,
        }
    }
}

/// The code for none in the flat form of errors, which only the exchange of a code answers.
const FLAT_FORM: i64 = 400;

/// An error in either of Instagram's two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    /// 400 in the flat form of the code exchange.
    pub(crate) code: i64,
    /// Instagram sends 0 for none.
    pub(crate) subcode: Option<i64>,
    /// Without anything that looks like a secret.
    pub(crate) message: Untrusted,
    /// Meta's support asks for it.
    pub(crate) trace_id: Option<Untrusted>,
    /// In seconds, if Instagram said it.
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    /// `190/460`, or `190` without a subcode.
    pub(crate) fn codes(&self) -> String {
        match self.subcode {
            Some(subcode) if subcode != 0 => format!("{}/{subcode}", self.code),
            _ => self.code.to_string(),
        }
    }

    /// What it says about the connection. Of the token itself, only codes 190 and 102 say something, whatever the
    /// message of another code says.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        match self.meaning() {
            Meaning::Token(trouble) if matches!(self.code, 190 | 102) => Some(trouble),
            Meaning::AppDisabled => Some(Trouble::AppDisabled),
            Meaning::Permission if self.code != FLAT_FORM => Some(Trouble::PermissionMissing),
            _ => None,
        }
    }

    pub(super) fn meaning(&self) -> Meaning {
        self.explanation().map_or(Meaning::Unknown, |e| e.meaning)
    }

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
    fn an_error_concerns_the_right_accounts() {
        use crate::http::HttpError::{Broken, Connect, Timeout, Tls};
        for (error, scope) in [
            (refused(400, 4), ErrorScope::App),
            (refused(403, 613), ErrorScope::App),
            (refused(400, 17), ErrorScope::Unclear),
            (refused(400, 80002), ErrorScope::Unclear),
            (refused(503, 2), ErrorScope::Unclear),
            (refused(429, 987_654), ErrorScope::Unclear),
            (refused(400, 190), ErrorScope::Account),
            (refused(400, 10), ErrorScope::Account),
            (Connect.into(), ErrorScope::All),
            (Tls.into(), ErrorScope::All),
            (Timeout.into(), ErrorScope::Unclear),
            (Broken.into(), ErrorScope::Unclear),
            (InstagramError::NotInstagram("a page"), ErrorScope::Unclear),
        ] {
            assert_eq!(error.scope(), scope, "{error:?}");
        }
    }
}
