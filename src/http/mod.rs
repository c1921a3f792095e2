//! The only HTTP client, a careful one: TLS, deadlines, bounded replies, no redirects, no referer.
//!
//! Invariant: an address with its query counts as a secret. No error, and nothing that can be printed, holds one.
//!
//! - `client` sends requests to Instagram, `reply` is what comes back, `error` is why nothing does
//! - `own_server` calls a server that the person names, such as OpenBao

mod client;
mod error;
mod own_server;
mod reply;

pub(crate) use client::{Client, resolves};
pub(crate) use error::{CertificateProblem, HttpError, ProxyProblem};
pub(crate) use own_server::OwnServer;
pub(crate) use reply::Reply;
pub(crate) use reqwest::Method;
