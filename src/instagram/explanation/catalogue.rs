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

const fn entry(
    code: Option<i64>,
    subcode: Option<i64>,
    message: Option<&'static str>,
    meaning: Meaning,
    (cause, fix, link): (&'static str, &'static str, &'static str),
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

/// Every known error, the narrow entries before the wide ones.
#[rustfmt::skip]
pub(crate) static CATALOGUE: &[Explanation] = &[
    // Publishing and messages: igconnect does neither, those who use its tokens do.
    entry(None, Some(2207051), None, Meaning::Blocked, (
        "Instagram has blocked the action as unusual",
        "Wait a day, publish less often, and look into the account's Account status",
        PUBLISHING)),
    entry(None, Some(2207050), None, Meaning::Blocked, (
        "Instagram has restricted the account",
        "Open the Instagram app and look into Account status",
        PUBLISHING)),
    entry(None, Some(2207042), None, Meaning::RateLimited, (
        "the account has published as much as the API lets it in a day",
        "Wait until 24 hours have passed since the first of these posts",
        PUBLISHING)),
    entry(None, Some(2207026), None, Meaning::Unknown, (
        "Instagram does not take this form of video",
        "Publish MP4 or MOV with H.264 or HEVC and AAC",
        PUBLISHING)),
    entry(None, Some(2207052), None, Meaning::Unknown, (
        "Instagram could not fetch the media",
        "Give it a public address that answers without a login or a redirect",
        PUBLISHING)),
    entry(None, Some(2207003), None, Meaning::Unknown, (
        "fetching the media took too long",
        "Serve it from a faster place, or make it smaller",
        PUBLISHING)),
    entry(None, Some(2207009), None, Meaning::Unknown, (
        "Instagram does not take this aspect ratio",
        "Publish between 4:5 and 1.91:1",
        PUBLISHING)),
    entry(None, Some(2534068), None, Meaning::Unknown, (
        "messages with several images are not available to this account yet",
        "Send one image at a time",
        PUBLISHING)),
    entry(Some(506), None, None, Meaning::Unknown, (
        "the same was posted just before",
        "Change the text, or wait",
        PUBLISHING)),
    entry(Some(9004), None, None, Meaning::Unknown, (
        "Instagram could not fetch or read the media",
        "Give it a public address of a JPEG or a video that it takes",
        PUBLISHING)),
    entry(Some(9007), None, None, Meaning::Unknown, (
        "the media is not ready to be published",
        "Ask for its status until that is FINISHED, then publish",
        PUBLISHING)),
    entry(Some(24), None, None, Meaning::Unknown, (
        "what was to be published is not there any more",
        "Make the container anew: it lives 24 hours",
        PUBLISHING)),
    entry(Some(25), None, None, Meaning::Blocked, (
        "Instagram has restricted the account",
        "Open the Instagram app and look into Account status",
        PUBLISHING)),
    entry(Some(36000), None, None, Meaning::Unknown, (
        "Instagram does not take this media: its size, form or length",
        "Compare it with what the documents on publishing allow",
        PUBLISHING)),
    entry(Some(36009), None, None, Meaning::Unknown, (
        "Instagram does not take this aspect ratio",
        "Publish between 4:5 and 1.91:1",
        PUBLISHING)),
    // The token.
    entry(Some(190), Some(458), None, Meaning::Token(Trouble::AppRemoved), (
        "the app was removed under Apps and websites in Instagram's settings",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), Some(459), None, Meaning::Token(Trouble::Checkpoint), (
        "Instagram asks the owner for a security check before the app may act",
        "Log in on instagram.com, follow what it asks, then try again",
        ERRORS)),
    entry(Some(190), Some(460), None, Meaning::Token(Trouble::PasswordChanged), (
        "the password was changed, or Instagram ended the session for security reasons",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), Some(463), None, Meaning::Token(Trouble::TokenExpired), (
        "the token is past its 60 days",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), Some(464), None, Meaning::Token(Trouble::Unconfirmed), (
        "the account's owner is not confirmed",
        "Confirm the account on instagram.com, then try again",
        ERRORS)),
    entry(Some(190), Some(467), None, Meaning::Token(Trouble::LoggedOut), (
        "the session ended because the owner logged out",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), Some(492), None, Meaning::Token(Trouble::TokenRefused), (
        "the session is invalid, as after losing a role",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), None, Some("session has expired"), Meaning::Token(Trouble::TokenExpired), (
        "the token is past its life",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), None, Some("changed their password"), Meaning::Token(Trouble::PasswordChanged), (
        "the password was changed, or Instagram ended the session for security reasons",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), None, Some("cannot parse access token"), Meaning::Token(Trouble::TokenRefused), (
        "this is no token of Instagram Login; tokens of Facebook Login begin with EAA and do not work here",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(190), None, Some("till you log in"), Meaning::Token(Trouble::Checkpoint), (
        "Instagram asks the owner for a security check before the app may act",
        "Log in on instagram.com, follow what it asks, then try again",
        ERRORS)),
    entry(Some(190), None, None, Meaning::Token(Trouble::TokenRefused), (
        "Instagram no longer accepts the token",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(102), None, None, Meaning::Token(Trouble::TokenRefused), (
        "the session behind the token has ended",
        "Connect again: igconnect login",
        ERRORS)),
    entry(Some(452), None, None, Meaning::AlreadyLong, (
        "the token is long-lived already and cannot be exchanged once more",
        "Renew it instead: igconnect refresh",
        REFRESH)),
    entry(None, None, Some("session key invalid"), Meaning::AlreadyLong, (
        "the token is long-lived already and cannot be exchanged once more",
        "Renew it instead: igconnect refresh",
        REFRESH)),
    entry(None, None, Some("till you log in to"), Meaning::Token(Trouble::Checkpoint), (
        "Instagram asks the owner for a security check before the app may act",
        "Log in on instagram.com, follow what it asks, then try again",
        ERRORS)),
    entry(None, None, Some("session key is malformed"), Meaning::Token(Trouble::Checkpoint), (
        "Instagram asks the owner for a security check before the app may act",
        "Log in on instagram.com, follow what it asks, then connect again",
        ERRORS)),
    // Limits and troubles of Instagram's own.
    entry(Some(80002), None, None, Meaning::RateLimited, (
        "there were too many calls for this account",
        "Wait until Instagram lets calls through again; more calls now make it longer",
        RATE_LIMITS)),
    entry(Some(4), None, None, Meaning::RateLimited, (
        "the app has reached its limit of calls",
        "Wait an hour before the next call; more calls now make it longer",
        RATE_LIMITS)),
    entry(Some(17), None, None, Meaning::RateLimited, (
        "the account has reached its limit of calls",
        "Wait an hour before the next call; more calls now make it longer",
        RATE_LIMITS)),
    entry(Some(32), None, None, Meaning::RateLimited, (
        "a limit of calls is reached",
        "Wait an hour before the next call; more calls now make it longer",
        RATE_LIMITS)),
    entry(Some(613), None, None, Meaning::RateLimited, (
        "a limit of calls is reached",
        "Wait an hour before the next call; more calls now make it longer",
        RATE_LIMITS)),
    entry(Some(341), None, None, Meaning::RateLimited, (
        "the app has reached a limit",
        "Wait an hour before the next call; more calls now make it longer",
        RATE_LIMITS)),
    entry(Some(1), None, Some("validating client secret"), Meaning::AppSetup, (
        "the App Secret is wrong",
        "Enter the Instagram App Secret (not the Meta app's) again: igconnect app add",
        BUSINESS_LOGIN)),
    entry(Some(1), None, None, Meaning::Down, (
        "Instagram has a trouble of its own",
        "Try again in a few minutes",
        ERRORS)),
    entry(Some(2), None, None, Meaning::Down, (
        "Instagram's service is down for the moment",
        "Try again in a few minutes",
        ERRORS)),
    entry(Some(368), None, None, Meaning::Blocked, (
        "Instagram has blocked this for a policy reason, for a while",
        "Wait, and look at the alerts in the App Dashboard",
        ERRORS)),
    // Permissions and roles.
    entry(Some(3), None, None, Meaning::Permission, (
        "the app may not use this part of the API",
        "Check the app's products in the App Dashboard",
        ERRORS)),
    entry(Some(10), None, None, Meaning::Permission, (
        "a permission that this needs was not granted, or was taken back",
        "Connect again and leave every permission switched on: igconnect login",
        ERRORS)),
    entry(Some(100), Some(33), None, Meaning::Permission, (
        "the object does not exist, or the permission for it is missing",
        "Connect again and leave every permission switched on: igconnect login",
        ERRORS)),
    entry(Some(803), None, None, Meaning::Unknown, (
        "Instagram knows no such object",
        "Check the account's id: professional and app-scoped ids differ, and neither survives rounding to a float",
        ERRORS)),
    entry(Some(100), None, Some("unsupported request - method type"), Meaning::NoRole, (
        "the account has no accepted role on the Meta app, or the app is restricted",
        "In the App Dashboard add it under App roles as Instagram Tester, accept the invitation at https://www.instagram.com/accounts/manage_access/, then log in again",
        MANAGE_ACCESS)),
    entry(None, None, Some("insufficient developer role"), Meaning::NoRole, (
        "the account has no accepted role on the Meta app",
        "In the App Dashboard add it under App roles as Instagram Tester, accept the invitation at https://www.instagram.com/accounts/manage_access/, then log in again",
        MANAGE_ACCESS)),
    entry(None, None, Some("personal account"), Meaning::Permission, (
        "only professional accounts (Business or Creator) can be connected",
        "Switch the account type in the Instagram app, under Settings, Account type and tools, then log in again",
        BUSINESS_LOGIN)),
    entry(None, None, Some("professional account"), Meaning::Permission, (
        "only professional accounts (Business or Creator) can be connected",
        "Switch the account type in the Instagram app, under Settings, Account type and tools, then log in again",
        BUSINESS_LOGIN)),
    entry(None, None, Some("invalid scope"), Meaning::Permission, (
        "Instagram does not know a scope that was asked for; those of Basic Display ended in 2024",
        "Use scopes that begin with instagram_business_",
        BUSINESS_LOGIN)),
    entry(None, None, Some("nonexisting field"), Meaning::UnknownField, (
        "this version of the API does not know a field that was asked for",
        "Update igconnect, or set IGCONNECT_API_VERSION",
        ERRORS)),
    entry(None, None, Some("does not exist, cannot be loaded"), Meaning::Permission, (
        "the object does not exist, or the permission for it is missing",
        "Connect again and leave every permission switched on: igconnect login",
        ERRORS)),
    // The app.
    entry(Some(101), None, None, Meaning::AppSetup, (
        "the app id is not right",
        "Check the Instagram App ID: igconnect app list",
        BUSINESS_LOGIN)),
    entry(Some(100), None, Some("validating client secret"), Meaning::AppSetup, (
        "the App Secret is wrong",
        "Enter the Instagram App Secret (not the Meta app's) again: igconnect app add",
        BUSINESS_LOGIN)),
    entry(None, None, Some("invalid platform app"), Meaning::AppSetup, (
        "the app id is that of the Meta app, not the Instagram App ID, or the Instagram product is missing",
        "Take the Instagram App ID from \"API setup with Instagram login\" in the App Dashboard: igconnect app add",
        BUSINESS_LOGIN)),
    entry(None, None, Some("missing required field client_id"), Meaning::AppSetup, (
        "Instagram does not know the app id",
        "Check the Instagram App ID: igconnect app list",
        BUSINESS_LOGIN)),
    entry(None, None, Some("error validating verification code"), Meaning::AppSetup, (
        "the redirect URI differs from the registered one, or the App Secret is wrong; Instagram says the same to both",
        "Compare both with the App Dashboard: igconnect app list",
        BUSINESS_LOGIN)),
    entry(None, None, Some("url blocked"), Meaning::AppSetup, (
        "this is Facebook Login's page: the redirect URI stands in the other product's list",
        "Register it under Instagram, Business login settings, and use the Instagram App ID: igconnect app list",
        BUSINESS_LOGIN)),
    entry(None, None, Some("redirect_uri"), Meaning::AppSetup, (
        "the redirect URI is not registered letter by letter; the dashboard may have added a slash at the end",
        "Register exactly what igconnect app list shows, under Business login settings, OAuth redirect URIs",
        BUSINESS_LOGIN)),
    entry(None, None, Some("redirect uri"), Meaning::AppSetup, (
        "the redirect URI is not registered letter by letter; the dashboard may have added a slash at the end",
        "Register exactly what igconnect app list shows, under Business login settings, OAuth redirect URIs",
        BUSINESS_LOGIN)),
    entry(None, None, Some("page isn't available"), Meaning::AppSetup, (
        "Instagram was given no app id, or one it does not know",
        "Check the Instagram App ID: igconnect app list",
        BUSINESS_LOGIN)),
    entry(None, None, Some("page isn\u{2019}t available"), Meaning::AppSetup, (
        "Instagram was given no app id, or one it does not know",
        "Check the Instagram App ID: igconnect app list",
        BUSINESS_LOGIN)),
    entry(None, None, Some("app is not active"), Meaning::AppSetup, (
        "Meta has disabled the app: inactivity, a policy, or an overdue data use check-up",
        "Open the alerts of the App Dashboard and do what they ask; then connect again",
        BUSINESS_LOGIN)),
    entry(None, None, Some("api access deactivated"), Meaning::AppSetup, (
        "Meta has disabled the app: inactivity, a policy, or an overdue data use check-up",
        "Open the alerts of the App Dashboard and do what they ask; then connect again",
        BUSINESS_LOGIN)),
    // The login.
    entry(None, None, Some("matching code was not found"), Meaning::Code, (
        "the code was used already, is older than an hour, or belongs to another app",
        "Start again: igconnect login",
        BUSINESS_LOGIN)),
    entry(None, None, Some("authorization code has been used"), Meaning::Code, (
        "the code was used already",
        "Start again: igconnect login",
        BUSINESS_LOGIN)),
    entry(None, None, Some("invalid authorization code"), Meaning::Code, (
        "what came back is not a code of this app",
        "Start again: igconnect login",
        BUSINESS_LOGIN)),
    entry(None, None, Some("invalid oauth code"), Meaning::Code, (
        "what came back is not a code of this app",
        "Start again: igconnect login",
        BUSINESS_LOGIN)),
    entry(None, None, Some("session invalid"), Meaning::Login, (
        "the browser's Instagram session is stale, or the app lacks its deauthorize and data deletion addresses",
        "Log in in a private window; fill both addresses under Business login settings; or use igconnect login --force-reauth",
        BUSINESS_LOGIN)),
    entry(None, None, Some("wrong account"), Meaning::Login, (
        "the browser was logged in as another account than the one meant",
        "Choose the account: igconnect login --force-reauth, or a private window",
        BUSINESS_LOGIN)),
    entry(None, None, Some("localhost"), Meaning::Login, (
        "Instagram takes no http address, and some networks no localhost",
        "Register the https address that igconnect app list shows; or a tunnel's, with igconnect login --redirect-uri",
        BUSINESS_LOGIN)),
    entry(None, None, Some("another browser"), Meaning::Login, (
        "the phone's app took over and came back in a browser that knows nothing of this login",
        "Finish in the browser in which it began, or paste the address that you ended on into the terminal",
        BUSINESS_LOGIN)),
    entry(None, None, Some("user denied"), Meaning::Login, (
        "the person, or Instagram in their name, said no on the consent page",
        "Start again: igconnect login",
        BUSINESS_LOGIN)),
];
