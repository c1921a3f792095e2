//! Tokens and codes that describe themselves: what they are good for stands in them, under a seal.
//!
//! Nothing has to keep running between two commands: what one process issued the next understands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    permissions::Permissions,
    seal::{nonce, open, seal},
};

/// Instagram Login tokens of 2025 and 2026 begin like this.
const TOKEN_PREFIX: &str = "IGAA";

/// Authorization codes begin like this.
const CODE_PREFIX: &str = "AQ";

/// Which of the two lives a token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// One hour.
    Short,
    /// Sixty days.
    Long,
}

/// What an access token says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// Which life it has.
    #[serde(rename = "k")]
    pub(super) kind: Kind,
    /// Whose it is, by username.
    #[serde(rename = "p")]
    pub(super) person: String,
    /// For which app.
    #[serde(rename = "a")]
    pub(super) app: String,
    /// Since when, in seconds.
    #[serde(rename = "i")]
    pub(super) issued_at: i64,
    /// Until when, in seconds.
    #[serde(rename = "e")]
    pub(super) expires_at: i64,
    /// What it allows.
    #[serde(rename = "s")]
    pub(super) permissions: Permissions,
    /// What makes it different from every other.
    #[serde(rename = "n")]
    pub(super) nonce: String,
    /// The scenario that was picked for this login on the consent page.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub(super) fate: Option<String>,
}

impl Token {
    /// A new token of somebody who gave `code`, good for `seconds` from `issued_at` on.
    pub(super) fn issue(kind: Kind, code: &Code, issued_at: i64, seconds: i64) -> Self {
        Self {
            kind,
            person: code.person.clone(),
            app: code.app.clone(),
            issued_at,
            expires_at: issued_at.saturating_add(seconds),
            permissions: code.permissions,
            nonce: nonce(),
            fate: code.fate.clone(),
        }
    }

    /// The token that comes after this one, a long one.
    pub(super) fn next(&self, issued_at: i64, seconds: i64) -> Self {
        let expires_at = issued_at.saturating_add(seconds);
        Self {
            kind: Kind::Long,
            issued_at,
            expires_at,
            nonce: nonce(),
            ..self.clone()
        }
    }

    /// Reads a token; `None` for anything a sandbox did not issue.
    pub(super) fn open(text: &str) -> Option<Self> {
        open(TOKEN_PREFIX, text)
    }

    /// The token as a client gets it.
    pub(super) fn seal(&self) -> String {
        seal(TOKEN_PREFIX, self)
    }

    /// Whether it is dead at `now`.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now.as_second()
    }
}

/// What an authorization code says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Code {
    /// Who consented.
    #[serde(rename = "p")]
    pub(super) person: String,
    /// To which app.
    #[serde(rename = "a")]
    pub(super) app: String,
    /// The mark of the redirect URI, see [`super::seal::mark`].
    #[serde(rename = "r")]
    pub(super) redirect: String,
    /// To what.
    #[serde(rename = "s")]
    pub(super) permissions: Permissions,
    /// When.
    #[serde(rename = "i")]
    pub(super) issued_at: i64,
    /// What makes it different from every other.
    #[serde(rename = "n")]
    pub(super) nonce: String,
    /// The scenario that was picked for this login on the consent page.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub(super) fate: Option<String>,
}

impl Code {
    /// Reads a code; `None` for anything a sandbox did not issue.
    pub(super) fn open(text: &str) -> Option<Self> {
        open(CODE_PREFIX, text)
    }

    /// The code as it travels in the redirect.
    pub(super) fn seal(&self) -> String {
        seal(CODE_PREFIX, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        Token {
            kind: Kind::Long,
            person: "wreckshop.records".into(),
            app: "1029384756102938".into(),
            issued_at: 1_790_000_000,
            expires_at: 1_795_183_944,
            permissions: Permissions::BASIC,
            nonce: nonce(),
            fate: None,
        }
    }

    #[test]
    fn a_token_says_what_it_is_and_has_a_realistic_length() {
        let text = token().seal();
        assert!(
            text.starts_with("IGAA") && (140..=210).contains(&text.len()),
            "{}",
            text.len()
        );
        assert_eq!(Token::open(&text).unwrap().person, "wreckshop.records");
        assert_ne!(token().seal(), token().seal());
    }

    #[test]
    fn a_token_with_one_letter_changed_is_garbage() {
        let text = token().seal();
        for place in [4, 40, text.len() - 2] {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(Token::open(&String::from_utf8(changed).unwrap()), None);
        }
        for garbage in ["", "IGAA", "IGAAzzzz", "EAAtoken", "IGAA=", "IGAAé"] {
            assert_eq!(Token::open(garbage), None, "{garbage}");
        }
        assert_eq!(Code::open(&text), None);
    }
}
