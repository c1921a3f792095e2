//! The permissions of Instagram Login. A set of them is a few bits, so that codes and tokens stay short.

use serde::{Deserialize, Serialize};

use crate::account::Scopes;

/// Every permission and its description on the consent page (Instagram API reference, "Business Login").
const KNOWN: [(&str, &str); 5] = [
    (Scopes::BASIC, "See the profile and the list of posts"),
    (
        "instagram_business_content_publish",
        "Publish posts, reels and stories",
    ),
    (
        "instagram_business_manage_comments",
        "Read, hide and reply to comments",
    ),
    (
        "instagram_business_manage_messages",
        "Read and reply to direct messages",
    ),
    (
        "instagram_business_manage_insights",
        "Read the account's statistics",
    ),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Permissions(u8);

impl Permissions {
    /// The permission that every login needs.
    pub(super) const BASIC: Self = Self(1);

    /// Parses a list with commas or blanks. The error is the first name that Instagram does not know.
    pub(super) fn parse(list: &str) -> Result<Self, String> {
        let mut bits = 0;
        for name in list.split([',', ' ']).filter(|name| !name.is_empty()) {
            match KNOWN.iter().position(|(known, _)| *known == name) {
                Some(index) => bits |= 1 << index,
                None => return Err(name.to_owned()),
            }
        }
        Ok(Self(bits))
    }

    pub(super) fn has_basic(self) -> bool {
        self.0 & Self::BASIC.0 != 0
    }

    /// The requested permissions that the user allows. The basic one cannot be turned off.
    pub(super) fn grant(self, allowed: Self) -> Self {
        Self((self.0 & allowed.0) | Self::BASIC.0)
    }

    pub(super) fn each(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        (KNOWN.into_iter().enumerate())
            .filter(move |(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, permission)| permission)
    }

    /// The names in Instagram's list format.
    pub(super) fn joined(self) -> String {
        let names: Vec<_> = self.each().map(|(name, _)| name).collect();
        names.join(",")
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
