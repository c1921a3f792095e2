//! Instagram's addresses: three fixed hosts, or one loopback server instead of all of them.

use url::{ParseError, Url};

const WEBSITE: &str = "https://www.instagram.com/";
const API: &str = "https://api.instagram.com/";
const GRAPH: &str = "https://graph.instagram.com/";

#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    loopback: Option<Url>,
    version: String,
}

impl Endpoints {
    /// Without `loopback`, Instagram's own hosts. `version` is that of the Graph API, such as `v25.0`.
    pub(crate) fn new(loopback: Option<Url>, version: String) -> Self {
        Self { loopback, version }
    }

    pub(crate) fn are_real(&self) -> bool {
        self.loopback.is_none()
    }

    pub(super) fn authorize(&self) -> Result<Url, ParseError> {
        self.join(WEBSITE, "oauth/authorize")
    }

    /// Exchanges a code for a short-lived token.
    pub(super) fn exchange(&self) -> Result<Url, ParseError> {
        self.join(API, "oauth/access_token")
    }

    /// Exchanges a short-lived token for a long-lived one.
    pub(super) fn extend(&self) -> Result<Url, ParseError> {
        self.join(GRAPH, "access_token")
    }

    pub(super) fn refresh(&self) -> Result<Url, ParseError> {
        self.join(GRAPH, "refresh_access_token")
    }

    /// A versioned path of the Graph API.
    pub(super) fn graph(&self, path: &str) -> Result<Url, ParseError> {
        self.join(GRAPH, &format!("{}/{path}", self.version))
    }

    fn join(&self, host: &str, path: &str) -> Result<Url, ParseError> {
        match &self.loopback {
            Some(base) => base.join(path),
            None => Url::parse(host)?.join(path),
        }
    }
}
