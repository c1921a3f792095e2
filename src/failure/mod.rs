//! Every failure as the person sees it: its kind (the exit code), what went wrong, why, and what to do.
//! The wording of failures lives in this room alone.
//!
//! Invariant: three lines at most; no secret, no address with a query, no text of a library.

mod exit_code;
mod history;
mod instagram;
mod kind;
mod local;
mod openbao;
mod sealed;

pub(crate) use exit_code::worst_exit_code;
pub use history::told_cause;
pub use kind::{Kind, exit_codes};

use crate::account::{Untrusted, without_secrets};

/// What was typed, safe to repeat: it may be a token that somebody put in the wrong place.
pub fn typed(text: &str) -> Untrusted {
    Untrusted::new(without_secrets(text))
}

/// A failure in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind.
    pub kind: Kind,
    /// What went wrong, with which account; lower case, no full stop.
    pub message: String,
    /// Why, where somebody knows.
    pub cause: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure of which only the sentence is known.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
            hint: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Adds why.
    #[must_use]
    pub fn cause(self, cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..self
        }
    }

    /// Names the account that the failure is about.
    #[must_use]
    pub fn about(self, account: &str) -> Self {
        Self {
            message: format!("{account}: {}", self.message),
            ..self
        }
    }

    /// An answer that could not be written out.
    pub fn output(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::new(Kind::Unread, "nobody reads the output"),
            kind => Self::new(
                Kind::Failed,
                format!("the output cannot be written: {kind}"),
            ),
        }
    }

    /// No account at all, or none of that name.
    pub fn no_account(asked: Option<&str>) -> Self {
        let message = match asked {
            Some(name) => format!("no account {} is connected here", typed(name)),
            None => "no account is connected here".to_owned(),
        };
        let hint = if asked.is_some() {
            "See the connected ones with igconnect list, find those that only the store knows with \
             igconnect refresh --all, or connect it: igconnect login"
        } else {
            "Connect one: igconnect login; igconnect refresh --all finds those that only the store knows"
        };
        Self::new(Kind::Login, message).hint(hint)
    }

    /// A question that could not be asked, and the flag that answers it.
    pub fn unasked(question: &str, answer: &str) -> Self {
        Self::new(
            Kind::Usage,
            format!("{question}, and there is no terminal to ask on"),
        )
        .hint(format!("Answer with {answer}"))
    }

    /// No Meta app is known.
    pub fn no_app(name: Option<&str>) -> Self {
        let message = match name {
            Some(name) => format!("no app {} is set up", typed(name)),
            None => "no Meta app is set up".to_owned(),
        };
        Self::new(Kind::Usage, message)
            .cause("igconnect ships no app of its own: you bring yours, from the Meta App Dashboard")
            .hint("Set it up with igconnect app add, or try everything without one: igconnect --sandbox login")
    }
}
