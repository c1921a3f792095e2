//! The one place that builds a request to Instagram, and knows the shapes of its answers and errors.
//!
//! Invariant: a token, code or App Secret is attached here alone, and only to the pinned hosts or a loopback stand-in.

mod endpoints;
mod error;
pub(crate) mod explanation;
mod probe;
mod profile;
mod retry;
mod token;
mod usage;
mod wire;

pub(crate) use endpoints::Endpoints;
pub(crate) use error::{ApiError, InstagramError, Reach};
pub(crate) use probe::{AppIdVerdict, SecretVerdict};
pub(crate) use profile::Me;
pub(crate) use token::{Client, LongAnswer};

use std::cell::Cell;

use url::Url;

use crate::http::{self, HttpError};

/// A client of Instagram in one world.
pub(crate) struct Instagram {
    http: http::Client,
    endpoints: Endpoints,
    app_usage: Cell<u64>,
}

impl Instagram {
    /// Makes the client. `version` is that of the Graph API, as in `v25.0`.
    pub(crate) fn new(endpoints: Endpoints) -> Result<Self, HttpError> {
        let http = if endpoints.are_real() {
            http::Client::secure()?
        } else {
            http::Client::loopback()?
        };
        Ok(Self {
            http,
            endpoints,
            app_usage: Cell::default(),
        })
    }

    /// The same way to Instagram for the tokens of another app, whose usage is its own.
    #[must_use]
    pub(crate) fn for_another_app(&self) -> Self {
        Self {
            http: self.http.clone(),
            endpoints: self.endpoints.clone(),
            app_usage: Cell::default(),
        }
    }

    /// How much of its calls the app has used, in percent, by the last answer that said so: at 100 Instagram refuses.
    pub(crate) fn app_usage(&self) -> u64 {
        self.app_usage.get()
    }

    async fn get(&self, url: Url, bearer: Option<&str>) -> Result<http::Reply, HttpError> {
        let reply = self.http.get(url, bearer).await?;
        if let Some(percent) = usage::app_usage(&reply) {
            self.app_usage.set(percent);
        }
        Ok(reply)
    }
}
