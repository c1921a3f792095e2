//! A failure in words and in JSON. No part of it contains a secret, an address with a query, or the text of a library.

use std::io::{self, ErrorKind, Write};

use super::kind::Kind;
use crate::account::{InvalidSecret, Untrusted, without_secrets};
use crate::output::json::{self, SCHEMA, Version};
use crate::output::{Console, pasteable};

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
        let (message, cause, hint) = (message.into(), None, None);
        Self {
            kind,
            message,
            cause,
            hint,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(pasteable(&hint.into()).into_owned());
        self
    }

    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Names the account that failed.
    pub fn about(mut self, account: &str) -> Self {
        self.message = format!("{account}: {}", self.message);
        self
    }

    /// Prints it to stderr.
    pub(crate) fn print(&self, console: &Console) {
        console.fail(&self.message, self.cause.as_deref(), self.hint.as_deref());
    }

    /// Writes it as the JSON document of a whole run.
    pub(crate) fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (schema, error) = (SCHEMA, self.into());
        json::write(&FailureJson { schema, error }, out)
    }

    /// The output could not be written.
    pub fn output(error: &io::Error) -> Self {
        match error.kind() {
            // `igconnect list | head` did all that it was asked for.
            ErrorKind::BrokenPipe => Self::new(Kind::Unread, "the reader of the output has gone"),
            kind => Self::new(Kind::Failed, format!("cannot write the output: {kind}")),
        }
    }

    /// No account is connected, or none with the requested name.
    pub fn no_account(requested: Option<&str>) -> Self {
        // `refresh --all` finds accounts that are in the store, but not in the cache.
        match requested {
            Some(name) => Self::new(Kind::Login, format!("account {} is not connected", typed(name)))
                .hint("See the connected accounts with igconnect list, or find lost ones: igconnect refresh --all"),
            None => Self::new(Kind::Login, "no account is connected")
                .hint("Connect one with igconnect login, or find lost ones: igconnect refresh --all"),
        }
    }

    /// A question could not be asked; `answer` names the flag that answers it.
    pub fn unasked(question: &str, answer: &str) -> Self {
        let message = format!("{question}, but igconnect cannot ask without a terminal");
        Self::new(Kind::Usage, message).hint(format!("Answer with {answer}"))
    }

    /// No Meta app is set up, or none with the requested name.
    pub fn no_app(name: Option<&str>) -> Self {
        let name = name.map_or("Meta app".to_owned(), |name| format!("app {}", typed(name)));
        Self::new(Kind::Usage, format!("no {name} is set up"))
            .cause("igconnect needs a Meta app of your own, from the Meta App Dashboard")
            .hint("Set it up with igconnect app add, or try igconnect without an app: igconnect --sandbox login")
    }

    /// `--json` is a format too.
    pub(crate) fn two_formats() -> Self {
        Self::new(Kind::Usage, "--json cannot be used with another --format")
    }

    /// A secret that was typed, piped or set in the environment cannot be used.
    pub(crate) fn secret(what: &str, error: InvalidSecret) -> Self {
        Self::new(Kind::Usage, format!("{what} cannot be used: {error}"))
            .hint("Copy only the value, with nothing around it")
    }
}

document! { "error":
    /// An error.
    #[derive(Debug, Clone)]
    pub(crate) struct ErrorJson {
        /// The name of its exit code.
        code: Kind,
        /// The exit code that belongs to it.
        exit: u8,
        /// What failed, for which account.
        message: String,
        /// Why, if known.
        cause: Option<String>,
        /// What to do next.
        hint: Option<String>,
    }
}

impl From<&Failure> for ErrorJson {
    fn from(failure: &Failure) -> Self {
        Self {
            code: failure.kind,
            exit: failure.kind.exit_code(),
            message: failure.message.clone(),
            cause: failure.cause.clone(),
            hint: failure.hint.clone(),
        }
    }
}

impl serde::Serialize for Failure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ErrorJson::from(self).serialize(serializer)
    }
}

document! { "failure":
    /// The answer of every command that failed as a whole.
    #[derive(Debug)]
    pub(crate) struct FailureJson {
        schema: Version,
        error: ErrorJson,
    }
}
