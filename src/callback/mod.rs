//! The loopback listener of a login: it takes the browser to Instagram, and one answer back from it.
//!
//! Invariant: bound before anything else happens, on loopback only; exactly one request of all can end the wait, and
//! no other request changes, ends or delays anything; when the wait is over, for whatever reason, nothing stays open.
//!
//! - `sockets` binds; `certificate` (with `issue` and `validity`) is who we are to the browser
//! - `connections` admits visitors, `connection` serves one of them, `head` reads what it says
//! - `handler` decides, with the judge in `account`; `pages` is all that can be said back
//! - `self_test` calls the listener as a browser would, for `doctor`
//! - `wait` is the login's end of it, `answer` what passes there

mod answer;
mod certificate;
mod connection;
mod connections;
mod handler;
mod head;
mod issue;
mod listener;
mod pages;
mod self_test;
mod sockets;
mod validity;

#[cfg(test)]
mod tests;

pub(crate) use answer::{Answer, ExpectedCallback, LoginOutcome};
pub(crate) use certificate::{Certificate, CertificateError};
pub(crate) use listener::{ActiveListener, Listener, Transport};
pub(crate) use self_test::{SelfTestError, run_self_test};
pub(crate) use sockets::BindError;
