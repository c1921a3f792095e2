//! The catalogue of Instagram's errors, narrow entries first.
//!
//! Sources: Graph API "Error Handling" and "Rate Limits", Instagram API "Business Login" (error bodies of the code
//! exchange), and messages that users of other tools reported.

use super::entry::{Explanation, Meaning};
use crate::account::Trouble;

const ERRORS: &str = "https://developers.facebook.com/docs/graph-api/guides/error-handling";
const RATE_LIMITS: &str = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting";
const BUSINESS_LOGIN: &str = "https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login";
const REFRESH: &str =
    "https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token";
const PUBLISHING: &str =
    "https://developers.facebook.com/docs/instagram-platform/content-publishing";
const MANAGE_ACCESS: &str = "https://www.instagram.com/accounts/manage_access/";

// Fixes that several entries share.
const CONNECT_AGAIN: &str = "Log in again: igconnect login";
const START_AGAIN: &str = "Start again: igconnect login";
const TRY_AGAIN: &str = "Try again in a few minutes";
const WAIT_AN_HOUR: &str =
    "Wait an hour before the next call, because more calls now make it longer";
const CHECK_APP_ID: &str = "Check the Instagram App ID: igconnect app list";
const ENTER_SECRET: &str =
    "Enter the Instagram App Secret (not the one of the Meta app) again: igconnect app add";
const GRANT_ALL: &str = "Log in again and keep every permission switched on: igconnect login";
const CHECK_ACCOUNT_STATUS: &str = "Check Account status in the Instagram app";

