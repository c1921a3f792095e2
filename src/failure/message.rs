//! A failure in words. No part of it contains a secret, an address with a query, or the text of a library.

use super::kind::Kind;
use crate::account::{InvalidSecret, Untrusted, without_secrets};

/// Makes typed text safe to repeat: it may be a token in the wrong place.
pub fn typed(text: &str) -> Untrusted {
    Untrusted::new(without_secrets(text))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: Kind,
    /// What failed, and for which account; lower case, no full stop.
    pub message: String,
    /// Why, if that is known.
    pub cause: Option<String>,
    /// One next step.
    pub hint: Option<String>,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
            hint: None,
        }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    #[must_use]
    pub fn cause(self, cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..self
        }
    }

    /// Names the account that failed.
    #[must_use]
    pub fn about(self, account: &str) -> Self {
        Self {
            message: format!("{account}: {}", self.message),
            ..self
        }
    }

    /// The output could not be written.
    pub fn output(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => {
                Self::new(Kind::Unread, "the reader of the output has gone")
            }
            kind => Self::new(Kind::Failed, format!("cannot write the output: {kind}")),
        }
    }

    /// No account is connected, or none with the requested name.
    pub fn no_account(requested: Option<&str>) -> Self {
        let message = match requested {
            Some(name) => format!("account {} is not connected", typed(name)),
            None => "no account is connected".to_owned(),
        };
        // `refresh --all` finds accounts that are in the store, but not in the cache.
        let hint = if requested.is_some() {
            "See the connected accounts with igconnect list, or find lost ones: igconnect refresh --all"
        } else {
            "Connect one with igconnect login, or find lost ones: igconnect refresh --all"
        };
        Self::new(Kind::Login, message).hint(hint)
    }

    /// A question could not be asked; `answer` names the flag that answers it.
    pub fn unasked(question: &str, answer: &str) -> Self {
        Self::new(
            Kind::Usage,
            format!("{question}, but igconnect cannot ask without a terminal"),
        )
        .hint(format!("Answer with {answer}"))
    }

    /// No Meta app is set up, or none with the requested name.
    pub fn no_app(name: Option<&str>) -> Self {
        let message = match name {
            Some(name) => format!("no app {} is set up", typed(name)),
            None => "no Meta app is set up".to_owned(),
        };
        Self::new(Kind::Usage, message)
            .cause("igconnect needs a Meta app of your own, from the Meta App Dashboard")
            .hint("Set it up with igconnect app add, or try igconnect without an app: igconnect --sandbox login")
    }

    /// A secret that was typed, piped or set in the environment cannot be used.
    pub(crate) fn secret(what: &str, error: InvalidSecret) -> Self {
        Self::new(Kind::Usage, format!("{what} cannot be used: {error}"))
    }
}
