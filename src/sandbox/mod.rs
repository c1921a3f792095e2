//! The sandbox: a built-in stand-in for Instagram, on loopback alone, that refuses what Instagram refuses.
//!
//! One server in the place of Instagram's three hosts. It prints nothing, reads no environment and no clock;
//! it knows one app and invented people, and every token it issues is worthless anywhere else.
//!
//! - `server` has the sockets, `routes` finds the `door` of a request, `wire` and `form` are requests and replies.
//! - `authorize` and `consent` are what a browser sees, drawn by `pages`, for a `request`; `person` plays one where there is none.
//! - `exchange`, `graph` and `profile` are the rules of the API, for a token that `living` lets through.
//! - `token` is what they issue, under the `seal`; `people` and `permissions` are whom and what it is about.
//! - `scenario` names what can happen, `faults` says where it does, `answers` are Instagram's recorded replies.
//! - `world` is what stays the same between two requests.

mod answers;
mod authorize;
mod consent;
mod door;
mod exchange;
mod faults;
mod form;
mod graph;
mod living;
mod pages;
mod people;
mod permissions;
mod person;
mod profile;
mod request;
mod routes;
mod scenario;
mod seal;
mod server;
mod token;
mod wire;
mod world;

#[cfg(test)]
mod tests;

pub use person::{PersonError, play_person};
pub use scenario::{Scenario, UnknownScenario};
pub use server::{Background, Sandbox};
pub use world::{APP_ID, APP_SECRET, Clock};
