//! The fingerprint of a token: it compares two copies without showing them.

use std::fmt;

use ring::hmac;

use super::secret::LongToken;

/// A keyed hash of a token, the same on every machine. It does not help to guess the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Returns the fingerprint in the form `k3f9-02ab`.
    pub fn of(token: &LongToken) -> Self {
        // The key is not secret: every machine has it, and it only separates this hash from every other use of
        // SHA-256. A token has more than 100 random characters, and 40 bits of its hash fit countless others, so it
        // cannot be guessed. Do not use this for anything short.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"igconnect token fingerprint v1");
        let tag = hmac::sign(&key, token.expose().as_bytes());
        let mut text = data_encoding::BASE32_NOPAD.encode(tag.as_ref());
        text.make_ascii_lowercase();
        text.truncate(8);
        text.insert(4, '-');
        Self(text)
    }

    pub fn from_recorded(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_short_and_steady() {
        let of = |text: &str| Fingerprint::of(&LongToken::new(text.into()).unwrap()).to_string();
        assert_eq!(of("IGAAone"), of("IGAAone"));
        assert_ne!(of("IGAAone"), of("IGAAtwo"));
        assert_eq!(of("IGAAone").len(), 9);
        assert_eq!(
            Fingerprint::from_recorded("k3f9-02ab").as_str(),
            "k3f9-02ab"
        );
    }
}
