//! What each recorded error must lead to. A new recorded error makes the table incomplete.

/// What follows from an error.
#[derive(Clone, Copy)]
pub(super) struct Follows {
    /// The exit code when it comes in the middle of a login.
    pub(super) login: i32,
    /// The exit code when it comes to an account that is connected.
    pub(super) later: i32,
    /// What is recorded about the account; nothing for all that condemns no token.
    pub(super) trouble: Option<&'static str>,
    /// A part of the words that a person gets.
    pub(super) said: &'static str,
}

const fn passes(said: &'static str) -> Follows {
    Follows {
        login: 3,
        later: 3,
        trouble: None,
        said,
    }
}

/// A no that ends a login, and says nothing about a token.
const fn refuses(said: &'static str) -> Follows {
    Follows {
        login: 8,
        ..passes(said)
    }
}

/// A login is needed, for a permission.
const fn forbids(said: &'static str) -> Follows {
    Follows {
        later: 4,
        trouble: Some("permission_missing"),
        ..refuses(said)
    }
}

const fn condemns(trouble: &'static str, said: &'static str) -> Follows {
    Follows {
        later: 4,
        trouble: Some(trouble),
        ..refuses(said)
    }
}

/// The owner has to act on instagram.com, and the token is not dead.
const fn waits(trouble: &'static str, said: &'static str) -> Follows {
    Follows {
        later: 3,
        ..condemns(trouble, said)
    }
}

pub(super) const AT_THE_CONSENT: &[(&str, Follows)] = &[
    ("authorize_redirect_cancel", refuses("access was denied")),
    ("authorize_redirect_no_role", refuses("Instagram Tester")),
    (
        "authorize_redirect_invalid_scopes",
        refuses("scopes that begin with instagram_business_"),
    ),
    ("authorize_page_error_json", refuses("error page")),
    (
        "authorize_page_error_invalid_redirect",
        refuses("redirect URI is not exactly as registered"),
    ),
];

#[rustfmt::skip] // a table: a row is a line
pub(super) const AT_THE_EXCHANGE: &[(&str, Follows)] = &[
    ("token_err_code_not_found_or_used", refuses("igconnect --sandbox login")),
    ("token_err_code_used", refuses("the code was already used")),
    ("token_err_invalid_code", refuses("does not belong to this app")),
    ("token_err_invalid_platform_app", refuses("not the Instagram App ID")),
    ("token_err_missing_client_id", refuses("does not know the App ID")),
    ("token_err_redirect_mismatch_or_secret", refuses("or the App Secret is wrong")),
    ("token_err_invalid_redirect", refuses("not exactly as registered")),
    ("token_err_no_role", refuses("Instagram Tester")),
    ("token_err_invalid_scope", refuses("does not know a requested scope")),
    ("token_long_err_secret", refuses("the App Secret is wrong")),
    ("token_long_err_session_key", refuses("already long-lived")),
    ("token_long_err_unsupported_get", refuses("Instagram Tester")),
];

#[rustfmt::skip] // a table: a row is a line
pub(super) const AT_THE_RENEWAL: &[(&str, Follows)] = &[
    ("token_refresh_err_expired", condemns("token_expired", "igconnect --sandbox login")),
    ("token_refresh_err_invalidated", condemns("password_changed", "the password was changed")),
    ("token_refresh_err_legacy_token", refuses("no accepted role")),
    ("token_refresh_err_too_young_UNKNOWN", refuses("unknown error")),
];

#[rustfmt::skip] // a table: a row is a line
pub(super) const AT_THE_PROFILE: &[(&str, Follows)] = &[
    ("me_err_expired_subcode0", condemns("token_expired", "the token has expired")),
    ("me_err_expired_463", condemns("token_expired", "the token has expired")),
    ("me_err_password_460", condemns("password_changed", "the password was changed")),
    ("me_err_removed_458", condemns("app_removed", "the app was removed")),
    ("me_err_checkpoint_459", waits("checkpoint", "Log in on instagram.com")),
    ("me_err_unconfirmed_464", waits("unconfirmed", "Confirm the account on instagram.com")),
    ("me_err_logged_out_467", condemns("logged_out", "the owner logged out")),
    ("me_err_invalid_session_492", condemns("token_refused", "igconnect --sandbox login")),
    ("me_err_cannot_parse", condemns("token_refused", "not from Instagram Login")),
    ("me_err_unsupported_get", refuses("Instagram Tester")),
    ("me_err_unsupported_post", refuses("Instagram Tester")),
    ("me_err_object_missing", forbids("permission to read it is missing")),
    ("me_err_unknown_field", refuses("IGCONNECT_API_VERSION")),
    ("me_err_permission_10", forbids("a required permission")),
    ("me_err_permission_200", forbids("a required permission")),
    ("me_err_unknown_1", passes("Try again in a few minutes")),
    ("me_err_unavailable_2", passes("Try again in a few minutes")),
    ("me_err_policy_368", refuses("App Dashboard")),
    ("me_err_alias_803", refuses("does not know this object")),
    ("rate_app_4", passes("Wait an hour")),
    ("rate_user_17", passes("Wait an hour")),
    ("rate_page_32", passes("Wait an hour")),
    ("rate_instagram_80002", passes("Wait 19 minutes")),
];
