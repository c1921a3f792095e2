//! Errors of flows.

use super::instagram::LOG_IN;
use super::kind::Kind;
use super::message::{Failure, typed};
use crate::account::{StoreKind, Trouble, Untrusted};
use crate::flows::FlowError;

impl From<FlowError> for Failure {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Instagram(error) => error.into(),
            FlowError::Doubtful(error) => {
                // Not a reason to log in: nothing is known about the former token yet.
                let message = "Instagram refused the new token; the former one was kept";
                Self::new(Kind::Trouble, message)
                    .cause(Self::from(error).message)
                    .hint("Try again later: igconnect refresh")
            }
            FlowError::Store(error) => error.into(),
            FlowError::Cache(error) => error.into(),
            FlowError::AnotherAccount {
                expected,
                found,
                found_id,
            } => {
                let expected = typed(&expected.to_string());
                let message =
                    format!("the browser logged in @{found} ({found_id}), not {expected}");
                let failure = Self::new(Kind::Unfinished, message).cause("nothing was stored");
                failure.hint(
                    format!(
                        "Choose the account this time: igconnect login --expect {expected} --force-reauth"
                    ),
                )
            }
            FlowError::Unconfirmed { found, found_id } => {
                let message = format!(
                    "@{found} ({found_id}) was not connected, because it may be the account of someone else"
                );
                Self::new(Kind::Unfinished, message)
                    .cause("the login was opened twice, or by another user; nothing was stored")
                    .hint(
                        "Start again in a terminal, which asks about the account: igconnect login",
                    )
            }
            FlowError::AliasTaken { found, found_id } => {
                let message = format!(
                    "the alias already belongs to an account other than @{found} ({found_id})"
                );
                let failure = Self::new(Kind::Unfinished, message).cause("nothing was stored");
                failure.hint("Choose another alias with --as")
            }
            FlowError::WrongAccount => {
                Self::new(Kind::Trouble, "Instagram answered for another account")
                    .cause("the stored token was kept")
                    .hint("Try again later")
            }
            FlowError::Expired => {
                let message = "the token expired, and Instagram does not refresh expired tokens";
                Self::new(Kind::Login, message).hint(LOG_IN)
            }
            FlowError::SecretGone(store) => Self::of_trouble(Trouble::SecretGone, &store),
            FlowError::RemovedElsewhere { by } => {
                let cause = format!("{} removed it from the shared store", machine_name(&by));
                let hint = "Log in again with igconnect login, or remove it here too: igconnect disconnect";
                let message = "it was disconnected on another machine";
                Self::new(Kind::Login, message).cause(cause).hint(hint)
            }
            FlowError::ClaimedElsewhere { by } => {
                let wait = "if it crashed, the account is free within a minute";
                Self::new(Kind::Busy, "another machine is working on this account")
                    .cause(format!("{} is using it; {wait}", machine_name(&by)))
                    .hint("Try again when it has finished")
            }
            FlowError::NoAccount => Self::new(Kind::Login, "it is not connected").hint(
                "Connect it with igconnect login, or see the connected accounts: igconnect list",
            ),
            FlowError::Moved => {
                let message = "another igconnect has just moved it to another store";
                Self::new(Kind::Busy, message).hint("Try again")
            }
            FlowError::OtherTokenThere(store) => other_token_there(&store),
            FlowError::LeftBehind { former, error } => {
                let message = format!("it was moved, but its copy in {former} was not deleted");
                let hint = "Run the same command again; the next refresh also deletes it";
                Self::new(Kind::Store, message)
                    .cause(error.to_string())
                    .hint(hint)
            }
        }
    }
}

fn other_token_there(store: &StoreKind) -> Failure {
    let set = format!("IGCONNECT_STORE={}", store.as_str());
    let keep = format!("igconnect disconnect, then {set} igconnect refresh --all");
    let message = format!("{store} has a different token of this account");
    let failure = Failure::new(Kind::Store, message);
    // A guess could delete the only token that is still valid.
    failure
        .cause("igconnect cannot tell which token is newer, so nothing was changed")
        .hint(format!(
            "To use that token: {keep}. To replace it: {set} igconnect login"
        ))
}

/// Returns the name of another machine, which it chose itself.
fn machine_name(name: &str) -> Untrusted {
    let is_empty = name.is_empty();
    Untrusted::new(if is_empty { "an unnamed machine" } else { name })
}
