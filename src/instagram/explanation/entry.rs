//! An entry of the catalogue, and how an error finds its entry: by code, then subcode, then message.

use super::catalogue::CATALOGUE;
use crate::account::Trouble;

/// What an error means for igconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The token is invalid, or the owner must act on instagram.com first.
    Token(Trouble),
    /// Waiting helps, further calls do not.
    RateLimited,
    /// A temporary problem of Instagram.
    Down,
    /// The account has no accepted role on the app.
    NoRole,
    /// The App ID, App Secret or redirect URI is wrong.
    AppSetup,
    /// Meta has disabled the app. Its tokens may work again afterwards.
    AppDisabled,
    /// The authorization code is used, too old, or not a code.
    Code,
    /// Something went wrong in the browser.
    Login,
    /// An unknown scope, or a permission that was not granted.
    Permission,
    /// The token is already long-lived.
    AlreadyLong,
    /// A field that this version of the API does not know.
    UnknownField,
    /// For a policy reason.
    Blocked,
    /// Not in the catalogue.
    Unknown,
}

document! {
    #[derive(Debug)]
    pub(crate) struct Explanation {
        pub(crate) code: Option<i64>,
        pub(crate) subcode: Option<i64>,
        // Part of the message, in lower case.
        pub(crate) message: Option<&'static str>,
        #[serde(skip)]
        pub(crate) meaning: Meaning,
        // Why it happens: one sentence without a full stop, starting in lower case.
        pub(crate) cause: &'static str,
        // What to do, without a full stop at the end.
        pub(crate) fix: &'static str,
        pub(crate) link: &'static str,
    }
}

/// Returns the first entry that fits. The catalogue lists narrow entries first.
pub(crate) fn find(code: i64, subcode: Option<i64>, message: &str) -> Option<&'static Explanation> {
    let message = message.to_lowercase();
    // Instagram sends 0 for "no subcode".
    let subcode = subcode.filter(|subcode| *subcode != 0);
    let code = family(code);
    CATALOGUE.iter().find(|entry| {
        entry.code.is_none_or(|wanted| wanted == code)
            && entry.subcode.is_none_or(|wanted| Some(wanted) == subcode)
            && entry.message.is_none_or(|wanted| message.contains(wanted))
    })
}

/// The code that represents a range: 200 to 299 are missing permissions, 36000 to 36999 media that Instagram refuses.
pub(crate) fn family(code: i64) -> i64 {
    match code {
        200..300 => 10,
        36009 => code,
        36000..37000 => 36000,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(code: i64, subcode: Option<i64>, message: &str) -> Option<Meaning> {
        find(code, subcode, message).map(|entry| entry.meaning)
    }

    #[test]
    fn codes_decide_before_messages() {
        let expired = "Error validating access token: Session has expired on Monday";
        let table = [
            (190, Some(463), "", Meaning::Token(Trouble::TokenExpired)),
            (190, Some(0), expired, Meaning::Token(Trouble::TokenExpired)),
            (190, Some(458), "", Meaning::Token(Trouble::AppRemoved)),
            (190, Some(459), "", Meaning::Token(Trouble::Checkpoint)),
            (190, Some(460), "", Meaning::Token(Trouble::PasswordChanged)),
            (190, Some(464), "", Meaning::Token(Trouble::Unconfirmed)),
            (190, Some(467), "", Meaning::Token(Trouble::LoggedOut)),
            (190, Some(492), "", Meaning::Token(Trouble::TokenRefused)),
            (
                190,
                None,
                "Cannot parse access token",
                Meaning::Token(Trouble::TokenRefused),
            ),
            (102, None, "", Meaning::Token(Trouble::TokenRefused)),
            (
                100,
                None,
                "Unsupported request - method type: get",
                Meaning::NoRole,
            ),
            (
                100,
                None,
                "(#100) Tried accessing nonexisting field (x)",
                Meaning::UnknownField,
            ),
            (
                100,
                None,
                "Error validating client secret.",
                Meaning::AppSetup,
            ),
            (452, None, "Session key invalid", Meaning::AlreadyLong),
            (
                400,
                None,
                "This authorization code has been used",
                Meaning::Code,
            ),
            (400, None, "Invalid platform app", Meaning::AppSetup),
            (80002, None, "", Meaning::RateLimited),
            (4, None, "", Meaning::RateLimited),
            (2, None, "", Meaning::Down),
            (10, None, "", Meaning::Permission),
            (200, None, "", Meaning::Permission),
            (299, None, "", Meaning::Permission),
        ];
        for (code, subcode, message, expected) in table {
            assert_eq!(
                meaning(code, subcode, message),
                Some(expected),
                "{code}/{subcode:?} {message}"
            );
        }
    }

    #[test]
    fn an_unknown_error_stays_unknown() {
        assert_eq!(meaning(100, None, "something new"), None);
        assert_eq!(meaning(987_654, None, ""), None);
        assert_eq!(meaning(400, None, "something new"), None);
    }

    #[test]
    fn entries_read_as_parts_of_a_sentence() {
        for entry in CATALOGUE {
            assert!(
                !entry.cause.ends_with('.') && !entry.fix.ends_with('.'),
                "{}",
                entry.cause
            );
            assert!(entry.message.is_none_or(|text| text == text.to_lowercase()));
        }
    }
}
