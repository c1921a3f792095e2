//! The authorization response (RFC 6749, section 4.1.2): in the query of a callback, or pasted by a person.

use url::{Url, form_urlencoded};

use super::request::{IgnoreReason, TARGET_MAX_BYTES};
use super::secrets::{AuthorizationCode, OAuthState};
use crate::account::untrusted::Untrusted;

#[derive(Debug)]
pub(crate) enum AuthorizationResponse {
    Code(AuthorizationCode),
    Denied(Denial),
}

/// What Instagram sent instead of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// `error`, as in RFC 6749 section 4.1.2.1.
    pub(crate) error: Untrusted,
    /// `error_reason`, such as `user_denied`.
    pub(crate) reason: Option<Untrusted>,
    pub(crate) description: Option<Untrusted>,
}

impl Denial {
    /// Whether the person denied access, rather than Instagram.
    pub(crate) fn is_by_person(&self) -> bool {
        let reason = self.reason.as_ref().map(Untrusted::raw);
        let description = self.description.as_ref().map(Untrusted::raw);
        // A person without a role on the app is refused with the same error.
        reason == Some("user_denied")
            || (self.error.raw() == "access_denied"
                && description.is_none_or(|text| !text.contains("developer role")))
    }
}

/// The parameters that matter, each at most once.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_reason: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

impl Parameters {
    pub(super) fn parse(query: &str) -> Result<Self, IgnoreReason> {
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "code" => &mut found.code,
                "state" => &mut found.state,
                "error" => &mut found.error,
                "error_reason" => &mut found.error_reason,
                "error_description" => &mut found.error_description,
                "iss" => &mut found.iss,
                _ => continue,
            };
            // Which of two would count is a guess that an attacker could make use of.
            if place.replace(value.into_owned()).is_some() {
                return Err(IgnoreReason::Parameters);
            }
        }
        Ok(found)
    }
}

/// Parses the query of a request whose head was checked.
pub(crate) fn parse_query(
    query: &str,
    state: &OAuthState,
) -> Result<AuthorizationResponse, IgnoreReason> {
    let parameters = Parameters::parse(query)?;
    if !parameters.state.is_some_and(|found| state.matches(&found)) {
        return Err(IgnoreReason::State);
    }
    // RFC 9207: if the response names an issuer, it must be the one that was asked.
    let issuer = parameters.iss.as_deref();
    if issuer.is_some_and(|issuer| issuer != "https://www.instagram.com") {
        return Err(IgnoreReason::Issuer);
    }
    match (parameters.code, parameters.error) {
        (Some(code), None) => parse_code(&code),
        (None, Some(error)) => Ok(AuthorizationResponse::Denied(Denial {
            error: Untrusted::new(error),
            reason: parameters.error_reason.map(Untrusted::new),
            description: parameters.error_description.map(Untrusted::new),
        })),
        _ => Err(IgnoreReason::Parameters),
    }
}

/// Parses what a person pasted: the whole address they ended on, its query, or the bare code.
///
/// A bare code has no `state`. That the person carried it here themselves replaces the check.
pub(crate) fn parse_pasted(
    text: &str,
    redirect_uri: &Url,
    state: &OAuthState,
) -> Result<AuthorizationResponse, IgnoreReason> {
    let text = trim_pasted(text).ok_or(IgnoreReason::NotAnAnswer)?;
    if text.contains("://") {
        // Browsers show an address in one normal form, so any other spelling, or a user@, is refused.
        let rest = text.strip_prefix(redirect_uri.as_str());
        let query = rest.and_then(|rest| rest.strip_prefix('?'));
        return parse_query(query.ok_or(IgnoreReason::NotAnAnswer)?, state);
    }
    if text.contains('=') {
        return parse_query(text.strip_prefix('?').unwrap_or(text), state);
    }
    let is_code_byte = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if text.len() >= 16 && text.bytes().all(is_code_byte) {
        return parse_code(text);
    }
    Err(IgnoreReason::NotAnAnswer)
}

/// Removes what copying adds to a text: blanks, quotes, and the fragment `#_` that Instagram appends.
pub(super) fn trim_pasted(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(|c| c == '"' || c == '\'');
    let text = text.strip_suffix("#_").unwrap_or(text);
    let is_visible = text.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    (text.len() <= TARGET_MAX_BYTES && is_visible).then_some(text)
}

fn parse_code(code: &str) -> Result<AuthorizationResponse, IgnoreReason> {
    AuthorizationCode::new(code)
        .map(AuthorizationResponse::Code)
        .map_err(|_| IgnoreReason::Code)
}
