//! The client for Instagram's API.

use std::cell::Cell;

use url::Url;

use super::endpoints::Endpoints;
use super::usage;
use crate::http::{self, HttpError};

pub(crate) struct Instagram {
    pub(super) http: http::Client,
    pub(super) endpoints: Endpoints,
    app_usage: Cell<u64>,
}

impl Instagram {
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

    /// Shares the connections, for the tokens of another app with its own usage.
    #[must_use]
    pub(crate) fn for_another_app(&self) -> Self {
        Self {
            http: self.http.clone(),
            endpoints: self.endpoints.clone(),
            app_usage: Cell::default(),
        }
    }

    /// The share of its calls that the app has used, in percent, from the last reply that said so. Instagram refuses
    /// calls at 100.
    pub(crate) fn app_usage(&self) -> u64 {
        self.app_usage.get()
    }

    pub(super) async fn get(
        &self,
        url: Url,
        bearer: Option<&str>,
    ) -> Result<http::Reply, HttpError> {
        let reply = self.http.get(url, bearer).await?;
        // A reply without the header says nothing, so the last known share stays.
        if let Some(percent) = usage::app_usage(&reply) {
            self.app_usage.set(percent);
        }
        Ok(reply)
    }
}
