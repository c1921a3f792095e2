//! An entry of the catalogue, and how an error finds its entry: by code, then subcode, then message.

use super::catalogue::CATALOGUE;
use crate::account::Trouble;

/// What follows from an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The token is over, or the person must act on instagram.com first.
    Token(Trouble),
    /// A limit of calls is reached; waiting helps, calling does not.
    RateLimited,
    /// Instagram has a passing trouble.
    Down,
    /// The account has no accepted role on the app.
    NoRole,
    /// The app id, the App Secret or the redirect URI is not right.
    AppSetup,
    /// The code is used, old or not a code.
    Code,
    /// Something in the browser went another way.
    Login,
    /// A scope that does not exist, or a permission that was not granted.
    Permission,
    /// The token is long-lived already.
    AlreadyLong,
    /// A field that this version of the API does not know.
    UnknownField,
    /// Blocked for a policy reason.
    Blocked,
    /// Not in the catalogue.
    Unknown,
}

/// An entry of the catalogue.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// The code, where it matters.
    pub(crate) code: Option<i64>,
    /// The subcode, where it matters.
    pub(crate) subcode: Option<i64>,
    /// What the message contains, in lower case, where it matters.
    pub(crate) message: Option<&'static str>,
    /// What follows.
    pub(crate) meaning: Meaning,
    /// Why it happens: one sentence, lower case, no full stop.
    pub(crate) cause: &'static str,
    /// What to do: one sentence, no full stop.
    pub(crate) fix: &'static str,
    /// Where more is said about it.
    pub(crate) link: &'static str,
}

/// The entry that fits: the first of the catalogue, which lists the narrow ones first.
pub(crate) fn find(code: i64, subcode: Option<i64>, message: &str) -> Option<&'static Explanation> {
    let message = message.to_lowercase();
    // 0 is how Instagram writes "no subcode".
    let subcode = subcode.filter(|subcode| *subcode != 0);
    let code = family(code);
    CATALOGUE.iter().find(|entry| {
        entry.code.is_none_or(|wanted| wanted == code)
            && entry.subcode.is_none_or(|wanted| Some(wanted) == subcode)
            && entry.message.is_none_or(|wanted| message.contains(wanted))
    })
}

/// The code that stands for all of its kind: 200 to 299 are a permission that was not granted or was taken back, 36000 to
/// 36999 media that Instagram does not take.
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
