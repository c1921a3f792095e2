//! The user's own Meta app: its Instagram App ID and redirect URI, and where its secret is to be found.

use std::fmt;
use std::str::FromStr;

use super::{RedirectUri, SettingsError};

/// An Instagram App ID: 5 to 20 digits (App Dashboard, "API setup with Instagram login").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppId(String);

impl FromStr for AppId {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if digits && (5..=20).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SettingsError::value(
                "the Instagram App ID",
                "is not a number of 5 to 20 digits",
            ))
        }
    }
}

impl AppId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the App Secret comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretSource {
    /// The secret store, under the app's id.
    Store,
    /// `IGCONNECT_APP_SECRET` or `IGCONNECT_APP_SECRET_FILE`.
    Environment,
    /// The sandbox, whose secret is no secret.
    Sandbox,
}

/// A Meta app to log in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// What the person calls it; `default` unless they said otherwise.
    pub name: String,
    /// Its Instagram App ID.
    pub id: AppId,
    /// The redirect URI that is registered for it.
    pub redirect_uri: RedirectUri,
    /// Where its secret comes from.
    pub secret: SecretSource,
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
