//! The loopback listener of a login: it sends the browser to Instagram and takes one answer back.
//!
//! Invariant: it is bound before anything else happens, on loopback only. Exactly one request can end the wait, and no
//! other request changes, ends or delays anything. When the wait is over, nothing stays open.
//!
//! - `sockets` binds. `socket_table` knows whose program is at the other end. `certificate` (with `issue` and `validity`) identifies us to the browser.
//! - `connections` accepts and evicts connections, `connection` serves one, `head` reads its request.
//! - `handler` decides what a request gets, with the rules of `account`. `reply` is what it sends, `pages` draws.
//! - `listener` is what a login uses. `self_test` calls the listener as a browser would, for `doctor`.

mod certificate;
mod connection;
mod connections;
mod handler;
mod head;
mod issue;
mod listener;
mod pages;
mod reply;
mod self_test;
mod socket_table;
mod sockets;
mod validity;

#[cfg(test)]
mod tests;

pub(crate) use certificate::{Certificate, CertificateError};
pub(crate) use handler::{ExpectedCallback, LoginAlarm};
pub(crate) use listener::{ActiveListener, Listener};
pub(crate) use pages::{ConnectedPage, Fact, FailedPage, LoginOutcome};
pub(crate) use self_test::{SelfTestError, run_self_test};
pub(crate) use socket_table::PortHolder;
pub(crate) use sockets::BindError;
