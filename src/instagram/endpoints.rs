//! Where Instagram is: three pinned hosts, or one loopback server in the place of all of them.

use url::Url;

const AUTHORIZE: &str = "https://www.instagram.com/oauth/authorize";
const API: &str = "https://api.instagram.com/";
const GRAPH: &str = "https://graph.instagram.com/";

/// The addresses of one world.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    stand_in: Option<Url>,
    version: String,
}

impl Endpoints {
    /// The real hosts where `stand_in` is `None`. `version` is that of the Graph API, as in `v25.0`.
    pub(crate) fn new(stand_in: Option<Url>, version: String) -> Self {
        Self { stand_in, version }
    }

    /// Whether these are Instagram's own hosts.
    pub(crate) fn are_real(&self) -> bool {
        self.stand_in.is_none()
    }

    /// The consent page.
    pub(super) fn authorize(&self) -> Result<Url, url::ParseError> {
        match &self.stand_in {
            Some(base) => base.join("oauth/authorize"),
            None => Url::parse(AUTHORIZE),
        }
    }

    /// Where a code becomes a short-lived token.
    pub(super) fn exchange(&self) -> Result<Url, url::ParseError> {
        self.at(API, "oauth/access_token")
    }

    /// Where a short-lived token becomes a long-lived one.
    pub(super) fn extend(&self) -> Result<Url, url::ParseError> {
        self.at(GRAPH, "access_token")
    }

    /// Where a long-lived token is renewed.
    pub(super) fn refresh(&self) -> Result<Url, url::ParseError> {
        self.at(GRAPH, "refresh_access_token")
    }

    /// A versioned path of the Graph API.
    pub(super) fn graph(&self, path: &str) -> Result<Url, url::ParseError> {
        self.at(GRAPH, &format!("{}/{path}", self.version))
    }

    fn at(&self, host: &str, path: &str) -> Result<Url, url::ParseError> {
        match &self.stand_in {
            Some(base) => base.join(path),
            None => Url::parse(host)?.join(path),
        }
    }
}
