//! Every error as people see it: its kind (the exit code), what failed, why, and what to do.
//!
//! Invariant: a failure has at most three lines, and no secret, no address with a query and no text of a library.

mod access;
mod flow;
mod history_cause;
mod instagram;
mod keyring;
mod kind;
mod local;
mod message;
mod store;

pub(crate) use access::make_private;
pub(crate) use history_cause::describe_cause;
pub(crate) use kind::worst_exit_code;
pub use kind::{Kind, exit_codes};
pub(crate) use message::ErrorJson;
#[cfg(test)]
pub(crate) use message::FailureJson;
pub use message::{Failure, typed};
