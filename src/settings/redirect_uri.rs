//! The redirect URI: registered with Instagram, compared by it letter by letter, so it is kept as it was written.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::{CALLBACK_PORT, SettingsError};

/// A redirect URI that Instagram can take: https, a host, no fragment, no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

impl RedirectUri {
    /// `https://localhost:PORT/callback`.
    pub fn on_port(port: u16) -> Result<Self, SettingsError> {
        format!("https://localhost:{port}/callback").parse()
    }

    /// The one that is used when nothing else is said.
    pub fn default_uri() -> Result<Self, SettingsError> {
        Self::on_port(CALLBACK_PORT)
    }

    /// The text, letter by letter as registered.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The port on this machine's own listener, when the URI leads to this machine.
    pub fn loopback_port(&self) -> Option<u16> {
        let here = matches!(
            self.url.host_str(),
            Some("localhost" | "127.0.0.1" | "[::1]")
        );
        here.then(|| self.url.port_or_known_default()).flatten()
    }

    /// The one right `Host` header of a request to it.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl FromStr for RedirectUri {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let wrong = |problem| SettingsError::value("the redirect URI", problem);
        let url = Url::parse(text)
            .map_err(|_| wrong("is not an address such as https://localhost:8723/callback"))?;
        if url.scheme() != "https" {
            return Err(wrong(
                "must begin with https:// because Instagram takes no other",
            ));
        }
        if url.fragment().is_some() || url.query().is_some() {
            return Err(wrong("must have neither a query nor a fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("must not contain a user name or password"));
        }
        // What Instagram compares is the text; a text that parsing would change is a trap.
        if url.as_str() != text && url.as_str() != format!("{text}/") {
            return Err(wrong(
                "must be written in its plain form, lower-case host and no default port",
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_without_query_is_a_redirect_uri() {
        for good in [
            "https://localhost:8723/callback",
            "https://my.example/cb",
            "https://localhost/",
        ] {
            assert_eq!(good.parse::<RedirectUri>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "localhost:8723",
            "http://localhost:8723/callback",
            "https://localhost:8723/callback#x",
            "https://localhost:8723/callback?x=1",
            "https://user@localhost/callback",
            "https://LOCALHOST:8723/callback",
            "https://localhost:443/callback",
            "javascript:alert(1)",
        ] {
            assert!(bad.parse::<RedirectUri>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_uri_of_this_machine_has_a_port_here() {
        let port = |text: &str| text.parse::<RedirectUri>().unwrap().loopback_port();
        assert_eq!(port("https://localhost:8723/callback"), Some(8723));
        assert_eq!(port("https://localhost/callback"), Some(443));
        assert_eq!(port("https://my.example/callback"), None);
    }
}
