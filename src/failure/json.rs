//! A failure in JSON.

use super::kind::Kind;
use super::message::Failure;
use crate::output::json::{SCHEMA, Version};

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

impl From<&Failure> for FailureJson {
    fn from(failure: &Failure) -> Self {
        Self {
            schema: SCHEMA,
            error: failure.into(),
        }
    }
}
