//! The permissions of a token.
use super::secret::without_secrets;

/// No app has more scopes. An answer with more is a mistake.
const SCOPES_MAX: usize = 64;

/// Permissions separated by commas, in Instagram's order. Empty if Instagram did not name them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a scope is made of lower-case letters, digits and '_', and there are {SCOPES_MAX} at most"
)]
pub struct InvalidScope;

impl Scopes {
    /// Without it Instagram refuses the login and every refresh.
    pub const BASIC: &str = "instagram_business_basic";

    /// Parses a list separated by commas or blanks. Removes duplicates.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        Self::collect(text.split([',', ' ']).filter(|scope| !scope.is_empty()))
    }

    /// Like [`Self::parse`], for names that are apart already.
    pub fn collect<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidScope> {
        let mut scopes: Vec<&str> = Vec::new();
        for name in names {
            if scopes.len() == SCOPES_MAX || !is_scope(name) {
                return Err(InvalidScope);
            }
            if !scopes.contains(&name) {
                scopes.push(name);
            }
        }
        Ok(Self(scopes.join(",")))
    }

    /// Reads what [`Self::joined`] returned.
    pub fn from_recorded(text: &str) -> Result<Self, InvalidScope> {
        let is_list = text.split(',').all(is_scope) && text.split(',').count() <= SCOPES_MAX;
        let is_valid = text.is_empty() || is_list;
        is_valid.then(|| Self(text.into())).ok_or(InvalidScope)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        // An empty list splits into one empty name.
        self.0.split(',').filter(|name| !name.is_empty())
    }

    /// Returns the names separated by commas, as in a request.
    pub fn joined(&self) -> &str {
        &self.0
    }

    /// Returns the scopes that were not granted. None if `granted` is empty, because then it is unknown.
    pub fn missing_from(&self, granted: &Self) -> Vec<String> {
        let granted: Vec<_> = granted.names().collect();
        let missing = |name: &&str| !granted.is_empty() && !granted.contains(name);
        let missing = self.names().filter(missing);
        missing.map(ToOwned::to_owned).collect()
    }
}

fn is_scope(name: &str) -> bool {
    let alphabet = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    // A secret in the wrong place would become part of an address.
    let is_secret = without_secrets(name) != name;
    (1..=64).contains(&name.len()) && name.bytes().all(alphabet) && !is_secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_compared_only_when_instagram_named_them() {
        let asked = Scopes::parse("a,b").unwrap();
        assert_eq!(asked.missing_from(&Scopes::parse("a").unwrap()), ["b"]);
        assert!(asked.missing_from(&Scopes::default()).is_empty());
        let names = Scopes::parse("a, b,,a").unwrap();
        assert!(names.names().eq(["a", "b"]));
        assert_eq!(Scopes::parse("a;b"), Err(InvalidScope));
        assert_eq!(
            Scopes::parse(Scopes::BASIC).unwrap().joined(),
            Scopes::BASIC
        );
        assert_eq!(asked.joined(), "a,b");
        assert_eq!(Scopes::from_recorded("a,b"), Ok(asked));
        assert_eq!(Scopes::from_recorded(""), Ok(Scopes::default()));
        for never_written in ["a,", ",a", "a b", "A", &("a,".repeat(64) + "a")] {
            let read = Scopes::from_recorded(never_written);
            assert_eq!(read, Err(InvalidScope), "{never_written}");
        }
        assert_eq!(Scopes::collect([""]), Err(InvalidScope));
        assert!(Scopes::parse(&"a".repeat(64)).is_ok());
        assert!(Scopes::parse(&"a".repeat(65)).is_err());
    }
}
