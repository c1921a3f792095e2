//! The keys of the JSON documents.

use serde_json::Value;

/// The keys of an account in JSON (the contract, section 4), of its token and of its profile, in order.
pub const ACCOUNT_KEYS: [&str; 13] = [
    "alias",
    "app",
    "app_scoped_id",
    "connected_at",
    "default",
    "id",
    "profile",
    "reason",
    "reason_since",
    "state",
    "token",
    "username",
    "verified_at",
];

pub const TOKEN_KEYS: [&str; 7] = [
    "expires_at",
    "expires_in_seconds",
    "fingerprint",
    "issued_at",
    "refresh_from",
    "scopes",
    "store",
];

pub const PROFILE_KEYS: [&str; 9] = [
    "account_type",
    "biography",
    "fetched_at",
    "followers_count",
    "follows_count",
    "media_count",
    "name",
    "profile_picture_url",
    "website",
];

/// Fails unless the object has exactly these keys; what is absent is `null`, not left out.
#[track_caller]
pub fn assert_keys(object: &Value, keys: &[&str]) {
    let mut found: Vec<_> = (object.as_object().expect("an object").keys()).collect();
    found.sort();
    assert_eq!(found, keys);
}
