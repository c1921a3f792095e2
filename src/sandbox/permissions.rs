//! The permissions of Instagram Login. A set of them is a handful of bits, so that a code or token stays short.

use serde::{Deserialize, Serialize};

use crate::account::Scopes;

/// Every permission with what the consent page says about it (Instagram API reference, "Business Login").
const KNOWN: [(&str, &str); 5] = [
    (Scopes::BASIC, "See the profile and the list of posts"),
    (
        "instagram_business_content_publish",
        "Publish posts, reels and stories",
    ),
    (
        "instagram_business_manage_comments",
        "Read, hide and answer comments",
    ),
    (
        "instagram_business_manage_messages",
        "Read and answer direct messages",
    ),
    (
        "instagram_business_manage_insights",
        "Read the account's statistics",
    ),
];

/// A set of known permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Permissions(u8);

impl Permissions {
    /// Nothing but what every login needs.
    pub(super) const BASIC: Self = Self(1);

    /// Reads a list written with commas or blanks; the error is the first name that Instagram does not know.
    pub(super) fn parse(list: &str) -> Result<Self, String> {
        let mut bits = 0;
        for name in list.split([',', ' ']).filter(|name| !name.is_empty()) {
            match KNOWN.iter().position(|(known, _)| *known == name) {
                Some(place) => bits |= 1 << place,
                None => return Err(name.to_owned()),
            }
        }
        Ok(Self(bits))
    }

    /// Whether the one that every login needs is in it.
    pub(super) fn has_basic(self) -> bool {
        self.0 & Self::BASIC.0 != 0
    }

    /// Those in both, and always the basic one, which cannot be unticked.
    pub(super) fn granted_of(self, ticked: Self) -> Self {
        Self((self.0 & ticked.0) | Self::BASIC.0)
    }

    /// Name and explanation of each.
    pub(super) fn each(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        (KNOWN.into_iter().enumerate())
            .filter(move |(place, _)| self.0 & (1 << place) != 0)
            .map(|(_, permission)| permission)
    }

    /// The names, as Instagram writes a list.
    pub(super) fn joined(self) -> String {
        self.each()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
            .join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_written_in_instagrams_order() {
        let set = Permissions::parse("instagram_business_manage_insights instagram_business_basic");
        let written = "instagram_business_basic,instagram_business_manage_insights";
        assert_eq!(set.map(Permissions::joined), Ok(written.to_owned()));
    }

    #[test]
    fn a_retired_permission_is_named() {
        assert_eq!(
            Permissions::parse("instagram_business_basic,user_profile"),
            Err("user_profile".into())
        );
    }
}
