//! The loopback listener of a login: it takes the browser to Instagram, and one answer back from it.
//!
//! Invariant: bound before anything else happens, on loopback only; exactly one request of all can end the wait, and
//! no other request changes, ends or delays anything; when the wait is over, for whatever reason, nothing stays open.
//!
//! - `sockets` binds; `certificate` (with `issue` and `validity`) is who we are to the browser
//! - `crowd` admits visitors, `connection` serves one of them, `head` reads what it says
//! - `desk` decides, with the judge in `account`; `pages` is all that can be said back
//! - `rehearsal` calls the listener as a browser would, for `doctor`
//! - `wait` is the login's end of it, `terms` what passes there

mod certificate;
mod connection;
mod crowd;
mod desk;
mod head;
mod issue;
mod pages;
mod rehearsal;
mod sockets;
mod terms;
mod validity;
mod wait;

#[cfg(test)]
mod tests;

pub(crate) use certificate::{Certificate, CertificateError};
pub(crate) use rehearsal::{RehearsalError, rehearse};
pub(crate) use sockets::BindError;
pub(crate) use terms::{Answer, Expected, Outcome};
pub(crate) use wait::{Listener, Transport, Wait};
