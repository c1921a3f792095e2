//! The person's Meta app: its Instagram App ID, its redirect URI, and where its secret is.

use std::fmt;
use std::str::FromStr;

use super::error::SettingsError;
use super::redirect_uri::RedirectUri;

/// An Instagram App ID: 5 to 20 digits (App Dashboard, "API setup with Instagram login").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppId(String);

impl FromStr for AppId {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if digits && (5..=20).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            let problem = "is not a number of 5 to 20 digits";
            Err(SettingsError::value("the Instagram App ID", problem))
        }
    }
}

impl AppId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// Under the Instagram App ID.
    Store,
    /// `IGCONNECT_APP_SECRET` or `IGCONNECT_APP_SECRET_FILE`.
    Environment,
    /// The sandbox has a public one.
    Sandbox,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct App {
    /// Its name in the configuration.
    pub(crate) name: String,
    pub(crate) id: AppId,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) secret: SecretSource,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_id_is_digits() {
        assert!("1234567890123456".parse::<AppId>().is_ok());
        for bad in [
            "",
            "1234",
            "12345678901234567890123",
            "12345x",
            " 123456",
            "undefined",
        ] {
            assert!(bad.parse::<AppId>().is_err(), "{bad}");
        }
    }
}