// Explanations that several entries share: cause, fix and link.
type ExplanationText = (&'static str, &'static str, &'static str);
const ASPECT_RATIO: ExplanationText = (
    "Instagram does not accept this aspect ratio",
    "Use an aspect ratio between 4:5 and 1.91:1",
    PUBLISHING,
);
const RESTRICTED: ExplanationText = (
    "Instagram has restricted the account",
    CHECK_ACCOUNT_STATUS,
    PUBLISHING,
);
const PASSWORD_CHANGED: ExplanationText = (
    "the password was changed, or Instagram ended the session for security reasons",
    CONNECT_AGAIN,
    ERRORS,
);
const TOKEN_EXPIRED: ExplanationText = ("the token has expired", CONNECT_AGAIN, ERRORS);
const SECURITY_CHECK: ExplanationText = (
    "Instagram wants the owner of the account to pass a security check",
    "Log in on instagram.com, follow the instructions, then try again",
    ERRORS,
);
const ALREADY_LONG: ExplanationText = (
    "the token is already long-lived and cannot be exchanged again",
    "Refresh it instead: igconnect refresh",
    REFRESH,
);
const CALL_LIMIT: ExplanationText = (
    "a limit for API calls was reached",
    WAIT_AN_HOUR,
    RATE_LIMITS,
);
const WRONG_SECRET: ExplanationText = ("the App Secret is wrong", ENTER_SECRET, BUSINESS_LOGIN);
const MISSING_OBJECT: ExplanationText = (
    "the object does not exist, or the permission to read it is missing",
    GRANT_ALL,
    ERRORS,
);
const ACCEPT_INVITATION: &str = "In the App Dashboard, add the account under App roles as an Instagram Tester. Accept the \
     invitation at https://www.instagram.com/accounts/manage_access/, then log in again";
const NOT_PROFESSIONAL: ExplanationText = (
    "only professional accounts (Business or Creator) can be connected",
    "Switch the account type in the Instagram app under Settings, Account type and tools, then log in again",
    BUSINESS_LOGIN,
);
const WRONG_REDIRECT_URI: ExplanationText = (
    "the redirect URI is not exactly as registered, perhaps because of a slash at the end",
    "Register the URI that igconnect app list shows, under Business login settings, OAuth redirect URIs",
    BUSINESS_LOGIN,
);
const NO_APP_ID: ExplanationText = (
    "Instagram got no App ID, or does not know it",
    CHECK_APP_ID,
    BUSINESS_LOGIN,
);
const APP_DISABLED: ExplanationText = (
    "Meta has disabled the app because of inactivity, a policy or an overdue data use checkup",
    "Follow the alerts in the App Dashboard, then try again",
    BUSINESS_LOGIN,
);
const NOT_A_CODE: ExplanationText = (
    "the code does not belong to this app",
    START_AGAIN,
    BUSINESS_LOGIN,
);

const fn entry(
    code: Option<i64>,
    subcode: Option<i64>,
    message: Option<&'static str>,
    meaning: Meaning,
    (cause, fix, link): ExplanationText,
) -> Explanation {
    Explanation {
        code,
        subcode,
        message,
        meaning,
        cause,
        fix,
        link,
    }
}

/// Every known error.
#[rustfmt::skip]
pub(crate) static CATALOGUE: &[Explanation] = &[
    // Publishing and messages. igconnect does neither, but the programs that use its tokens do.
    entry(None, Some(2207051), None, Meaning::Blocked, (
        "Instagram has blocked the action as unusual",
        "Wait a day, publish less often, and check Account status in the Instagram app", PUBLISHING)),
    entry(None, Some(2207050), None, Meaning::Blocked, RESTRICTED),
    entry(None, Some(2207042), None, Meaning::RateLimited, (
        "the account has reached its daily limit for posts through the API",
        "Wait until the first of these posts is 24 hours old", PUBLISHING)),
    entry(None, Some(2207026), None, Meaning::Unknown, (
        "Instagram does not accept this video format",
        "Publish MP4 or MOV with H.264 or HEVC and AAC", PUBLISHING)),
    entry(None, Some(2207052), None, Meaning::Unknown, (
        "Instagram could not fetch the media",
        "Use a public address that needs no login and does not redirect", PUBLISHING)),
    entry(None, Some(2207003), None, Meaning::Unknown, (
        "it took too long to fetch the media",
        "Use a faster server, or make the file smaller", PUBLISHING)),
    entry(None, Some(2207009), None, Meaning::Unknown, ASPECT_RATIO),
    entry(None, Some(2534068), None, Meaning::Unknown, (
        "this account cannot send messages with several images yet",
        "Send one image at a time", PUBLISHING)),
    entry(Some(506), None, None, Meaning::Unknown, (
        "the same content was just posted", "Change the text, or wait", PUBLISHING)),
    entry(Some(9004), None, None, Meaning::Unknown, (
        "Instagram could not fetch or read the media",
        "Use the public address of a JPEG or a supported video", PUBLISHING)),
    entry(Some(9007), None, None, Meaning::Unknown, (
        "the media is not ready to be published",
        "Check the status of the container until it is FINISHED, then publish", PUBLISHING)),
    entry(Some(24), None, None, Meaning::Unknown, (
        "the media container no longer exists",
        "Create a new container, which can be published for 24 hours", PUBLISHING)),
    entry(Some(25), None, None, Meaning::Blocked, RESTRICTED),
    entry(Some(36000), None, None, Meaning::Unknown, (
        "Instagram does not accept the size, format or length of this media",
        "Compare it with the limits in the publishing documentation", PUBLISHING)),
    entry(Some(36009), None, None, Meaning::Unknown, ASPECT_RATIO),
    // The token.
    entry(Some(190), Some(458), None, Meaning::Token(Trouble::AppRemoved), (
        "the app was removed in Instagram's settings, under Apps and websites",
        CONNECT_AGAIN, ERRORS)),
    entry(Some(190), Some(459), None, Meaning::Token(Trouble::Checkpoint), SECURITY_CHECK),
    entry(Some(190), Some(460), None, Meaning::Token(Trouble::PasswordChanged), PASSWORD_CHANGED),
    entry(Some(190), Some(463), None, Meaning::Token(Trouble::TokenExpired), TOKEN_EXPIRED),
    entry(Some(190), Some(464), None, Meaning::Token(Trouble::Unconfirmed), (
        "the account is not confirmed",
        "Confirm the account on instagram.com, then try again", ERRORS)),
    entry(Some(190), Some(467), None, Meaning::Token(Trouble::LoggedOut), (
        "the owner logged out, which ended the session", CONNECT_AGAIN, ERRORS)),
    entry(Some(190), Some(492), None, Meaning::Token(Trouble::TokenRefused), (
        "the session is invalid, for example after losing a role", CONNECT_AGAIN, ERRORS)),
    entry(Some(190), None, Some("session has expired"), Meaning::Token(Trouble::TokenExpired), TOKEN_EXPIRED),
    entry(Some(190), None, Some("changed their password"), Meaning::Token(Trouble::PasswordChanged), PASSWORD_CHANGED),
    entry(Some(190), None, Some("cannot parse access token"), Meaning::Token(Trouble::TokenRefused), (
        "the token is not from Instagram Login; tokens of Facebook Login begin with EAA and do not work here",
        CONNECT_AGAIN, ERRORS)),
    entry(Some(190), None, Some("till you log in"), Meaning::Token(Trouble::Checkpoint), SECURITY_CHECK),
    entry(Some(190), None, None, Meaning::Token(Trouble::TokenRefused), (
        "Instagram no longer accepts the token", CONNECT_AGAIN, ERRORS)),
    entry(Some(102), None, None, Meaning::Token(Trouble::TokenRefused), (
        "the session of the token has ended", CONNECT_AGAIN, ERRORS)),
    entry(Some(452), None, None, Meaning::AlreadyLong, ALREADY_LONG),
    entry(None, None, Some("session key invalid"), Meaning::AlreadyLong, ALREADY_LONG),
    entry(None, None, Some("till you log in to"), Meaning::Token(Trouble::Checkpoint), SECURITY_CHECK),
    entry(None, None, Some("session key is malformed"), Meaning::Token(Trouble::Checkpoint), SECURITY_CHECK),
    // Rate limits and problems of Instagram.
    entry(Some(80002), None, None, Meaning::RateLimited, (
        "there were too many API calls for this account",
        "Wait until Instagram allows calls again, because more calls now make it longer", RATE_LIMITS)),
    entry(Some(4), None, None, Meaning::RateLimited, (
        "the app has reached its limit for API calls", WAIT_AN_HOUR, RATE_LIMITS)),
    entry(Some(17), None, None, Meaning::RateLimited, (
        "the account has reached its limit for API calls", WAIT_AN_HOUR, RATE_LIMITS)),
    entry(Some(32), None, None, Meaning::RateLimited, CALL_LIMIT),
    entry(Some(613), None, None, Meaning::RateLimited, CALL_LIMIT),
    entry(Some(341), None, None, Meaning::RateLimited, (
        "the app has reached a limit", WAIT_AN_HOUR, RATE_LIMITS)),
    entry(Some(1), None, Some("validating client secret"), Meaning::AppSetup, WRONG_SECRET),
    entry(Some(1), None, None, Meaning::Down, (
        "Instagram has a temporary problem", TRY_AGAIN, ERRORS)),
    entry(Some(2), None, None, Meaning::Down, (
        "Instagram is temporarily down", TRY_AGAIN, ERRORS)),
    entry(Some(368), None, None, Meaning::Blocked, (
        "Instagram has temporarily blocked this for a policy reason",
        "Wait, and check the alerts in the App Dashboard", ERRORS)),
    // A disabled app is refused with codes that otherwise mean a missing permission.
    entry(None, None, Some("api access deactivated"), Meaning::AppDisabled, APP_DISABLED),
    entry(None, None, Some("api access disrupted"), Meaning::AppDisabled, APP_DISABLED),
    entry(None, None, Some("api access blocked"), Meaning::AppDisabled, APP_DISABLED),
    entry(None, None, Some("api access disabled"), Meaning::AppDisabled, APP_DISABLED),
    entry(None, None, Some("app is not active"), Meaning::AppDisabled, APP_DISABLED),
    entry(None, None, Some("app not active"), Meaning::AppDisabled, APP_DISABLED),
    // Permissions and roles.
    entry(Some(3), None, None, Meaning::Permission, (
        "the app may not use this part of the API",
        "Check the products of the app in the App Dashboard", ERRORS)),
    entry(Some(10), None, None, Meaning::Permission, (
        "a required permission was not granted, or was taken back", GRANT_ALL, ERRORS)),
    entry(Some(100), Some(33), None, Meaning::Permission, MISSING_OBJECT),
    entry(Some(803), None, None, Meaning::Unknown, (
        "Instagram does not know this object",
        "Check the id of the account: professional and app-scoped ids differ, and neither survives rounding to a float", ERRORS)),
    entry(Some(100), None, Some("unsupported request - method type"), Meaning::NoRole, (
        "the account has no accepted role on the Meta app, or the app is restricted",
        ACCEPT_INVITATION, MANAGE_ACCESS)),
    entry(None, None, Some("insufficient developer role"), Meaning::NoRole, (
        "the account has no accepted role on the Meta app", ACCEPT_INVITATION, MANAGE_ACCESS)),
    entry(None, None, Some("personal account"), Meaning::Permission, NOT_PROFESSIONAL),
    entry(None, None, Some("professional account"), Meaning::Permission, NOT_PROFESSIONAL),
    entry(None, None, Some("invalid scope"), Meaning::Permission, (
        "Instagram does not know a requested scope, perhaps one of Basic Display, which ended in 2024",
        "Use scopes that begin with instagram_business_", BUSINESS_LOGIN)),
    entry(None, None, Some("nonexisting field"), Meaning::UnknownField, (
        "this version of the API does not know a requested field",
        "Update igconnect, or set IGCONNECT_API_VERSION", ERRORS)),
    entry(None, None, Some("does not exist, cannot be loaded"), Meaning::Permission, MISSING_OBJECT),
    // The app.
    entry(Some(101), None, None, Meaning::AppSetup, (
        "the App ID is wrong", CHECK_APP_ID, BUSINESS_LOGIN)),
    entry(Some(100), None, Some("validating client secret"), Meaning::AppSetup, WRONG_SECRET),
    entry(None, None, Some("invalid platform app"), Meaning::AppSetup, (
        "the id is from the Meta app, not the Instagram App ID, or the Instagram product is missing",
        "Copy the Instagram App ID from \"API setup with Instagram login\" in the App Dashboard: igconnect app add", BUSINESS_LOGIN)),
    entry(None, None, Some("missing required field client_id"), Meaning::AppSetup, (
        "Instagram does not know the App ID", CHECK_APP_ID, BUSINESS_LOGIN)),
    entry(None, None, Some("error validating verification code"), Meaning::AppSetup, (
        "the redirect URI differs from the registered one, or the App Secret is wrong; Instagram does not say which",
        "Compare both with the App Dashboard: igconnect app list", BUSINESS_LOGIN)),
    entry(None, None, Some("url blocked"), Meaning::AppSetup, (
        "this is a page of Facebook Login, so the redirect URI is registered for the wrong product",
        "Register it under Instagram, Business login settings, and use the Instagram App ID: igconnect app list", BUSINESS_LOGIN)),
    entry(None, None, Some("redirect_uri"), Meaning::AppSetup, WRONG_REDIRECT_URI),
    entry(None, None, Some("redirect uri"), Meaning::AppSetup, WRONG_REDIRECT_URI),
    entry(None, None, Some("page isn't available"), Meaning::AppSetup, NO_APP_ID),
    entry(None, None, Some("page isn\u{2019}t available"), Meaning::AppSetup, NO_APP_ID),
    // The login.
    entry(None, None, Some("matching code was not found"), Meaning::Code, (
        "the code was already used, is older than an hour, or belongs to another app",
        START_AGAIN, BUSINESS_LOGIN)),
    entry(None, None, Some("authorization code has been used"), Meaning::Code, (
        "the code was already used", START_AGAIN, BUSINESS_LOGIN)),
    entry(None, None, Some("invalid authorization code"), Meaning::Code, NOT_A_CODE),
    entry(None, None, Some("invalid oauth code"), Meaning::Code, NOT_A_CODE),
    entry(None, None, Some("session invalid"), Meaning::Login, (
        "the browser's Instagram session is too old, or the app has no deauthorize and data deletion addresses",
        "Use a private window or igconnect login --force-reauth, and enter both addresses under Business login settings", BUSINESS_LOGIN)),
    entry(None, None, Some("wrong account"), Meaning::Login, (
        "the browser was logged in to another account",
        "Choose the account in a private window, or with igconnect login --force-reauth", BUSINESS_LOGIN)),
    entry(None, None, Some("localhost"), Meaning::Login, (
        "Instagram does not accept http addresses, and some networks block localhost",
        "Register the https address that igconnect app list shows, or use a tunnel with igconnect login --redirect-uri", BUSINESS_LOGIN)),
    entry(None, None, Some("another browser"), Meaning::Login, (
        "the phone's Instagram app took over and returned to a browser without this login",
        "Finish in the browser where you started, or paste the address you ended on into the terminal", BUSINESS_LOGIN)),
    entry(None, None, Some("user denied"), Meaning::Login, (
        "access was denied on the consent page", START_AGAIN, BUSINESS_LOGIN)),
];
