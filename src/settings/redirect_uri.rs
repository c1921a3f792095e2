//! The redirect URI. Instagram compares its text exactly, so it is kept as written.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::error::SettingsError;

/// The default port of the callback listener. It is fixed, because redirect URIs are compared exactly.
pub(crate) const CALLBACK_PORT: u16 = 8723;

/// An https address without query and fragment: Instagram accepts nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RedirectUri {
    text: String,
    url: Url,
}

impl RedirectUri {
    /// `https://localhost:PORT/callback`.
    pub(crate) fn on_port(port: u16) -> Result<Self, SettingsError> {
        Self::parse(format!("https://localhost:{port}/callback"))
    }

    /// Parses `text`. Without one, returns the URI on [`CALLBACK_PORT`].
    pub(crate) fn parse_or_default(text: Option<&str>) -> Result<Self, SettingsError> {
        text.map_or_else(|| Self::on_port(CALLBACK_PORT), str::parse)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the port, if the URI leads to this machine.
    pub(crate) fn loopback_port(&self) -> Option<u16> {
        match self.url.host_str() {
            Some("localhost" | "127.0.0.1" | "[::1]") => self.url.port_or_known_default(),
            _ => None,
        }
    }

    /// Returns the only correct `Host` header of a request to it.
    pub(crate) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        // `port` is None for 443, which browsers leave out of the header.
        let port = self.url.port().map(|port| format!(":{port}"));
        format!("{host}{}", port.unwrap_or_default())
    }
}

impl RedirectUri {
    fn parse(text: String) -> Result<Self, SettingsError> {
        let wrong = |problem| SettingsError::value("the redirect URI", problem);
        let url = Url::parse(&text)
            .map_err(|_| wrong("is not an address such as https://localhost:8723/callback"))?;
        Err(wrong(if url.scheme() != "https" {
            "must begin with https://, because Instagram accepts nothing else"
        } else if url.fragment().is_some() || url.query().is_some() {
            "must have neither a query nor a fragment"
        } else if !url.username().is_empty() || url.password().is_some() {
            "must not contain a user name or password"
        } else if url.as_str() != text && url.as_str() != format!("{text}/") {
            // Instagram compares the text, so a text that parsing changes would never match.
            "must be written with a lower-case host and without the default port"
        } else {
            return Ok(Self { text, url });
        }))
    }
}

impl FromStr for RedirectUri {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let uri = Self::parse(text.to_owned())?;
        // Only a sandbox login listens on "any port", by `--port 0`. Instagram would send the browser to port 0.
        if uri.url.port() == Some(0) {
            let problem = "must have a port that a browser can visit, which 0 is not";
            return Err(SettingsError::value("the redirect URI", problem));
        }
        Ok(uri)
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
            "https://localhost:0/callback",
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
