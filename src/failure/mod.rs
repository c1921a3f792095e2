//! Every error as people see it: its kind (the exit code), what failed, why, and what to do.
//!
//! Invariant: a failure has at most three lines, and no secret, no address with a query and no text of a library.

mod exit_code;
mod history_cause;
mod instagram;
mod json;
mod kind;
mod local;
mod message;
mod openbao;
mod sealed;

pub(crate) use exit_code::worst_exit_code;
pub(crate) use history_cause::describe_cause;
pub(crate) use json::{ErrorJson, FailureJson};
pub use kind::{Kind, exit_codes};
pub use message::{Failure, typed};
