//! The profile of an account as Instagram last showed it. What Instagram leaves out stays absent: never 0, never "".

use jiff::Timestamp;

use super::untrusted::Untrusted;

/// The profile fields of `/me` with Instagram Login (Instagram API reference, "IG User").
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The display name.
    pub name: Option<Untrusted>,
    /// The biography, possibly of several lines.
    pub biography: Option<Untrusted>,
    /// The link in the profile.
    pub website: Option<Untrusted>,
    /// `BUSINESS`, `MEDIA_CREATOR`, or whatever Instagram says next.
    pub account_type: Option<Untrusted>,
    /// A signed address that itself expires within days.
    pub profile_picture_url: Option<Untrusted>,
    /// How many accounts follow this one.
    pub followers_count: Option<i64>,
    /// How many accounts this one follows.
    pub follows_count: Option<i64>,
    /// How many posts there are.
    pub media_count: Option<i64>,
    /// When Instagram showed all this.
    pub fetched_at: Timestamp,
}
