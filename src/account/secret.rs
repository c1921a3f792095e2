//! Secrets as types: no Display, no Serialize, no Clone, a redacted Debug, wiped on drop.
//! `expose` is the one way out, and a test counts the rooms that call it.

use std::fmt;

use zeroize::Zeroizing;

/// No token, code or app secret of Instagram comes near this; more is not a secret but a mistake.
pub const SECRET_MAX_BYTES: usize = 4096;

/// A text that must appear nowhere.
pub struct Secret(Zeroizing<String>);

/// Why a text cannot be a secret. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    /// Nothing was given.
    #[error("it is empty")]
    Empty,
    /// More than [`SECRET_MAX_BYTES`].
    #[error("it is longer than {SECRET_MAX_BYTES} bytes")]
    TooLong,
    /// Blanks, line breaks or other characters that no Instagram secret has.
    #[error("it contains a blank, a line break or another character that does not belong there")]
    Characters,
}

impl Secret {
    /// Takes over a text of 1 to [`SECRET_MAX_BYTES`] visible ASCII characters.
    pub fn new(text: String) -> Result<Self, InvalidSecret> {
        let text = Zeroizing::new(text);
        if text.is_empty() {
            Err(InvalidSecret::Empty)
        } else if text.len() > SECRET_MAX_BYTES {
            Err(InvalidSecret::TooLong)
        } else if !text.bytes().all(|b| b.is_ascii_graphic()) {
            Err(InvalidSecret::Characters)
        } else {
            Ok(Self(text))
        }
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(Secret);

        impl $name {
            /// Takes over the text; see [`Secret::new`] for what it may be.
            pub fn new(text: String) -> Result<Self, InvalidSecret> {
                Secret::new(text).map(Self)
            }

            /// The text itself.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }
    )*};
}

secrets! {
    /// The Instagram App Secret of the user's own Meta app.
    AppSecret;
    /// The token of one hour that a code is exchanged for. It lives in memory only.
    ShortToken;
    /// The token of 60 days that is kept in the store.
    LongToken;
}

/// `text` without anything that looks like a secret: unbroken runs of its alphabet that are long, or begin as tokens
/// do. Instagram quotes tokens in some messages, and people type them where they do not belong.
pub fn without_secrets(text: &str) -> String {
    let alphabet = |c: char| c.is_ascii_alphanumeric() || "_-%+=|".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !alphabet(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length.max(first.len_utf8()));
        shown.push_str(if looks_secret(run) { "[…]" } else { run });
        rest = after;
    }
    shown
}

impl LongToken {
    /// Whether it is a token of Facebook Login, which works on another host alone. Those of Instagram Login begin with
    /// `IG` (seen in every report since 2019; the prefix is not documented).
    pub fn is_of_facebook_login(&self) -> bool {
        self.expose().starts_with("EAA")
    }
}

fn looks_secret(run: &str) -> bool {
    let begins = ["IGAA", "IGQ", "EAA"]
        .iter()
        .any(|prefix| run.starts_with(prefix));
    // Names of permissions are long too, and made of small letters alone.
    let varied = run
        .bytes()
        .any(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (begins && run.len() >= 8) || (varied && run.len() >= 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let token = LongToken::new("IGAAcanary".into()).unwrap();
        assert_eq!(format!("{:?}", Some(&token)), "Some(LongToken([secret]))");
    }

    #[test]
    fn only_visible_ascii_is_a_secret() {
        assert_eq!(
            Secret::new(String::new()).unwrap_err(),
            InvalidSecret::Empty
        );
        for text in ["a b", "a\n", "\u{feff}a", "a\0", "é"] {
            assert_eq!(
                Secret::new(text.into()).unwrap_err(),
                InvalidSecret::Characters
            );
        }
        assert_eq!(
            Secret::new("a".repeat(SECRET_MAX_BYTES + 1)).unwrap_err(),
            InvalidSecret::TooLong
        );
        assert!(Secret::new("a".repeat(SECRET_MAX_BYTES)).is_ok());
    }

    #[test]
    fn a_token_of_facebook_login_is_known_by_its_beginning() {
        let is_facebooks = |text: &str| LongToken::new(text.into()).unwrap().is_of_facebook_login();
        assert!(is_facebooks("EAAx") && !is_facebooks("IGAAEAA"));
    }

    #[test]
    fn what_is_short_is_no_secret() {
        for (text, shown) in [
            ("EAA4567", "EAA4567"),
            ("EAA45678", "[…]"),
            ("0123456789abcdef0123456", "0123456789abcdef0123456"),
            ("0123456789ABCDEF01234567", "[…]"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_masked() {
        let token = format!("Malformed access token IGAA{}, sorry", "x".repeat(5));
        assert_eq!(without_secrets(&token), "Malformed access token […], sorry");
        assert_eq!(without_secrets("secret=0123456789abcdef01234567"), "[…]");
        for plain in [
            "Invalid platform app",
            "instagram_business_manage_insights",
            "é ü",
            "",
        ] {
            assert_eq!(without_secrets(plain), plain);
        }
    }
}
