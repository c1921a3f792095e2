//! The profile of an account as last fetched. A missing field stays absent: it is never 0 or "".

use jiff::Timestamp;

use super::untrusted::Untrusted;

/// The profile fields of `/me` with Instagram Login (Instagram API reference, "IG User").
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub name: Option<Untrusted>,
    /// May have several lines.
    pub biography: Option<Untrusted>,
    pub website: Option<Untrusted>,
    /// `BUSINESS`, `MEDIA_CREATOR`, or a value that Instagram adds later.
    pub account_type: Option<Untrusted>,
    /// A signed URL that expires within days.
    pub profile_picture_url: Option<Untrusted>,
    pub followers_count: Option<i64>,
    pub follows_count: Option<i64>,
    pub media_count: Option<i64>,
    pub fetched_at: Timestamp,
}
