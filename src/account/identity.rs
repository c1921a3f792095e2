//! The names of an account: its id, which never changes, its `@username`, and an alias that the person chose.
//! Keys, file names and lock names use the id only, because other people can choose usernames.

use std::fmt;
use std::str::FromStr;

use super::untrusted::Untrusted;

/// The professional account id: 1 to 32 digits, kept as text because it exceeds 2^53
/// (Instagram API reference, `/me` → `user_id`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct AccountId(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("an account id is 1 to 32 digits")]
    Id,
    #[error("an alias is 1 to 32 letters, digits, '-' or '_' and not only digits")]
    Alias,
    /// An empty name must never mean "any account".
    #[error("the name of an account cannot be empty")]
    Empty,
}

impl FromStr for AccountId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let is_valid = digits && (1..=32).contains(&text.len());
        is_valid.then(|| Self(text.into())).ok_or(InvalidName::Id)
    }
}

impl AccountId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that the person chose on this machine. It is never an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias(String);

impl FromStr for Alias {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        // Digits alone would be read as an id.
        let only_digits = text.bytes().all(|b| b.is_ascii_digit());
        let is_valid = text.bytes().all(alphabet) && (1..=32).contains(&text.len()) && !only_digits;
        is_valid
            .then(|| Self(text.into()))
            .ok_or(InvalidName::Alias)
    }
}

impl Alias {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// `@name`: only a username.
    Username(String),
    /// Digits.
    Id(AccountId),
    /// Anything else: an alias, or a username without `@`.
    Name(String),
}

impl FromStr for Selector {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if let Some(username) = username_in_address(text) {
            return Ok(Self::Username(username.to_owned()));
        }
        match text.strip_prefix('@') {
            _ if text.is_empty() || text == "@" => Err(InvalidName::Empty),
            Some(username) => Ok(Self::Username(username.to_owned())),
            None => Ok(text
                .parse()
                .map_or_else(|_| Self::Name(text.to_owned()), Self::Id)),
        }
    }
}

/// Finds the username in the address of a profile, as browsers and the Instagram app copy it.
fn username_in_address(text: &str) -> Option<&str> {
    /// First parts of addresses that are not usernames.
    const PAGES: [&str; 10] = [
        "p", "reel", "reels", "tv", "explore", "accounts", "direct", "about", "legal", "web",
    ];
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    let (host, path) = rest.split_once('/')?;
    let is = |known: &[&str], found: &str| known.iter().any(|one| found.eq_ignore_ascii_case(one));
    let hosts = [
        "www.instagram.com",
        "instagram.com",
        "m.instagram.com",
        "instagr.am",
    ];
    if !is(&["https", "http"], scheme) || !is(&hosts, host) {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first = parts.next()?;
    // Links of the app, and stories, name the account in the second part.
    let name = if is(&["_u", "stories"], first) {
        parts.next()?
    } else {
        first
    };
    let name = name.strip_prefix('@').unwrap_or(name);
    (is_username(name) && !is(&PAGES, first)).then_some(name)
}

/// Instagram's alphabet. It allows 30 characters today.
pub fn is_username(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'.';
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Username(name) => write!(f, "@{}", Untrusted::new(name.as_str())),
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => Untrusted::new(name.as_str()).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_digits_only() {
        assert!("17841400000000017".parse::<AccountId>().is_ok());
        for text in ["", " 1", "1\n", "-1", "1.5", "１", "../1", &"1".repeat(33)] {
            assert_eq!(text.parse::<AccountId>(), Err(InvalidName::Id), "{text:?}");
        }
    }

    #[test]
    fn an_alias_is_never_an_id() {
        assert!("shop-2".parse::<Alias>().is_ok());
        for text in ["", "123", "a b", "a/b", "@a", "a\n"] {
            assert_eq!(text.parse::<Alias>(), Err(InvalidName::Alias), "{text:?}");
        }
    }

    #[test]
    fn names_are_shown_as_they_were_given() {
        let (id, alias) = ("17".parse::<AccountId>(), "shop-2".parse::<Alias>());
        let (id, alias) = (id.unwrap(), alias.unwrap());
        assert_eq!((id.as_str(), id.to_string().as_str()), ("17", "17"));
        assert_eq!(
            (alias.as_str(), alias.to_string().as_str()),
            ("shop-2", "shop-2")
        );
        for text in ["@a.b_c", "17", "a.b_c"] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
        assert!("a".repeat(32).parse::<Alias>().is_ok());
        assert!("a".repeat(33).parse::<Alias>().is_err());
        assert!("a_b".parse::<Alias>().is_ok());
    }

    #[test]
    fn the_address_of_a_profile_means_its_account() {
        for address in [
            "https://www.instagram.com/wreckshop.records/?hl=en",
            "https://www.instagram.com/wreckshop.records",
            "https://instagram.com/wreckshop.records/#x",
            "http://instagram.com/wreckshop.records/reels/",
            "instagram.com/wreckshop.records",
            "www.Instagram.com/wreckshop.records/",
            "https://instagr.am/wreckshop.records?igsh=MTIz",
            "https://www.instagram.com/@wreckshop.records",
            "https://www.instagram.com/_u/wreckshop.records",
            "https://www.instagram.com/stories/wreckshop.records/31/",
        ] {
            let expected = Selector::Username("wreckshop.records".into());
            assert_eq!(address.parse(), Ok(expected), "{address}");
        }
        for other in [
            "https://www.instagram.com/",
            "https://www.instagram.com/p/Cx1/",
            "https://evil.example/wreckshop.records",
            "https://www.instagram.com.evil.example/shop",
            "ftp://instagram.com/shop",
            "instagram.com",
            "https://www.instagram.com/sh%6fp",
        ] {
            assert_eq!(other.parse(), Ok(Selector::Name(other.into())), "{other}");
        }
    }

    #[test]
    fn a_username_has_only_the_letters_that_instagram_allows() {
        for name in ["a", "a.b_c", "17", "A9"] {
            assert!(is_username(name), "{name}");
        }
        let long = "a".repeat(65);
        for name in [
            "",
            "a b",
            "a\n",
            "a-b",
            "é",
            "=a",
            "@a",
            "a/b",
            "a\u{202e}b",
            &long,
        ] {
            assert!(!is_username(name), "{name:?}");
        }
    }

    #[test]
    fn a_blank_selector_means_no_account() {
        assert_eq!("".parse::<Selector>(), Err(InvalidName::Empty));
        assert_eq!("@".parse::<Selector>(), Err(InvalidName::Empty));
        assert_eq!("@a".parse(), Ok(Selector::Username("a".into())));
        assert_eq!("a".parse(), Ok(Selector::Name("a".into())));
    }
}
