//! The sandbox: a built-in imitation of Instagram on loopback, which refuses what Instagram refuses.
//!
//! One server answers for Instagram's three hosts. It knows one app and a few invented accounts, and its tokens are
//! worthless anywhere else. It prints nothing and reads neither the environment nor a clock of its own.
//!
//! - `server` owns the sockets, `routes` finds the `endpoint` of a `request` and sends the `response`.
//! - `authorize` and `consent` are what a browser sees, drawn by `pages`. `simulated_user` replaces a browser.
//! - `exchange` and `profile` are the rules of the API, for an `api_call` whose token is accepted.
//! - `token` is what they issue, sealed. `accounts` and `permissions` are what it is issued for.
//! - `scenario` names what can happen, `faults` says at which endpoint, `recorded` holds Instagram's real answers.
//! - `state` is what stays the same between two requests.

mod accounts;
mod api_call;
mod authorize;
mod consent;
mod endpoint;
mod exchange;
mod faults;
mod pages;
mod permissions;
mod profile;
mod recorded;
mod request;
mod response;
mod routes;
mod scenario;
mod server;
mod simulated_user;
mod state;
mod token;

#[cfg(test)]
mod tests;

pub(crate) use scenario::Scenario;
pub(crate) use server::{BackgroundSandbox, Sandbox};
pub use simulated_user::{SimulatedUserError, simulate_user};
pub(crate) use state::SandboxClock;
pub use state::{APP_ID, APP_SECRET};
