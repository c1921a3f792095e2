//! Tokens and codes that describe themselves, with a seal: a keyed hash that detects every change.
//!
//! A token outlives the sandbox that issued it: the next sandbox can read it. Every copy of igconnect contains the key,
//! so a seal only proves something to a sandbox.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::permissions::Permissions;

/// Instagram Login tokens of 2025 and 2026 begin like this.
const TOKEN_PREFIX: &str = "IGAA";
const CODE_PREFIX: &str = "AQ";

/// Half of a SHA-256 tag: detects every accident, and keeps tokens at a realistic length.
const TAG_BYTES: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TokenKind {
    /// One hour.
    Short,
    /// Sixty days.
    Long,
}

/// An access token. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    #[serde(rename = "k")]
    pub(super) kind: TokenKind,
    #[serde(rename = "p")]
    pub(super) username: String,
    #[serde(rename = "a")]
    pub(super) app: String,
    #[serde(rename = "i")]
    pub(super) issued_at: i64,
    #[serde(rename = "e")]
    pub(super) expires_at: i64,
    #[serde(rename = "s")]
    pub(super) permissions: Permissions,
    #[serde(rename = "n")]
    pub(super) nonce: String,
    /// The scenario that was picked on the consent page of this login.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub(super) scenario: Option<String>,
}

impl Token {
    /// A short-lived token for a code, valid for `seconds` from `issued_at`.
    pub(super) fn issue(code: &Code, issued_at: i64, seconds: i64) -> Self {
        Self {
            kind: TokenKind::Short,
            username: code.username.clone(),
            app: code.app.clone(),
            issued_at,
            expires_at: issued_at.saturating_add(seconds),
            permissions: code.permissions,
            nonce: nonce(),
            scenario: code.scenario.clone(),
        }
    }

    /// The long-lived token that replaces this one.
    pub(super) fn next(&self, issued_at: i64, seconds: i64) -> Self {
        Self {
            kind: TokenKind::Long,
            issued_at,
            expires_at: issued_at.saturating_add(seconds),
            nonce: nonce(),
            ..self.clone()
        }
    }

    /// Returns `None` for anything a sandbox did not issue.
    pub(super) fn open(text: &str) -> Option<Self> {
        open(TOKEN_PREFIX, text)
    }

    pub(super) fn seal(&self) -> String {
        seal(TOKEN_PREFIX, self)
    }

    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now.as_second()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Code {
    #[serde(rename = "p")]
    pub(super) username: String,
    #[serde(rename = "a")]
    pub(super) app: String,
    #[serde(rename = "r")]
    pub(super) redirect_hash: String,
    #[serde(rename = "s")]
    pub(super) permissions: Permissions,
    #[serde(rename = "i")]
    pub(super) issued_at: i64,
    #[serde(rename = "n")]
    pub(super) nonce: String,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub(super) scenario: Option<String>,
}

impl Code {
    pub(super) fn open(text: &str) -> Option<Self> {
        open(CODE_PREFIX, text)
    }

    pub(super) fn seal(&self) -> String {
        seal(CODE_PREFIX, self)
    }
}

/// A short hash of a text, to recognise it later.
pub(super) fn hash(text: &str) -> String {
    let tag = hmac::sign(&key(), text.as_bytes());
    BASE64URL_NOPAD.encode(tag.as_ref().get(..9).unwrap_or_default())
}

/// Random characters, so that two tokens issued in the same second differ.
pub(super) fn nonce() -> String {
    let mut bytes = [0; 6];
    // Without randomness two tokens of the same second are equal, which breaks no rule here.
    let _ = SystemRandom::new().fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

fn key() -> hmac::Key {
    hmac::Key::new(
        hmac::HMAC_SHA256,
        // Part of every token that a sandbox ever issued, so it cannot change.
        b"igconnect sandbox: this key is\x20no secret",
    )
}

/// Encodes the content in base64url after `prefix`, with its tag. Anyone can decode it.
fn seal(prefix: &str, content: &impl Serialize) -> String {
    let mut bytes = serde_json::to_vec(content).unwrap_or_default();
    let tag = tag_of(prefix, &bytes);
    bytes.extend_from_slice(tag.get(..TAG_BYTES).unwrap_or_default());
    format!("{prefix}{}", BASE64URL_NOPAD.encode(&bytes))
}

/// Returns the sealed content, or `None` if the text is not sealed or was changed.
fn open<T: DeserializeOwned>(prefix: &str, text: &str) -> Option<T> {
    let bytes = BASE64URL_NOPAD
        .decode(text.strip_prefix(prefix)?.as_bytes())
        .ok()?;
    let (content, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
    let expected = tag_of(prefix, content);
    (expected.get(..TAG_BYTES) == Some(tag)).then(|| serde_json::from_slice(content).ok())?
}

fn tag_of(prefix: &str, content: &[u8]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&key());
    context.update(prefix.as_bytes());
    context.update(content);
    context.sign().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        Token {
            kind: TokenKind::Long,
            username: "wreckshop.records".into(),
            app: "1029384756102938".into(),
            issued_at: 1_790_000_000,
            expires_at: 1_795_183_944,
            permissions: Permissions::BASIC,
            nonce: nonce(),
            scenario: None,
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
        assert_eq!(Token::open(&text).unwrap().username, "wreckshop.records");
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
