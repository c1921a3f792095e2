//! The two secrets of one login: the code, good for one exchange, and the `state` that an answer must name.

use std::fmt;

use subtle::ConstantTimeEq;

use super::answer::{Parameters, unwrapped};
use crate::account::{InvalidSecret, Secret};

/// The longest authorization code, in bytes. Real ones have about 300.
pub(super) const CODE_MAX_BYTES: usize = 1024;

/// The authorization code, good for one exchange: it is moved, never copied.
#[derive(Debug)]
pub struct AuthorizationCode(Secret);

impl AuthorizationCode {
    pub(super) fn new(text: &str) -> Result<Self, InvalidSecret> {
        if text.len() > CODE_MAX_BYTES {
            return Err(InvalidSecret::TooLong);
        }
        Secret::new(text.to_owned()).map(Self)
    }

    /// The code itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The `state` of one login: 256 bits of the operating system's randomness, base64url.
pub struct OAuthState(Secret);

impl OAuthState {
    /// A state made of random bytes, which the caller draws from the operating system.
    pub fn from_random(bytes: [u8; 32]) -> Result<Self, InvalidSecret> {
        Secret::new(data_encoding::BASE64URL_NOPAD.encode(&bytes)).map(Self)
    }

    /// The text, for the address that the browser visits.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// A hash by which a pending login is known again, without keeping the state itself anywhere.
    pub fn digest(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, self.0.expose().as_bytes());
        data_encoding::HEXLOWER.encode(digest.as_ref())
    }

    /// The one `state` in a pasted address or query. Whose it is its digest tells.
    pub fn in_pasted(text: &str) -> Option<Self> {
        let text = unwrapped(text)?;
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let state = Parameters::parse(query).ok()?.state?;
        Secret::new(state).ok().map(Self)
    }

    /// Compares in constant time, so that a stranger cannot find it letter by letter.
    pub(super) fn matches(&self, candidate: &str) -> bool {
        self.0
            .expose()
            .as_bytes()
            .ct_eq(candidate.as_bytes())
            .into()
    }
}

impl fmt::Debug for OAuthState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[state]")
    }
}
