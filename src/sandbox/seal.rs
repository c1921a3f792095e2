//! The seal on tokens and codes: a keyed hash that detects every change.
//!
//! Every copy of igconnect contains the key, so a seal only proves something to a sandbox.

use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Serialize, de::DeserializeOwned};

/// Half of a SHA-256 tag: detects every accident, and keeps tokens at a realistic length.
const TAG_BYTES: usize = 16;

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
pub(super) fn seal(prefix: &str, content: &impl Serialize) -> String {
    let mut bytes = serde_json::to_vec(content).unwrap_or_default();
    let tag = tag_of(prefix, &bytes);
    bytes.extend_from_slice(tag.get(..TAG_BYTES).unwrap_or_default());
    format!("{prefix}{}", BASE64URL_NOPAD.encode(&bytes))
}

/// Returns the sealed content, or `None` if the text is not sealed or was changed.
pub(super) fn open<T: DeserializeOwned>(prefix: &str, text: &str) -> Option<T> {
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
