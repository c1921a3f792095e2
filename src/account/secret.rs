//! Secrets as types: no Display, no Serialize, no Clone, a redacted Debug, wiped on drop.
//! `expose` is the only way to the text, and a test lists the files that call it.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::copied::copied;

/// No token, code or App Secret of Instagram is this long. A longer text is a mistake.
pub const SECRET_MAX_BYTES: usize = 4096;

pub struct Secret(Zeroizing<String>);

/// Why a text cannot be a secret. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than {SECRET_MAX_BYTES} bytes")]
    TooLong,
    /// For example blanks or line breaks: no secret of Instagram has them.
    #[error("it contains a blank, a line break or another character that does not belong there")]
    Characters,
    #[error("it has quotation marks around it: leave them out")]
    Quoted,
    #[error("it has a name and an equals sign in front: give only the value")]
    Named,
    #[error("it has the word Bearer in front: give only the token")]
    Header,
    #[error("it ends with #_, which Instagram adds to addresses: leave that out")]
    Fragment,
    #[error("it has braces around it: give only the value inside the JSON")]
    Braces,
    #[error("it is a whole address: give only the value inside it")]
    Address,
    /// App Dashboard, "API setup with Instagram login".
    #[error("an App Secret has 32 digits and letters from a to f")]
    NotHexadecimal,
}

impl Secret {
    /// Accepts a text of 1 to [`SECRET_MAX_BYTES`] visible ASCII characters.
    pub fn new(text: String) -> Result<Self, InvalidSecret> {
        // Before any check, so that a refused text is wiped too.
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
            pub fn new(text: String) -> Result<Self, InvalidSecret> {
                Secret::new(text).map(Self)
            }

            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
            }
        }
    )*};
}

secrets! {
    /// The Instagram App Secret of the user's own Meta app.
    AppSecret;
    /// The token of one hour that replaces a code. It is never stored.
    ShortToken;
    /// The token of 60 days that is stored.
    LongToken;
}

/// Returns `text` without anything that looks like a secret: long words of its alphabet, or words that start like a
/// token. Instagram quotes tokens in some messages, and people paste them in the wrong place.
pub fn without_secrets(text: &str) -> String {
    let alphabet = |c: char| c.is_ascii_alphanumeric() || "_-%+=|".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !alphabet(c)).unwrap_or(rest.len());
        // A character outside of the alphabet is a run of its own.
        let (run, after) = rest.split_at(length.max(first.len_utf8()));
        shown.push_str(if looks_secret(run) { "[…]" } else { run });
        rest = after;
    }
    shown
}

impl AppSecret {
    /// As [`Self::new`], for a secret that a person or a variable gave.
    pub fn from_input(text: String) -> Result<Self, InvalidSecret> {
        let secret = Self::new(copied(text)?)?;
        let is_hex = secret.expose().bytes().all(|b| b.is_ascii_hexdigit());
        match secret.expose().len() {
            32 if is_hex => Ok(secret),
            _ => Err(InvalidSecret::NotHexadecimal),
        }
    }
}

impl LongToken {
    /// As [`Self::new`], for a token that a person or a variable gave.
    pub fn from_input(text: String) -> Result<Self, InvalidSecret> {
        Self::new(copied(text)?)
    }

    /// Returns whether it is a token of Facebook Login, which Instagram's host refuses. Tokens of Instagram Login start
    /// with `IG` (in every public report since 2019; not documented).
    pub fn is_of_facebook_login(&self) -> bool {
        self.expose().starts_with("EAA")
    }
}

fn looks_secret(run: &str) -> bool {
    let mut prefixes = ["IGAA", "IGQ", "EAA"].into_iter();
    let begins = prefixes.any(|prefix| run.starts_with(prefix));
    // Names of permissions are long too, but have only lower-case letters.
    let varied = (run.bytes()).any(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
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
    fn an_app_secret_has_32_hexadecimal_digits() {
        let hex = "5a9db0c05a9db0c05a9db0c05a9db0c0";
        assert!(AppSecret::from_input(format!(" {hex}\n")).is_ok());
        for text in [
            "wrongsecret",
            &hex[1..],
            &format!("{hex}0"),
            &hex.replace('5', "g"),
        ] {
            let error = AppSecret::from_input((*text).to_owned()).unwrap_err();
            assert_eq!(error, InvalidSecret::NotHexadecimal, "{text}");
        }
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
