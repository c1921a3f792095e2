//! A team's server: the KV engine, version 2, of OpenBao or of Vault, which has the same interface.
//!
//! - `access` how to reach the server and log in, `transport` requests and replies, `login_token` the token of this run,
//!   `server` requests with that token, `replies` their JSON
//! - `kv` the store, `claims` which machine may change an account, `error` what can fail
//!
//! Invariant: every write names the version that it replaces, so nothing that another machine wrote is lost. No old
//! version of a replaced or deleted secret remains.

mod access;
mod claims;
mod error;
mod kv;
mod login_token;
mod replies;
mod server;
mod transport;

pub(crate) use access::{OpenBaoAccess, OpenBaoLogin};
pub(crate) use error::OpenBaoError;
pub(super) use kv::OpenBao;
