//! The two secrets of one login: the code, valid for one exchange, and the `state` that an answer must contain.

use std::fmt;

use subtle::ConstantTimeEq;

use super::pasted::without_copied_marks;
use super::response::Parameters;
use crate::account::secret::{InvalidSecret, Secret};

/// In bytes. Real codes have about 300.
pub(super) const CODE_MAX_BYTES: usize = 1024;

/// The authorization code. Valid for one exchange, so it is moved and never copied.
#[derive(Debug)]
pub(crate) struct AuthorizationCode(Secret);

impl AuthorizationCode {
    pub(super) fn new(text: &str) -> Result<Self, InvalidSecret> {
        if text.len() > CODE_MAX_BYTES {
            return Err(InvalidSecret::TooLong);
        }
        Secret::new(text.to_owned()).map(Self)
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The `state` of one login: 256 bits of the operating system's randomness, base64url.
pub(crate) struct OAuthState(Secret);

impl OAuthState {
    /// The caller draws the bytes from the operating system.
    pub(crate) fn from_random(bytes: [u8; 32]) -> Result<Self, InvalidSecret> {
        Secret::new(data_encoding::BASE64URL_NOPAD.encode(&bytes)).map(Self)
    }

    /// For the address that the browser visits.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// A hash that identifies a pending login, so that the state itself is not kept anywhere.
    pub(crate) fn digest(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, self.0.expose().as_bytes());
        data_encoding::HEXLOWER.encode(digest.as_ref())
    }

    /// The `state` in a pasted address or query. Its digest says which login it belongs to.
    pub(crate) fn in_pasted(text: &str) -> Option<Self> {
        let text = without_copied_marks(text)?;
        let query = text
            .split_once('?')
            .map_or(text.as_str(), |(_, query)| query);
        let state = Parameters::parse(query).ok()?.state?;
        Secret::new(state).ok().map(Self)
    }

    /// Compares in constant time, so that an attacker cannot guess it byte by byte from the response times.
    pub(super) fn matches(&self, candidate: &str) -> bool {
        let state = self.0.expose().as_bytes();
        state.ct_eq(candidate.as_bytes()).into()
    }
}

impl fmt::Debug for OAuthState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[state]")
    }
}
