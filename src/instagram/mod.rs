//! The one place that builds a request to Instagram, and knows the shapes of its answers and errors.
//!
//! Invariant: a token, code or App Secret is attached here alone, and only to the pinned hosts or a loopback stand-in.

mod endpoints;
mod error;
pub mod explanation;
mod probe;
mod profile;
mod retry;
mod token;
mod wire;

pub use endpoints::Endpoints;
pub use error::{ApiError, InstagramError};
pub use probe::{AppIdVerdict, SecretVerdict};
pub use profile::Me;
pub use token::{Client, LongAnswer, ShortAnswer};

use crate::http::{self, HttpError};

/// A client of Instagram in one world.
pub struct Instagram {
    http: http::Client,
    endpoints: Endpoints,
}

impl Instagram {
    /// Makes the client. `version` is that of the Graph API, as in `v25.0`.
    pub fn new(endpoints: Endpoints) -> Result<Self, HttpError> {
        let http = if endpoints.are_real() {
            http::Client::secure()?
        } else {
            http::Client::loopback()?
        };
        Ok(Self { http, endpoints })
    }
}
