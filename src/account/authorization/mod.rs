//! The answer of Instagram's consent page: one exact request or nothing.
//!
//! Invariant: only a GET of the exact path, in origin form, with the right Host, no sign of another site's script, and
//! exactly one matching `state` can finish a login. Everything else is ignored and changes nothing.

mod pasted;
mod request;
mod response;
mod secrets;
#[cfg(test)]
mod tests;

pub(crate) use pasted::parse_pasted;
pub(crate) use request::{IgnoreReason, RequestHead, check_head};
pub(crate) use response::{AuthorizationResponse, Denial, parse_query};
pub(crate) use secrets::{AuthorizationCode, OAuthState};
