//! The only place that builds a request to Instagram and knows the form of its answers and errors.
//!
//! Invariant: tokens, codes and App Secrets are only sent from here, and only to Instagram's hosts or a server on loopback.

mod app_check;
mod client;
mod endpoints;
mod error;
pub(crate) mod explanation;
mod fields;
mod profile;
mod retry;
mod token;
mod usage;
mod wire;

pub(crate) use app_check::{AppIdCheck, SecretCheck};
pub(crate) use client::Instagram;
pub(crate) use endpoints::Endpoints;
pub(crate) use error::{ApiError, ErrorScope, InstagramError};
pub(crate) use profile::Me;
pub(crate) use token::{LongTokenResponse, OAuthApp};
